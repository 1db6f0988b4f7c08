/** webauthnConfirm: activates the staged passkey by the credential that the browser made. */
import type { MfaErrorCode } from '@mfakit/core';
import * as z from 'zod';
import { blankable, factorId } from '../../fields.ts';
import type { SessionRoute } from '../../route.ts';
import { toConfirmed } from '../../routes/confirm.ts';
import { registration, type WireRegistration } from '../credential.ts';
import { PASSKEY_PATHS } from '../paths.ts';

/** Input of a confirmation: the credential, and the setup that it is for. */
export interface WebauthnConfirmBody {
  /** What `navigator.credentials.create` gave, as JSON. */
  readonly credential: WireRegistration;
  /** Of the setup that is meant. */
  readonly factor_id?: string | undefined;
}

/** Its fields. */
export const webauthnConfirmFields: {
  readonly credential: z.ZodType<WireRegistration>;
  readonly factor_id: z.ZodType<string | undefined>;
} = { credential: registration, factor_id: blankable(factorId) };

/** How a confirmation can be refused, whoever confirms. */
export const WEBAUTHN_CONFIRM_REFUSALS: readonly MfaErrorCode[] = [
  'invalid_registration',
  'already_registered',
  'setup_not_started',
  'setup_expired',
  'setup_voided',
  'setup_replaced',
  'setup_confirmed',
  'already_enabled',
  'contention',
  'secret_unreadable',
  'busy',
  'hasher_unavailable',
];

/** The route. */
export const webauthnConfirm: SessionRoute<WebauthnConfirmBody, { readonly factor_id: string }> = {
  ...PASSKEY_PATHS.webauthnConfirm,
  summary: 'Activate the staged passkey',
  who: 'session',
  inputFrom: 'body',
  input: z.strictObject(webauthnConfirmFields),
  reply: z.strictObject({ factor_id: z.string() }),
  refusals: WEBAUTHN_CONFIRM_REFUSALS,
  async call({ mfa, userId, input, request }) {
    const { credential, factor_id } = input;
    const verified = await mfa.confirm({ userId }, { credential, factorId: factor_id }, request);
    return { reply: { factor_id: verified.factorId }, ...toConfirmed(verified) };
  },
};
