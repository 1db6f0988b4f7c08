/** The decide loop: read or recall, decide, swap; nothing is revealed before it is committed, and nothing is carried out twice. */
import { base64urlnopad } from '@scure/base';
import { refuse, type Change, type Decision, type Transition, type TransitionContext } from './decision.ts';
import { LateAnswer, type CheckedStore } from './checked-store.ts';
import type { RandomSource } from './crypto/random.ts';
import { within } from './deadline.ts';
import { MfaError } from './errors.ts';
import type { MfaEvent, RequestContext } from './events.ts';
import { quietly } from './observe/quietly.ts';
import { EMPTY_RECORD, TRAIL_LENGTH, type MfaRecord } from './record/record.ts';
import type { SeenRecords } from './seen-records.ts';
import type { StoredRecord } from './store.ts';
import { createTurns, type Lane } from './turns.ts';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Clock = () => number;

/**
 * Called with every committed event, right after its commit. The outcome of the call is settled by then: what the sink
 * throws, or how long its promise takes, changes nothing. It must report its own errors.
 */
export type EventSink = (event: MfaEvent) => void | Promise<void>;

/** Races lost in a row before `contention`. Each loss means that another call on this user has succeeded. */
const MAX_LOST_RACES = 50;

/** Commits and read-backs that may throw in one call before `store_unavailable`. */
const MAX_FAULTS = 4;

/** How long a commit whose deadline has passed may still take before its call ends with an unknown outcome. */
const OUTSTANDING_MS = 10_000;

const REVISION_BYTES = 16;

/** What the application adds to the context of a transition. */
type HostContext = Pick<TransitionContext, 'policy' | 'secrets' | 'demand'>;

/** What the loop works with. */
export interface DecideDependencies {
  readonly store: CheckedStore;
  /** What the first decision of a call rests on if the call has read nothing, but only if it is committed. */
  readonly seenRecords: Pick<SeenRecords, 'recall' | 'tried'>;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly onEvent: EventSink | undefined;
  /** What every transition may look at, beside user, instant and request. */
  readonly context: (userId: string) => HostContext | Promise<HostContext>;
}

/** A result, with the record that it was committed with. */
export type Committed<T> = Readonly<{ result: T; record: MfaRecord }>;

/**
 * Runs a transition against the stored record of a user until its decision is committed, and then reveals it.
 * @param seen - what the same call has read already, `null` if there was nothing: the first decision may rest on it, but
 *   only if it is committed
 */
export type Decide = <T>(
  userId: string,
  transition: Transition<T>,
  request?: RequestContext,
  lane?: Lane,
  seen?: StoredRecord | null,
) => Promise<Committed<T>>;

/** Makes the loop over one store. */
export function createDecide(dependencies: DecideDependencies): Decide {
  const inTurn = createTurns();
  return (userId, transition, request = {}, lane = 'user', seen) =>
    inTurn(userId, lane, () => decideOne(dependencies, userId, transition, request, seen));
}

/** A write whose answer was lost. */
interface LostWrite<T> {
  readonly expected: string | null;
  readonly next: StoredRecord | null;
  readonly decision: Decision<T>;
  readonly events: readonly MfaEvent[];
}

async function decideOne<T>(
  { store, seenRecords, clock, random, onEvent, context }: DecideDependencies,
  userId: string,
  transition: Transition<T>,
  request: RequestContext,
  seen: StoredRecord | null | undefined,
): Promise<Committed<T>> {
  const lost: LostWrite<T>[] = [];
  /** Writes that were answered `false`. A driver that sent one twice passes on what the second one was told. */
  const beaten: LostWrite<T>[] = [];
  /** Resolves when the store has ended a commit that missed its deadline. */
  let outstanding: Promise<unknown> | null = null;

  const reveal = (decision: Decision<T>, events: readonly MfaEvent[], record = EMPTY_RECORD): Committed<T> => {
    // The outcome is committed: a sink that fails cannot change it.
    for (const event of events) quietly(() => onEvent?.(event));
    if (!decision.accepted) throw decision.error;
    return { result: decision.result, record };
  };

  // Before the record is read: what is decided on must not wait for the host.
  const asked = context(userId);
  const fromHost = asked instanceof Promise ? await asked : asked;

  let faults = 0;
  let lastFault: unknown;
  let lostRaces = 0;
  const recalled = seen === undefined ? seenRecords.recall(userId) : undefined;
  let known = seen === undefined ? recalled : seen;
  while (lostRaces < MAX_LOST_RACES) {
    const readNow = known === undefined;
    let stored: StoredRecord | null;
    try {
      stored = known === undefined ? await store.read(userId) : known;
      known = undefined;
    } catch (error) {
      // Nothing is at stake unless an outcome is unknown: then the user's code may be spent, so ask again.
      if (lost.length === 0 || ++faults >= MAX_FAULTS) throw error;
      lastFault = error;
      await backOff(faults, random);
      continue;
    }
    const landed = [...lost, ...beaten].find((write) => hasLanded(write, stored));
    if (landed !== undefined) return reveal(landed.decision, landed.events, landed.next?.record);
    if (lost.some(({ expected }) => !reachesBack(stored, expected))) throw unknownOutcome(lastFault);
    if (outstanding !== null) {
      // It may still land: writing again beside it would carry the call out twice.
      await within(OUTSTANDING_MS, outstanding, () => unknownOutcome(lastFault));
      outstanding = null;
      continue;
    }

    const revision = stored?.revision ?? null;
    const record = stored?.record ?? EMPTY_RECORD;
    const revoked = request.sessionEpoch !== undefined && request.sessionEpoch !== record.sessionEpoch;
    const now = clock();
    let decision: Decision<T>;
    try {
      decision = revoked
        ? refuse(new MfaError('session_revoked'))
        : transition(record, { ...fromHost, userId, now, request });
    } catch (error) {
      if (!readNow) continue;
      throw error;
    }
    const { change } = decision;
    if (change === null) {
      // No swap shows whether this still holds.
      if (!readNow) continue;
      // Only the time that passed can have made this out of a change. The lost write may still land, and say otherwise.
      if (lost.some(({ expected }) => expected === revision)) throw unknownOutcome(lastFault);
      return reveal(decision, [], record);
    }

    // A record that is missing, or was restored without its events, goes on above the newest that is stored.
    const behind = stored === null || faults > 0;
    const newest = behind ? ((await store.events(userId, { limit: 1 }))[0]?.seq ?? 0) : 0;
    const events = stamp(change, userId, Math.max(record.lastEventSeq, newest), now, request);
    const next = nextRecord(change, stored, events.at(-1)?.seq ?? record.lastEventSeq, random);
    let swapped: boolean;
    try {
      const erases = change.eraseEvents === true;
      const kept = erases ? 'erase' : next === null ? [] : events;
      const forOutbox = erases && { forOutbox: events };
      swapped = await store.commit({ userId, expected: revision, next, events: kept, ...forOutbox });
    } catch (error) {
      if (++faults >= MAX_FAULTS) throw error;
      lastFault = error;
      const cause = causeOf(error);
      if (cause instanceof LateAnswer) outstanding = cause.ended;
      lost.push({ expected: revision, next, decision, events });
      await backOff(faults, random);
      continue;
    }
    const wasRecalled = stored === recalled;
    if (wasRecalled) seenRecords.tried(swapped);
    if (swapped) return reveal(decision, events, next?.record);
    if (next !== null) beaten.push({ expected: revision, next, decision, events });
    // What was recalled was only out of date: nobody has overtaken this call yet.
    if (!wasRecalled) await backOff(lostRaces, random);
    lostRaces += 1;
  }
  throw new MfaError('contention');
}

/** Whether a lost write is the one that is stored, or one of those before it. */
function hasLanded({ next }: LostWrite<unknown>, stored: StoredRecord | null): boolean {
  if (next === null || stored === null) return next === stored;
  return stored.revision === next.revision || stored.record.trail.includes(next.revision);
}

/** Whether the trail goes back to the revision that a lost write expected: only then is it certain that it did not land. */
function reachesBack(stored: StoredRecord | null, expected: string | null): boolean {
  if (stored === null) return expected === null;
  const { trail } = stored.record;
  if (expected === null) return trail.length < TRAIL_LENGTH;
  return stored.revision === expected || trail.includes(expected);
}

/** @param lastFault - what the checked store threw last */
function unknownOutcome(lastFault: unknown): MfaError {
  return new MfaError('store_unavailable', {
    message: 'The store did not answer, and whether the change was made is unknown. Look before you repeat it.',
    cause: causeOf(lastFault),
  });
}

/** What the store itself threw, or how else it failed. */
function causeOf(fault: unknown): unknown {
  return fault instanceof MfaError ? (fault.cause ?? fault) : fault;
}

function nextRecord(
  { record, eraseEvents }: Change,
  stored: StoredRecord | null,
  lastEventSeq: number,
  random: RandomSource,
): StoredRecord | null {
  if (record === null) return null;
  const revision = base64urlnopad.encode(random(REVISION_BYTES));
  const trail = stored === null ? [] : [stored.revision, ...stored.record.trail].slice(0, TRAIL_LENGTH);
  // Whatever else is written to a tombstone begins a new life.
  const forgottenAt = eraseEvents === true ? record.forgottenAt : null;
  return { revision, record: { ...record, trail, lastEventSeq, forgottenAt } };
}

function stamp(
  { events }: Change,
  userId: string,
  lastSeq: number,
  at: number,
  request: RequestContext,
): readonly MfaEvent[] {
  return events.map(({ request: own = request, ...detail }, i) => {
    const { ip, userAgent, actor } = own;
    return {
      userId,
      seq: lastSeq + 1 + i,
      at,
      ...(ip !== undefined && { ip }),
      ...(userAgent !== undefined && { userAgent }),
      ...(actor !== undefined && { actor }),
      ...detail,
    };
  });
}

/** Full jitter up to 64 ms: losers of one race should not meet again. */
async function backOff(attempt: number, random: RandomSource): Promise<void> {
  const ceilingMs = Math.min(2 ** attempt, 64);
  const fraction = (random(1)[0] ?? 0) / 256;
  await new Promise((resolve) => setTimeout(resolve, fraction * ceilingMs));
}
