/** disable: removes every factor and backup code. */
import * as z from 'zod';
import { PATHS } from '../paths.ts';
import type { SessionRoute } from '../route.ts';
import { PROOF_REFUSALS, proofBody, toProof, type WireProof } from '../second-factor.ts';

/** The route. */
export const disable: SessionRoute<WireProof, { readonly message: 'TOTP disabled successfully' }> = {
  ...PATHS.disable,
  summary: 'Remove every factor and backup code',
  who: 'session',
  inputFrom: 'body',
  input: proofBody,
  reply: z.strictObject({ message: z.literal('TOTP disabled successfully') }),
  refusals: ['not_enabled', 'required_by_policy', ...PROOF_REFUSALS],
  async call({ mfa, userId, input, request }) {
    const sessions = await mfa.disable(userId, toProof(input), request);
    return { reply: { message: 'TOTP disabled successfully' }, change: { kind: 'disabled', userId, ...sessions } };
  },
};
