/** Told rules: what callers and `onEvent` are told is what has landed, neither more nor less. */
import { createHash } from 'node:crypto';
import type { BeginResult, ImportResult, MfaEvent, MfaRecord, MfaStatus } from '@mfakit/core';
import { lockedAt, streakOf, UNCOUNTED, type Journal, type Landing, type Played } from './journal.ts';
import { CLOCKS_OFF_MS } from './limits.ts';

/** Called with every event that an instance tells. */
export function onTold(journal: Journal, event: MfaEvent): void {
  const call = journal.callOf(event) ?? null;
  const landed =
    event.type === 'forgotten'
      ? journal.of(event.userId).some(({ erases, after }) => erases && after?.lastEventSeq === event.seq)
      : journal
          .of(event.userId)
          .some(({ events }) => events.some((each) => JSON.stringify(each) === JSON.stringify(event)));
  journal.require(landed, 'an event is told once it has landed', call, event.type);
  const key = event.type === 'forgotten' ? forgotten(event.userId, event.seq, event.at) : JSON.stringify(event);
  journal.told.set(key, (journal.told.get(key) ?? 0) + 1);
}

const forgotten = (userId: string, seq: number, at: number): string => `${userId} forgotten ${seq} ${at}`;

type EventType = MfaEvent['type'];

/** The event by which each call tells that it was carried out, and whether there was nothing to do without it. */
const CARRIED_OUT: Readonly<
  Record<
    string,
    { readonly event: EventType; readonly idle?: (record: MfaRecord | null, about: number | null) => boolean }
  >
> = {
  begin: { event: 'account_unlocked', idle: () => true },
  verify: { event: 'verified' },
  stepUp: { event: 'verified' },
  passkeySignIn: { event: 'verified' },
  setup: { event: 'setup_started' },
  confirm: { event: 'factor_added' },
  disable: { event: 'disabled' },
  removeFactor: { event: 'factor_removed' },
  regenerate: { event: 'backup_codes_regenerated' },
  enforce: { event: 'enforced', idle: (record, about) => record?.enforcement?.from === about },
  exempt: {
    event: 'exempted',
    idle: (record, about) =>
      (record?.exemptUntil ?? null) === about && (about !== null || (record?.enforcement ?? null) === null),
  },
  importUser: { event: 'imported', idle: () => true },
  passwordFailed: { event: 'attempt_refused' },
  passwordChanged: { event: 'password_changed' },
  unlock: { event: 'account_unlocked', idle: (record) => (record?.lockout.failures ?? 0) === 0 },
  reset: { event: 'reset' },
  forgetDevice: { event: 'device_forgotten' },
  forgetDevices: { event: 'device_forgotten', idle: (record) => record?.devices === undefined },
};

/** Whether a trusted device of this record came with the call. Which secrets are good has tests of its own. */
function byDevice({ cookie = '', startedAt }: Played, record: MfaRecord | null): boolean {
  const id = createHash('sha256').update(cookie.slice(0, 22)).digest().subarray(0, 16).toString('base64url');
  const from = Math.max(record?.enforcement?.from ?? Infinity, record?.exemptUntil ?? 0);
  const required = from < startedAt - CLOCKS_OFF_MS;
  return !required && record?.devices?.some((device) => device.id === id) === true;
}

const COUNTED = ['invalid_code', 'clock_ahead', 'clock_behind', 'invalid_backup_code', 'invalid_password'];
const UNKNOWN = 'store_unavailable';

/** Checks a call that has ended and whatever it may have left under way. */
export function toldRules(journal: Journal, call: Played): void {
  const { name, outcome, userId } = call;
  const landings = journal.of(userId);
  const own = landings.flatMap(({ events }) => events).filter((event) => journal.callOf(event) === call);
  const rule = CARRIED_OUT[name];
  const isSuccess = (event: MfaEvent): boolean =>
    event.type === rule?.event && (event.type !== 'account_unlocked' || event.by === 'support' || name === 'begin');
  const done = own.filter(isSuccess).length;
  const refusals = own.filter((event) => event.type === 'attempt_refused' && !isSuccess(event));
  const charges = own.filter(({ type }) => type === 'attempt_charged').length;
  const say = (holds: boolean, what: string): void =>
    journal.require(holds, what, call, own.map(({ type }) => type).join(', '));

  say(done + refusals.length <= 1, 'a call is carried out once or refused once');
  say(charges <= 1, 'a call is charged once');
  if (outcome === UNKNOWN) return;
  if (name === 'forget') return checkForget(journal, call);
  if (outcome === 'accepted') {
    const seen = journal.seenBy(call);
    const idle =
      rule === undefined || (rule.idle !== undefined && seen.some((record) => rule.idle?.(record, call.about)));
    say(done === 1 || (done === 0 && idle), 'what is told as done has landed');
    const slow = name !== 'confirm' && (call.password !== null || call.credential?.kind === 'backup code');
    say(!slow || charges === 1, 'slow work is charged before');
    checkResult(
      journal,
      call,
      landings.find(({ events }) => events.some((event) => journal.callOf(event) === call && isSuccess(event))),
    );
  } else {
    say(done === 0, 'what is told as refused has not landed');
    const [refusal] = refusals;
    const reason = refusal?.type === 'attempt_refused' ? refusal.reason : null;
    if (COUNTED.includes(outcome ?? '')) say(reason === outcome, 'a refusal is counted before it is told');
    else if (UNCOUNTED.includes(outcome ?? '')) {
      // A replay is recorded once in a while, but one that was charged always is, unless its charge was wiped meanwhile.
      const streaks = new Set(journal.seenBy(call).map((record) => streakOf(record, call)));
      say(reason === null ? charges === 0 || streaks.size > 1 : reason === outcome, 'a replay is recorded as one');
    } else say(refusals.length === 0, 'no other refusal is recorded');
  }
}

/** The events of a call whose outcome is known were told, each of them once; of others at most once. */
export function toldOnce(journal: Journal, landing: Landing): void {
  const { userId, events, erases, sender, after } = landing;
  const keys = erases
    ? [forgotten(userId, after?.lastEventSeq ?? 0, after?.forgottenAt ?? 0)]
    : events.map((event) => JSON.stringify(event));
  const sure = sender.outcome !== UNKNOWN;
  for (const key of keys) {
    const times = journal.told.get(key) ?? 0;
    journal.require(sure ? times === 1 : times <= 1, 'an event is told once', sender, `${times} times ${key}`);
  }
}

function checkForget(journal: Journal, call: Played): void {
  const erased = journal.of(call.userId).filter(({ sender, erases }) => sender === call && erases).length;
  const wasGone = journal.seenBy(call).some((record) => record !== null && record.forgottenAt !== null);
  if (call.outcome === 'accepted')
    journal.require(erased === 1 || (erased === 0 && wasGone), 'forget erases once', call);
  else journal.require(erased === 0, 'what is told as refused has not landed', call);
}

/** What a result says of the record is what one of the versions said that the call can have seen. */
function checkResult(journal: Journal, call: Played, landing: Landing | undefined): void {
  const result = call.result as Record<string, unknown> | undefined;
  const { name } = call;
  const seen = landing === undefined ? journal.seenBy(call) : [landing.after];
  const some = (holds: (record: MfaRecord | null) => boolean, what: string): void =>
    journal.require(seen.some(holds), what, call, JSON.stringify(result)?.slice(0, 200));
  if (typeof result?.['seq'] === 'number' && typeof result['sessionEpoch'] === 'number') {
    const { seq, sessionEpoch, backupCodesRemaining } = result;
    some(
      (record) =>
        (record?.lastEventSeq ?? 0) === seq &&
        (record?.sessionEpoch ?? 0) === sessionEpoch &&
        (backupCodesRemaining === undefined || (record?.backupCodes?.remaining ?? 0) === backupCodesRemaining),
      'a result tells what is stored',
    );
  }
  if (name === 'begin') {
    const begun = result as unknown as BeginResult;
    const { next } = begun;
    if (begun.next === 'signed-in' && begun.device !== undefined) {
      const { cookie = '' } = call;
      journal.require((journal.rotations.get(cookie) ?? call) === call, 'a secret is replaced once', call);
      journal.rotations.set(cookie, call);
      const own = journal.of(call.userId).flatMap(({ events }) => events.filter((e) => journal.callOf(e) === call));
      journal.require(own.filter(({ type }) => type === 'device_used').length === 1, 'a rotation has landed', call);
    }
    some(
      (record) => (record?.factors.length ?? 0) > 0 === (next === 'verify') || byDevice(call, record),
      'begin tells whether a second factor is needed',
    );
    if (next === 'signed-in')
      some(
        (record) => !lockedAt(record, call.endedAt + CLOCKS_OFF_MS) || byDevice(call, record),
        'nobody is signed in while locked',
      );
  }
  if (name === 'importUser') {
    const { outcome, factors, dryRun } = result as unknown as ImportResult & { readonly dryRun: boolean };
    const landed = landing?.events.some((event) => event.type === 'imported' && event.outcome === outcome) === true;
    const writes = !dryRun && (outcome === 'imported' || outcome === 'updated');
    journal.require(landed === writes, 'an import tells what it has done', call, outcome);
    if (!dryRun) some((record) => (record?.factors.length ?? 0) === factors, 'an import tells what is stored');
  }
  if (name === 'status') {
    const { enabled, factors } = result as unknown as MfaStatus;
    some(
      (record) => (record?.factors.length ?? 0) === factors.length && enabled === factors.length > 0,
      'status tells what is stored',
    );
  }
  if (name === 'history') {
    const events = call.result as readonly MfaEvent[];
    const landed = new Set(
      journal.of(call.userId).flatMap((each) => each.events.map((event) => JSON.stringify(event))),
    );
    const whole = events.every(
      (event, i) => landed.has(JSON.stringify(event)) && event.seq === (events[0]?.seq ?? 0) - i,
    );
    journal.require(whole, 'the history tells what has landed, newest first', call);
  }
  if (name === 'assertNotLocked')
    some((record) => !lockedAt(record, call.endedAt + CLOCKS_OFF_MS) || byDevice(call, record), 'a lock is told');
}
