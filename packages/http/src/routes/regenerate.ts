/** regenerate: replaces the backup codes. */
import * as z from 'zod';
import { backupCodes } from '../fields.ts';
import { PATHS } from '../paths.ts';
import type { SessionRoute } from '../route.ts';
import { PROOF_REFUSALS, proofBody, toProof, type WireProof } from '../second-factor.ts';

/** The route. */
export const regenerate: SessionRoute<WireProof, { readonly backup_codes: readonly string[] }> = {
  ...PATHS.regenerate,
  summary: 'Replace the backup codes',
  who: 'session',
  inputFrom: 'body',
  input: proofBody,
  reply: z.strictObject({ backup_codes: backupCodes }),
  refusals: ['not_enabled', ...PROOF_REFUSALS],
  async call({ mfa, userId, input, request }) {
    const { backupCodes: codes, ...sessions } = await mfa.regenerate(userId, toProof(input), request);
    return { reply: { backup_codes: codes }, change: { kind: 'regenerated', userId, ...sessions } };
  },
};
