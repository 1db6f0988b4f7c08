/** Recognize: which device of a user a cookie names, and whether its secret is good. Decided in the swap. */
import { equalBytes } from '@noble/ciphers/utils.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { TransitionContext } from '../decision.ts';
import { isEnforced } from '../policies/enforcement.ts';
import { isLocked, isLockedInSession } from '../policies/lockout.ts';
import type { MfaRecord } from '../record/record.ts';
import type { DevicePolicy } from './options.ts';
import type { DeviceEntry } from './cookie.ts';
import type { TrustedDevice } from './stored.ts';

/** How long the secret before the current one still signs in: two tabs, or an answer that was lost, are no theft. */
const GRACE_MS = 60_000;

/** Wrong passwords after which the cookie of a device is ignored (its owner's budget while strangers lock the account). */
const MAX_DEVICE_FAILURES = 10;

/** What recognition looks at beside record and cookie. */
export type DeviceContext = Pick<TransitionContext, 'now' | 'policy' | 'demand'>;

/** A device of the user, named by an entry of the cookie. */
export interface NamedDevice {
  readonly device: TrustedDevice;
  readonly entry: DeviceEntry;
  /** `stale`: the series is right and the secret is none that counts now. There is a copy of this cookie. */
  readonly secret: 'current' | 'recent' | 'stale';
}

const DAY_MS = 86_400_000;

/** When the trust in a device ends, in epoch milliseconds: earlier than it was told, if the option has become shorter. */
export function endOfTrust({ createdAt, expiresAt }: TrustedDevice, { days }: DevicePolicy): number {
  return Math.min(expiresAt, createdAt + days * DAY_MS);
}

/** Whether a device is trusted still, whether or not this user must use MFA now. */
export function isAlive(device: TrustedDevice, record: MfaRecord, policy: DevicePolicy, now: number): boolean {
  return device.epoch === record.epoch && now < endOfTrust(device, policy);
}

/** The device that a cookie names, if it counts for this user now. */
export function findDevice(
  record: MfaRecord,
  entries: readonly DeviceEntry[],
  context: DeviceContext,
): NamedDevice | null {
  const { now, policy } = context;
  if (policy.devices === null || record.factors.length === 0) return null;
  if (!policy.devices.allowWhenRequired && isEnforced(record, context)) return null;
  const named = nameDevice(record, entries, now);
  if (named === null || !isAlive(named.device, record, policy.devices, now)) return null;
  return (named.device.failures ?? 0) < MAX_DEVICE_FAILURES ? named : null;
}

/** The device that a cookie names, alive or not. */
export function nameDevice(record: MfaRecord, entries: readonly DeviceEntry[], now: number): NamedDevice | null {
  for (const device of record.devices ?? []) {
    const entry = entries.find(({ id }) => sameText(id, device.id));
    if (entry !== undefined) return { device, entry, secret: weighSecret(device, entry, now) };
  }
  return null;
}

function weighSecret({ digest, previous, lastUsedAt }: TrustedDevice, entry: DeviceEntry, now: number) {
  if (sameText(entry.digest, digest)) return 'current';
  const before = previous !== null && sameText(entry.digest, previous);
  // In both directions: a clock that was set back must not make the minute longer.
  return before && Math.abs(now - lastUsedAt) < GRACE_MS ? 'recent' : 'stale';
}

function sameText(a: string, b: string): boolean {
  return equalBytes(utf8ToBytes(a), utf8ToBytes(b));
}

/**
 * Whether a lock stops a sign-in. A trusted device is as good as a living session there: a lock that wrong passwords at the
 * login alone made does not stop its owner, or whoever knows only a user id could keep the owner out.
 */
export function isLockedForDevice({ lockout }: MfaRecord, device: NamedDevice | null, now: number): boolean {
  const recognized = device !== null && device.secret !== 'stale';
  return recognized ? isLockedInSession(lockout, now) : isLocked(lockout, now);
}
