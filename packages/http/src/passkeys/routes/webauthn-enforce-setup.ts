/** webauthnEnforceSetup: stages a passkey as the first factor of a user who must enroll to sign in. */
import * as z from 'zod';
import { blankable, mfaToken } from '../../fields.ts';
import type { TokenBody, TokenRoute } from '../../route.ts';
import { label, named } from '../../routes/setup.ts';
import { PASSKEY_PATHS } from '../paths.ts';
import { stagePasskey, webauthnSetupReply, type WebauthnSetupReply } from './webauthn-setup.ts';

/** The route. */
export const webauthnEnforceSetup: TokenRoute<TokenBody & { readonly label?: string | undefined }, WebauthnSetupReply> =
  {
    ...PASSKEY_PATHS.webauthnEnforceSetup,
    summary: 'Stage a passkey as the first factor of a user who must enroll to sign in',
    who: 'token',
    inputFrom: 'body',
    input: z.strictObject({ mfa_token: mfaToken, label: blankable(label) }),
    reply: webauthnSetupReply,
    refusals: ['enforcement_not_pending', 'already_enabled', 'locked', 'busy', 'contention'],
    async call(admitted) {
      const { holder, input } = admitted;
      return { reply: await stagePasskey(admitted, { token: holder }, named(input.label)) };
    },
  };
