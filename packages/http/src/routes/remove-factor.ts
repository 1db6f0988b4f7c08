/** removeFactor: removes one factor, the one that the path names. */
import { PATHS } from '../paths.ts';
import type { SessionRoute } from '../route.ts';
import { PROOF_REFUSALS, proofBody, toProof, type WireProof } from '../second-factor.ts';

/** The route. */
export const removeFactor: SessionRoute<WireProof, null> = {
  ...PATHS.removeFactor,
  summary: 'Remove one factor',
  who: 'session',
  inputFrom: 'body',
  input: proofBody,
  reply: null,
  refusals: ['factor_not_found', 'required_by_policy', ...PROOF_REFUSALS],
  async call({ mfa, userId, id, input, request }) {
    const sessions = await mfa.removeFactor(userId, id, toProof(input), request);
    return { reply: null, change: { kind: 'removed', userId, factorId: id, ...sessions } };
  },
};
