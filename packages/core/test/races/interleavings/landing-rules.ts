/** Landing rules: what must hold of every commit at the moment it lands. */
import { UNTIL_UNLOCK, type MfaEvent, type MfaRecord } from '@mfakit/core';
import { after, NOTHING, tellOf, type Told } from '../../invariants/fold.ts';
import { streakOf, UNCOUNTED, type Journal, type Landing, type Played } from './journal.ts';
import { LIMITS } from './limits.ts';
import { singleUse } from './single-use.ts';

/** Bounds the record, as the design does for one with everything in use. */
const MOST_BYTES = 8 * 1024;

/** Events after which tokens and setups from before are void. */
const VOIDING = ['reset', 'password_changed', 'disabled', 'factor_removed', 'factor_added', 'imported'];
/** Those of them that also discard a setup that waits, whoever began it. */
const DISCARDING = ['reset', 'disabled', 'factor_removed'];

/** Whether this commit made the tokens void that were issued before it. */
export const voids = ({ erases, events }: Landing): boolean =>
  erases || events.some(({ type }) => VOIDING.includes(type));

/** Makes the check of one run. Everything that breaks a rule goes to the journal. */
export function landingRules(journal: Journal): (landing: Landing) => void {
  const told = new Map<string, Told>();
  /** The streak in which each call was charged. */
  const charges = new Map<number, number>();
  /** Refusals of wrong answers since the failures were cleared. */
  const revealed = new Map<string, number>();
  const useOnce = singleUse(journal);

  function count(landing: Landing, event: MfaEvent, call: Played, known: Told): Told {
    const { before } = landing;
    const standing = charges.get(call.id) === streakOf(before, call);
    if (event.type === 'attempt_charged') {
      journal.require(!charges.has(call.id), 'a call is charged once', call);
      charges.set(call.id, streakOf(landing.after, call));
    }
    const next = after(known, event, { standing });
    const failed = event.type === 'attempt_charged' || event.type === 'attempt_refused';
    if (!failed || event.operation === 'confirm') return next;
    const counted = event.type === 'attempt_charged' || (!UNCOUNTED.includes(event.reason) && !standing);
    journal.require(
      event.failures === known.failures + (counted ? 1 : 0),
      'a failure is counted once',
      call,
      `${known.failures} and then ${event.failures}`,
    );
    if (counted) journal.require(!bars(known, before, event), 'no guess is weighed while the account is locked', call);
    const locks = counted && event.failures % LIMITS.lockout.maxFailures === 0;
    const until = landing.after?.lockout.lockedUntil ?? 0;
    journal.require(!locks || until > event.at, 'as many failures as are allowed lock the account', call);
    journal.require(event.failures <= LIMITS.lockout.hardLimit, 'failures end at the hard limit', call);
    return next;
  }

  return (landing) => {
    const { userId, sender, before, after: stored, events, erases } = landing;
    let known = told.get(userId) ?? NOTHING;
    let guesses = revealed.get(userId) ?? 0;
    for (const event of events) {
      const call = journal.callOf(event) ?? sender;
      journal.require(event.seq === known.lastEventSeq + 1, 'events have no gap', call, `at ${event.seq}`);
      journal.require(call.userId === userId || call.name === 'rekey', 'an event is about the user of its call', call);
      const failures = known.failures;
      known = count(landing, event, call, known);
      if (known.failures < failures) guesses = 0;
      if (event.type === 'attempt_refused' && event.operation !== 'confirm' && !UNCOUNTED.includes(event.reason))
        guesses += 1;
      if (event.type === 'factor_added') {
        const staged = before?.pending?.factor.id;
        journal.require(staged === event.factorId, 'only what waits is confirmed', call);
      }
    }
    const highest = Math.max(known.failures, stored?.lockout.failures ?? 0);
    journal.require(guesses <= highest, 'a revealed guess is a counted one', sender, `${guesses} of ${highest}`);
    if (erases) {
      known = { ...NOTHING, lastEventSeq: known.lastEventSeq + 1 };
      guesses = 0;
    }
    if (stored === null) known = NOTHING;
    else {
      const [counted, kept] = [JSON.stringify(known), JSON.stringify(tellOf(stored))];
      journal.require(counted === kept, 'counted equals stored', sender, `${counted} ${kept}`);
    }
    const bytes = JSON.stringify(stored).length;
    journal.require(bytes < MOST_BYTES, 'the record stays small', sender, `${bytes} bytes`);
    told.set(userId, known);
    revealed.set(userId, guesses);
    obeysEpochs(journal, landing);
    useOnce(landing);
  };
}

/** Whether a lock stands in the way of a new failure. What wrong logins alone locked leaves living sessions alone. */
function bars(told: Told, record: MfaRecord | null, event: Extract<MfaEvent, { readonly operation: string }>): boolean {
  if (told.lockedUntil === null || event.at >= told.lockedUntil) return false;
  const byDevice = event.type === 'attempt_refused' && event.deviceId !== undefined;
  if ((event.operation === 'login' && !byDevice) || event.operation === 'verify') return true;
  // So does it leave a trusted device alone.
  const byLogins = told.passwordFailures === told.failures && record?.lockout.inSession !== true;
  return !byLogins || told.lockedUntil === UNTIL_UNLOCK;
}

/** Nothing from before a reset, a removal or a forgetting works after it. */
function obeysEpochs(journal: Journal, landing: Landing): void {
  const { userId, sender, before, events } = landing;
  const earlier = journal.of(userId).slice(0, -1);
  for (const event of events) {
    const call = journal.callOf(event) ?? sender;
    const epoch = before?.sessionEpoch ?? 0;
    const alive = call.sessionEpoch === undefined || call.sessionEpoch === epoch;
    journal.require(alive, 'a revoked session changes nothing', call);
    if (event.type === 'setup_started') {
      const since = earlier
        .slice(call.read ?? 0)
        .some((l) => l.erases || l.events.some(({ type }) => DISCARDING.includes(type)));
      journal.require(!since, 'a setup from before a reset is not staged after it', call);
    }
    // A token that knows nobody has no epoch, and of a user without a factor no proof but the password is looked at.
    const looksAtIt =
      event.type === 'setup_started' && event.provenBy === null
        ? call.token?.purpose === 'enroll'
        : call.token?.purpose !== 'alone';
    const byToken =
      call.token !== null &&
      looksAtIt &&
      (event.type === 'verified' || event.type === 'factor_added' || event.type === 'setup_started');
    if (byToken) {
      const since = earlier.slice(call.token.heldFrom).some(voids);
      journal.require(!since, 'a token from before a change is void', call);
    }
  }
}
