/** The decide loop: read, decide, swap; nothing is revealed before it is committed. */
import { base64urlnopad } from '@scure/base';
import type { Decision, Transition, TransitionContext } from './attempts/decision.ts';
import type { CheckedStore } from './checked-store.ts';
import type { RandomSource } from './crypto/random.ts';
import { MfaError } from './errors.ts';
import type { EventDetail, MfaEvent, RequestContext } from './events.ts';
import { EMPTY_RECORD, type MfaRecord } from './record/record.ts';
import type { StoredRecord } from './store.ts';

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

const REVISION_BYTES = 16;

/** What the loop works with. */
export interface DecideDependencies {
  readonly store: CheckedStore;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly onEvent: EventSink | undefined;
  /** What every transition may look at, beside user and instant. */
  readonly context: Pick<TransitionContext, 'policy' | 'secrets'>;
}

/** Runs a transition against the stored record of a user until its decision is committed, and then reveals it. */
export type Decide = <T>(userId: string, transition: Transition<T>, request?: RequestContext) => Promise<T>;

/** Makes the loop over one store. */
export function createDecide(dependencies: DecideDependencies): Decide {
  const inTurn = createTurns();
  return (userId, transition, request = {}) =>
    inTurn(userId, () => decideOne(dependencies, userId, transition, request));
}

async function decideOne<T>(
  { store, clock, random, onEvent, context }: DecideDependencies,
  userId: string,
  transition: Transition<T>,
  request: RequestContext,
): Promise<T> {
  /** Writes whose answer was lost, by the revision they would have left; null for a removal. */
  const unknown = new Map<string | null, { readonly decision: Decision<T>; readonly events: readonly MfaEvent[] }>();

  const reveal = (decision: Decision<T>, events: readonly MfaEvent[]): T => {
    for (const event of events) emit(onEvent, event);
    if (!decision.accepted) throw decision.error;
    return decision.result;
  };

  let faults = 0;
  let lostRaces = 0;
  while (lostRaces < MAX_LOST_RACES) {
    let stored: StoredRecord | null;
    try {
      stored = await store.read(userId);
    } catch (error) {
      // Nothing is at stake unless an outcome is unknown: then the user's code may be spent, so ask again.
      if (unknown.size === 0 || ++faults >= MAX_FAULTS) throw error;
      await backOff(faults, random);
      continue;
    }
    const revision = stored?.revision ?? null;
    const landed = unknown.get(revision);
    if (landed !== undefined) return reveal(landed.decision, landed.events);

    const record = stored?.record ?? EMPTY_RECORD;
    const now = clock();
    const decision = transition(record, { ...context, userId, now });
    const { change } = decision;
    if (change === null || (change.record === null && stored === null)) return reveal(decision, []);

    const events = change.events.map((detail, i) => stamp(detail, userId, record.lastEventSeq + 1 + i, now, request));
    const next = nextRecord(change.record, record.lastEventSeq + events.length, random);
    let swapped: boolean;
    try {
      swapped = await store.commit({ userId, expected: revision, next, events: next === null ? [] : events });
    } catch (error) {
      if (++faults >= MAX_FAULTS) throw error;
      unknown.set(next?.revision ?? null, { decision, events });
      await backOff(faults, random);
      // The next read shows whether it landed. If another process has written since, that can no longer be known:
      // it is decided again, and a code that was spent by the lost write is refused as used.
      continue;
    }
    if (swapped) return reveal(decision, events);
    await backOff(lostRaces++, random);
  }
  throw new MfaError('contention');
}

function nextRecord(record: MfaRecord | null, lastEventSeq: number, random: RandomSource): StoredRecord | null {
  if (record === null) return null;
  return { revision: base64urlnopad.encode(random(REVISION_BYTES)), record: { ...record, lastEventSeq } };
}

function stamp(detail: EventDetail, userId: string, seq: number, at: number, request: RequestContext): MfaEvent {
  const { ip, userAgent } = request;
  return { userId, seq, at, ...(ip !== undefined && { ip }), ...(userAgent !== undefined && { userAgent }), ...detail };
}

function emit(onEvent: EventSink | undefined, event: MfaEvent): void {
  try {
    void Promise.resolve(onEvent?.(event)).catch(() => undefined);
  } catch {
    // The outcome is committed: a sink that fails cannot change it.
  }
}

/** Full jitter up to 64 ms: losers of one race should not meet again. */
async function backOff(attempt: number, random: RandomSource): Promise<void> {
  const ceilingMs = Math.min(2 ** attempt, 64);
  const fraction = (random(1)[0] ?? 0) / 256;
  await new Promise((resolve) => setTimeout(resolve, fraction * ceilingMs));
}

/**
 * One call at a time per user within this process. Correctness rests on the swap alone; taking turns keeps a burst of
 * guesses on one account from reading and deciding again each time one of them wins.
 */
function createTurns(): <T>(userId: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (userId, work) => {
    const turn = (last.get(userId) ?? Promise.resolve()).then(work);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    last.set(userId, settled);
    try {
      return await turn;
    } finally {
      if (last.get(userId) === settled) last.delete(userId);
    }
  };
}
