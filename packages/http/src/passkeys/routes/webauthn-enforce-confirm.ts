/** webauthnEnforceConfirm: activates the passkey of a user who must enroll, and completes the sign-in. */
import * as z from 'zod';
import { mfaToken } from '../../fields.ts';
import type { TokenBody, TokenRoute } from '../../route.ts';
import { toConfirmed } from '../../routes/confirm.ts';
import { authenticatedReply, toAuthenticated, type AuthenticatedReply } from '../../routes/verify.ts';
import { PASSKEY_PATHS } from '../paths.ts';
import { WEBAUTHN_CONFIRM_REFUSALS, webauthnConfirmFields, type WebauthnConfirmBody } from './webauthn-confirm.ts';

/** The route. */
export const webauthnEnforceConfirm: TokenRoute<TokenBody & WebauthnConfirmBody, AuthenticatedReply> = {
  ...PASSKEY_PATHS.webauthnEnforceConfirm,
  summary: 'Activate that passkey and complete the sign-in',
  who: 'token',
  inputFrom: 'body',
  input: z.strictObject({ mfa_token: mfaToken, ...webauthnConfirmFields }),
  reply: authenticatedReply,
  refusals: ['enforcement_not_pending', 'locked', ...WEBAUTHN_CONFIRM_REFUSALS],
  async call({ mfa, holder, input, request }) {
    const { credential, factor_id } = input;
    const verified = await mfa.confirm({ token: holder }, { credential, factorId: factor_id }, request);
    return { reply: toAuthenticated(verified), ...toConfirmed(verified) };
  },
};
