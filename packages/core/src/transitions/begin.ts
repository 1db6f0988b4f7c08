/** begin: what a user has to do next, once the first factor was accepted. */
import { forgetCopied, useDevice, type PresentedDevice } from '../devices/change.ts';
import type { DeviceCookie } from '../devices/cookie.ts';
import { findDevice, isLockedForDevice } from '../devices/recognize.ts';
import { MfaError } from '../errors.ts';
import { deadlineOf, enforcementOf, reminderOf, startGrace } from '../policies/enforcement.ts';
import { clearFailures, lockedError } from '../policies/lockout.ts';
import { accept, refuse, type Decision, type Transition, type TransitionContext } from '../decision.ts';
import type { MfaRecord } from '../record/record.ts';

/** The next step, and what it was decided on. */
export interface NextStep {
  readonly next: 'signed-in' | 'verify' | 'enroll';
  /** The instant from which a user without MFA must have it; `null`: never, or it is there. Epoch milliseconds. */
  readonly enrollBy: number | null;
  /** Whether so many days are left that the user is to be reminded. */
  readonly remind: boolean;
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
  const decideStep = nextStep(seenSeq, presented);
  return (record, context) => {
    const counting = startGrace(record, context);
    const decision = decideStep(counting ?? record, context);
    return counting === null || !decision.accepted ? decision : withGrace(decision, counting, context);
  };
}

/** What was decided, and that the user's grace began to count with it. */
function withGrace(
  { result, change }: Decision<NextStep> & { readonly accepted: true },
  counting: MfaRecord,
  { now, demand }: TransitionContext,
): Decision<NextStep> {
  const started = {
    type: 'grace_started',
    until: demand === null ? now : deadlineOf(demand, { enrolled: false, since: now, now }),
    ...(typeof demand?.rule === 'string' && { rule: demand.rule }),
  } as const;
  return accept(result, { record: change?.record ?? counting, events: [started, ...(change?.events ?? [])] });
}

function nextStep(seenSeq: number, presented: PresentedDevice | null): Transition<NextStep> {
  return (record, context) => {
    const { now, demand } = context;
    // The host has seen a newer record: this one was restored, or a row was lost. It does not show who has MFA.
    if (record.lastEventSeq < seenSeq) return refuse(new MfaError('record_outdated'));
    const named = presented === null ? null : findDevice(record, presented.entries, context);
    if (isLockedForDevice(record, named, now)) return refuse(lockedError(record.lockout));
    const from = record.factors.length > 0 ? null : (enforcementOf(record, context)?.from ?? null);
    const remind = from !== null && reminderOf(demand, from, now).remind;
    const step = { enrollBy: from, remind, now } as const;
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
