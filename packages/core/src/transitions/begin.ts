/** begin: what a user has to do next, once the first factor was accepted. */
import { forgetCopied, useDevice, type PresentedDevice } from '../devices/change.ts';
import type { DeviceCookie } from '../devices/cookie.ts';
import { findDevice, isLockedForDevice } from '../devices/recognize.ts';
import { MfaError } from '../errors.ts';
import { enforcedFrom } from '../policies/enforcement.ts';
import { clearFailures, lockedError } from '../policies/lockout.ts';
import { accept, refuse, type Transition } from '../decision.ts';

/** The next step, and what it was decided on. */
export interface NextStep {
  readonly next: 'signed-in' | 'verify' | 'enroll';
  /** The instant from which policy requires MFA; `null`: it does not. Epoch milliseconds. */
  readonly enforcedFrom: number | null;
  /** Epoch milliseconds. */
  readonly now: number;
  /** What the browser is to keep from now on, if its device cookie has changed. */
  readonly device?: DeviceCookie;
}

/**
 * A user without MFA is signed in by the first factor alone: for them that is the full success that clears failures.
 * @param seenSeq - the highest `seq` that the host has seen for this user
 * @param presented - the device cookie that came with the sign-in, if any
 */
export function begin(seenSeq: number, presented: PresentedDevice | null): Transition<NextStep> {
  return (record, context) => {
    const { now, requiredFrom } = context;
    // The host has seen a newer record: this one was restored, or a row was lost. It does not show who has MFA.
    if (record.lastEventSeq < seenSeq) return refuse(new MfaError('record_outdated'));
    const named = presented === null ? null : findDevice(record, presented.entries, context);
    if (isLockedForDevice(record, named, now)) return refuse(lockedError(record.lockout));
    const from = enforcedFrom(record, requiredFrom);
    const step = { enforcedFrom: from, now } as const;
    if (presented !== null && named !== null) {
      const [next, apply] =
        named.secret === 'stale' ? (['verify', forgetCopied] as const) : (['signed-in', useDevice] as const);
      const { change, result: device } = apply(record, named, presented, context);
      return accept({ ...step, next, ...(device !== null && { device }) }, change);
    }
    if (record.factors.length > 0) return accept({ ...step, next: 'verify' });
    if (from !== null && now >= from) return accept({ ...step, next: 'enroll' });
    if (record.lockout.failures === 0) return accept({ ...step, next: 'signed-in' });
    const cleared = { ...record, lockout: clearFailures(record.lockout) };
    const events = [{ type: 'account_unlocked', by: 'success' }] as const;
    return accept({ ...step, next: 'signed-in' }, { record: cleared, events });
  };
}
