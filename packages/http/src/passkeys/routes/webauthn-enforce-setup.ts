/** webauthnEnforceSetup: stages a passkey as the first factor of a user who must enroll to sign in. */
import * as z from 'zod';
import { mfaToken } from '../../fields.ts';
import type { TokenBody, TokenRoute } from '../../route.ts';
import { PASSKEY_PATHS } from '../paths.ts';
import { stagePasskey, webauthnSetupReply, type WebauthnSetupReply } from './webauthn-setup.ts';

/** The route. */
export const webauthnEnforceSetup: TokenRoute<TokenBody, WebauthnSetupReply> = {
  ...PASSKEY_PATHS.webauthnEnforceSetup,
  summary: 'Stage a passkey as the first factor of a user who must enroll to sign in',
  who: 'token',
  inputFrom: 'body',
  input: z.strictObject({ mfa_token: mfaToken }),
  reply: webauthnSetupReply,
  refusals: ['enforcement_not_pending', 'already_enabled', 'locked', 'busy', 'contention'],
  call: async (admitted) => ({ reply: await stagePasskey(admitted, { token: admitted.holder }) }),
};
