/** Status: what is known about a user, as the user and trusted staff may see it. */
import type { DeviceStatus, MfaStatus } from './api.ts';
import { codesLeft, hasImportedCodes } from './factors/backup-codes/stored.ts';
import type { EnrolledKind } from './factors/factor-kind.ts';
import type { DevicePolicy } from './devices/options.ts';
import { endOfTrust, isAlive } from './devices/recognize.ts';
import { enforcementOf } from './policies/enforcement.ts';
import { isLocked, lockEnd, triesLeft, type LockoutPolicy } from './policies/lockout.ts';
import type { Demand } from './policies/requirement.ts';
import type { MfaRecord } from './record/record.ts';

/** What a status depends on beside the record. Instants are epoch milliseconds. */
export interface StatusContext {
  readonly kinds: readonly EnrolledKind[];
  readonly policy: LockoutPolicy;
  readonly now: number;
  /** What the option `require` demands; `null`: nothing. */
  readonly demand: Demand | null;
  readonly passwordNeeded: boolean;
  /** What trusted devices obey; `null`: there are none. */
  readonly devices: DevicePolicy | null;
}

/** The status that a record tells. */
export function toStatus(
  record: MfaRecord,
  { kinds, policy, now, demand, passwordNeeded, devices }: StatusContext,
): MfaStatus {
  const { factors, backupCodes, lockout } = record;
  const enforcement = enforcementOf(record, { now, demand });
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
    backupCodesRemaining: codesLeft(backupCodes, now),
    ...(hasImportedCodes(backupCodes, now) && { backupCodesImported: true }),
    locked,
    lockedUntil: locked ? lockEnd(lockout.lockedUntil) : null,
    passwordNeeded,
    triesLeft: triesLeft(lockout, policy, now),
    devices: devices === null ? [] : showDevices(record, devices, now),
    enforcement: enforcement && {
      from: new Date(enforcement.from),
      ...(enforcement.rule !== null && { rule: enforcement.rule }),
    },
    ...(record.graceSince !== undefined && { graceSince: new Date(record.graceSince) }),
    ...(record.exemptUntil !== null && now < record.exemptUntil && { exemptUntil: new Date(record.exemptUntil) }),
    sessionEpoch: record.sessionEpoch,
    seq: record.lastEventSeq,
  };
}

function showDevices(record: MfaRecord, policy: DevicePolicy, now: number): readonly DeviceStatus[] {
  return (record.devices ?? [])
    .filter((device) => isAlive(device, record, policy, now))
    .map((device) => ({
      id: device.id,
      label: device.label,
      createdAt: new Date(device.createdAt),
      lastUsedAt: new Date(device.lastUsedAt),
      expiresAt: new Date(endOfTrust(device, policy)),
    }));
}
