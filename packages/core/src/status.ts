/** Status: what is known about a user, as the user and trusted staff may see it. */
import type { MfaStatus } from './api.ts';
import type { EnrolledKind } from './factors/factor-kind.ts';
import { enforcedFrom } from './policies/enforcement.ts';
import { isLocked, lockEnd } from './policies/lockout.ts';
import type { MfaRecord } from './record/record.ts';

/** Instants are epoch milliseconds; `requiredFrom` is what the option `require` demands. */
export function toStatus(
  kinds: readonly EnrolledKind[],
  record: MfaRecord,
  now: number,
  requiredFrom: number | null,
  hasPassword: boolean,
): MfaStatus {
  const { factors, backupCodes, lockout } = record;
  const from = enforcedFrom(record, requiredFrom);
  const locked = isLocked(lockout, now);
  return {
    enabled: factors.length > 0,
    factors: factors.map((factor) => ({
      ...kinds.find(({ method }) => method === factor.kind)?.show(factor),
      id: factor.id,
      kind: factor.kind,
      label: factor.label,
      createdAt: new Date(factor.createdAt),
      lastUsedAt: new Date(factor.lastUsedAt),
    })),
    backupCodesRemaining: backupCodes?.remaining ?? 0,
    locked,
    lockedUntil: locked ? lockEnd(lockout.lockedUntil) : null,
    passwordNeeded: hasPassword,
    enforcement: from === null ? null : { from: new Date(from) },
    sessionEpoch: record.sessionEpoch,
    seq: record.lastEventSeq,
  };
}
