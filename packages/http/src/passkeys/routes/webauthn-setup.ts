/** webauthnSetup: stages a passkey, the first factor or a further one. */
import type { SetupDetails, SetupSubject } from '@mfakit/core';
import * as z from 'zod';
import { backupCodes, instant } from '../../fields.ts';
import type { Admitted, SessionRoute } from '../../route.ts';
import { SETUP_REFUSALS, setupWith, toDetails, toldName, type SetupBody } from '../../routes/setup.ts';
import { SIGNED_TOKEN_REFUSALS, WITH_SIGNED_TOKEN } from '../answers.ts';
import { optionsJson, type OptionsJson } from '../credential.ts';
import { PASSKEY_PATHS } from '../paths.ts';

/** A staged passkey. Backup codes are shown this once. */
export interface WebauthnSetupReply {
  /** Send it with the credential, so that this setup is meant. */
  readonly factor_id: string;
  /** For `navigator.credentials.create`, exactly as WebAuthn spells them in JSON. */
  readonly creation_options: OptionsJson;
  /** Empty if a factor is active already: its codes stay. */
  readonly backup_codes: readonly string[];
  /** ISO 8601 in UTC. */
  readonly expires_at: string;
}

/** What a staged passkey looks like, whoever stages it. */
export const webauthnSetupReply: z.ZodType<WebauthnSetupReply> = z.strictObject({
  factor_id: z.string(),
  creation_options: optionsJson.meta({
    description: 'For `navigator.credentials.create`: a `PublicKeyCredentialCreationOptionsJSON`.',
  }),
  backup_codes: backupCodes.meta({ description: 'Empty if a factor is active already: its codes stay.' }),
  expires_at: instant.meta({ description: 'The credential must arrive before this instant.' }),
});

/** Stages a passkey. */
export async function stagePasskey(
  admitted: Admitted<unknown>,
  subject: SetupSubject,
  details: Partial<SetupDetails> = {},
): Promise<WebauthnSetupReply> {
  const asked = { ...details, accountName: toldName(admitted), kind: 'webauthn' };
  const staged = await admitted.mfa.setup(subject, asked, admitted.request);
  return {
    factor_id: staged.factorId,
    creation_options: staged['creationOptions'] as OptionsJson,
    backup_codes: staged.backupCodes,
    expires_at: staged.expiresAt.toISOString(),
  };
}

/** The route. */
export const webauthnSetup: SessionRoute<SetupBody, WebauthnSetupReply> = {
  ...PASSKEY_PATHS.webauthnSetup,
  summary: 'Stage a passkey: the first factor or, with a proof, a further one',
  who: 'session',
  inputFrom: 'body',
  input: setupWith(WITH_SIGNED_TOKEN),
  reply: webauthnSetupReply,
  refusals: [...SETUP_REFUSALS, ...SIGNED_TOKEN_REFUSALS],
  async call(admitted) {
    return { reply: await stagePasskey(admitted, { userId: admitted.userId }, toDetails(admitted)) };
  },
};
