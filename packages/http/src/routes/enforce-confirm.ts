/** enforceConfirm: activates the factor of a user who must enroll, and completes the sign-in. */
import * as z from 'zod';
import { blankable, code, factorId, mfaToken } from '../fields.ts';
import { PATHS } from '../paths.ts';
import type { TokenBody, TokenRoute } from '../route.ts';
import { CONFIRM_REFUSALS, CONFIRM_STATUSES, toConfirmed, type ConfirmBody } from './confirm.ts';
import { authenticatedReply, toAuthenticated, type AuthenticatedReply } from './verify.ts';

/** The route. */
export const enforceConfirm: TokenRoute<TokenBody & ConfirmBody, AuthenticatedReply> = {
  ...PATHS.enforceConfirm,
  summary: 'Activate that factor and complete the sign-in',
  who: 'token',
  inputFrom: 'body',
  input: z.strictObject({ mfa_token: mfaToken, code, factor_id: blankable(factorId) }),
  reply: authenticatedReply,
  refusals: ['enforcement_not_pending', 'already_enabled', 'locked', 'contention', ...CONFIRM_REFUSALS],
  statuses: CONFIRM_STATUSES,
  async call({ mfa, holder, input, request }) {
    const given = { code: input.code, factorId: input.factor_id };
    const verified = await mfa.confirm({ token: holder }, given, request);
    return { reply: toAuthenticated(verified), ...toConfirmed(verified) };
  },
};
