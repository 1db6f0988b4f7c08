/** regenerate: replaces the backup codes. */
import * as z from 'zod';
import type { Sessions } from '@mfakit/core';
import { backupCodes } from '../fields.ts';
import { PATHS } from '../paths.ts';
import type { SessionRoute } from '../route.ts';
import { epochOf } from '../session-epoch.ts';
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
    const before = await epochOf(mfa, userId, request);
    const fresh: Regenerated = await mfa.regenerate(userId, toProof(input), request);
    const { backupCodes: codes, sessionEpoch = before, seq } = fresh;
    return { reply: { backup_codes: codes }, change: { kind: 'regenerated', userId, sessionEpoch, seq } };
  },
};

/** New codes end no session, so the core need not tell the epoch. */
type Regenerated = { readonly backupCodes: readonly string[] } & Partial<Sessions>;
