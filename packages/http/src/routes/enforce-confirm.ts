/** enforceConfirm: activates the factor of a user who must enroll, and completes the sign-in. */
import * as z from 'zod';
import { code, mfaToken } from '../fields.ts';
import { PATHS } from '../paths.ts';
import type { TokenBody, TokenRoute } from '../route.ts';
import { authenticatedReply, type AuthenticatedReply } from './verify.ts';

/** The route. */
export const enforceConfirm: TokenRoute<TokenBody & { readonly code: string }, AuthenticatedReply> = {
  ...PATHS.enforceConfirm,
  summary: 'Activate that factor and complete the sign-in',
  who: 'token',
  inputFrom: 'body',
  input: z.strictObject({ mfa_token: mfaToken, code }),
  reply: authenticatedReply,
  refusals: [
    'enforcement_not_pending',
    'setup_not_started',
    'already_enabled',
    'invalid_code',
    'setup_expired',
    'locked',
    'secret_unreadable',
    'busy',
    'hasher_unavailable',
    'contention',
  ],
  statuses: { invalid_code: 400 },
  async call({ mfa, holder, input, request }) {
    const verified = await mfa.confirm({ token: holder }, { code: input.code }, request);
    const { userId, factorId, sessionEpoch, seq } = verified;
    const change = { kind: 'confirmed', userId, factorId, sessionEpoch, seq } as const;
    return { reply: { authenticated: true }, verified, change };
  },
};
