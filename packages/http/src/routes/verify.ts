/** verify: completes a sign-in with a code or a backup code. */
import * as z from 'zod';
import { mfaToken } from '../fields.ts';
import { PATHS } from '../paths.ts';
import type { TokenBody, TokenRoute } from '../route.ts';
import { FACTOR_REFUSALS, toFactor, withFactor, type WireFactor } from '../second-factor.ts';

/** The second step is done; the host's session came with the reply. */
export interface AuthenticatedReply {
  readonly authenticated: true;
}

/** The reply of every route that completes a sign-in. */
export const authenticatedReply: z.ZodType<AuthenticatedReply> = z.strictObject({ authenticated: z.literal(true) });

/** The route. */
export const verify: TokenRoute<TokenBody & WireFactor, AuthenticatedReply> = {
  ...PATHS.verify,
  summary: 'Complete a sign-in with a code or a backup code',
  who: 'token',
  inputFrom: 'body',
  input: withFactor({ mfa_token: mfaToken }),
  reply: authenticatedReply,
  refusals: ['not_enabled', 'contention', ...FACTOR_REFUSALS],
  async call({ mfa, holder, input, request }) {
    const verified = await mfa.verify({ token: holder, ...toFactor(input) }, request);
    return { reply: { authenticated: true }, verified };
  },
};
