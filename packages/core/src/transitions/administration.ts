/** Administration: what the host's policy and its support staff decide about a user. */
import { NO_GUESSES } from '../policies/guesses.ts';
import { clearFailures, clearPasswordFailures } from '../policies/lockout.ts';
import { EMPTY_RECORD } from '../record/record.ts';
import { endSessions, voidChallenges } from '../attempts/challenge.ts';
import { accept, refuse, type Transition } from '../decision.ts';
import { invalidInput, MfaError } from '../errors.ts';
import type { RequestContext } from '../events.ts';

const DAY_MS = 86_400_000;

/** What the event says of why somebody acted. */
export function because({ reason }: RequestContext): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** enforce: MFA is required from this instant (epoch ms) on. */
export function enforce(from: number): Transition<undefined> {
  return (record, { now, request }) => {
    if (record.enforcement?.from === from) return accept(undefined);
    // Nobody can hold a sound token here, only one of an earlier life, from before `forget` or `exempt`.
    const fresh = record.enforcement === null && record.factors.length === 0;
    const next = { ...(fresh ? voidChallenges(record, now) : record), enforcement: { from } };
    return accept(undefined, { record: next, events: [{ type: 'enforced', from, ...because(request) }] });
  };
}

/** exempt: what `enforce` required is no longer required, or nothing is required before `until` (epoch ms). */
export function exempt(until: number | null): Transition<undefined> {
  return (record, { now, demand, request }) => {
    const days = demand?.maxExemptionDays ?? Infinity;
    if (until !== null && until > now + days * DAY_MS) {
      return refuse(invalidInput('until', `must be at most ${days} days from now`));
    }
    const next =
      until === null ? { ...record, enforcement: null, exemptUntil: null } : { ...record, exemptUntil: until };
    const unchanged = next.enforcement === record.enforcement && next.exemptUntil === record.exemptUntil;
    const event = { type: 'exempted', ...(until !== null && { until }), ...because(request) } as const;
    return unchanged ? accept(undefined) : accept(undefined, { record: next, events: [event] });
  };
}

/**
 * breakGlass: nothing requires MFA of this user for a while. It lifts the requirement and no factor: of a user who has one
 * it would lift nothing but the rule that keeps trusted devices from counting.
 * @param forMs - its length, in milliseconds
 */
export function breakGlass(forMs: number, reason: string): Transition<undefined> {
  return (record, { now }) => {
    if (record.factors.length > 0) {
      return refuse(new MfaError('already_enabled', { message: 'This user has a second factor: use reset.' }));
    }
    const until = Math.max(now + forMs, record.exemptUntil ?? -Infinity);
    return accept(undefined, {
      record: { ...record, exemptUntil: until },
      events: [{ type: 'break_glass', until: now + forMs, reason }],
    });
  };
}

/** unlock: lifts a lock, clears the failures and empties the slow bucket. */
export const unlock: Transition<undefined> = (record, { request }) => {
  const lockout = clearFailures(record.lockout);
  if (lockout === record.lockout && record.guesses.level === 0) return accept(undefined);
  const next = { ...record, lockout, guesses: NO_GUESSES };
  return accept(undefined, {
    record: next,
    events: [{ type: 'account_unlocked', by: 'support', ...because(request) }],
  });
};

/**
 * forget: erases the user, events included. A tombstone stays for a day: a write that was under way when the user was
 * forgotten finds it, and cannot bring anything back.
 */
export const forget: Transition<undefined> = (record, { now }) => {
  // Nothing was written since: there is nothing to erase.
  if (record.forgottenAt !== null) return accept(undefined);
  const { epoch, sessionEpoch } = endSessions(voidChallenges(record, now), now);
  // A token that knows nobody has no epoch: spent ones stay listed, so that they are not good for a new registration.
  const { spentChallenges, spentThrough } = record;
  const tombstone = { ...EMPTY_RECORD, epoch, sessionEpoch, spentChallenges, spentThrough, forgottenAt: now };
  return accept(undefined, { record: tombstone, events: [{ type: 'forgotten' }], eraseEvents: true });
};

/** How long a tombstone stays: longer than any write can be under way. */
const TOMBSTONE_MS = 86_400_000;

/** Removes a tombstone whose time is over. */
export const bury: Transition<boolean> = ({ forgottenAt }, { now }) =>
  forgottenAt !== null && now >= forgottenAt + TOMBSTONE_MS
    ? accept(true, { record: null, events: [] })
    : accept(false);

/** passwordChanged: voids open tokens and sessions, and forgets the wrong passwords. Failures with a code stay counted. */
export const passwordChanged: Transition<undefined> = (record, { now }) => {
  const next = { ...endSessions(voidChallenges(record, now), now), lockout: clearPasswordFailures(record.lockout) };
  return accept(undefined, { record: next, events: [{ type: 'password_changed' }] });
};
