/** Outbox: the port by which events that someone must be told of leave a store, written in the commit that they tell of. */
import type { EventDetail, MfaEvent } from './events.ts';
import type { Swap } from './store.ts';

/** An event that waits to be told, in the hands of whoever claimed it. */
export interface OutboxEntry {
  /** Chosen by the store, printable ASCII; no other entry ever has it. */
  readonly id: string;
  /** What is to be told. */
  readonly event: MfaEvent;
  /** How often it was claimed, this time included. */
  readonly tries: number;
}

/** An entry that nobody tries any more. */
export interface ParkedEntry extends OutboxEntry {
  /** What the last try ended in, as `retry` was given it. */
  readonly error: string;
}

/** How much there is to tell. */
export interface OutboxStats {
  /** Entries that are due, leased, or wait for another try. */
  readonly waiting: number;
  /** Entries that nobody tries any more. */
  readonly parked: number;
  /** When the oldest event happened that is waiting; `null` if none is. Parked ones do not count. */
  readonly oldest: Date | null;
}

/**
 * Events on their way to someone: each is claimed for a while, told, and then `done`. Whoever dies in between loses nothing:
 * when the lease ends, the next `claim` gives the entry to someone else. So an event is told at least once, and now and then
 * twice. There is no order between entries.
 *
 * Calls may come from many processes at once. What `claim` gives to one is given to no other while the lease lasts.
 */
export interface Outbox {
  /**
   * Takes entries that are due, for a while; those that have waited longest come first, and none may be left out for ever.
   * @param limit - how many at most, 1 to 1,000. Fewer than there are may be given, if others claim at the same time.
   * @param leaseSeconds - above 0, up to 86,400; fractions count
   */
  claim(limit: number, leaseSeconds: number): Promise<readonly OutboxEntry[]>;

  /** Removes entries that were told, whoever holds them now. Ids that are unknown, or gone already, change nothing. */
  done(ids: readonly string[]): Promise<void>;

  /**
   * Ends a lease, or the rest of an entry that is parked.
   * @param at - when the entry is due again; `null` parks it: no `claim` gives it any more
   * @param error - why, for an operator: up to 1,000 characters
   * @returns whether there is such an entry
   */
  retry(id: string, at: Date | null, error: string): Promise<boolean>;

  /** Removes an entry that nobody shall be told of any more. @returns whether there was one */
  drop(id: string): Promise<boolean>;

  /** Counts, for an operator; may read the whole outbox. */
  stats(): Promise<OutboxStats>;

  /** Entries that are parked, for an operator; at most `limit`, in any order. */
  parked(limit: number): Promise<readonly ParkedEntry[]>;
}

/** Events of one type; as an object, only those whose fields are equal to all that are named. */
export type EventPattern = MfaEvent['type'] | PatternOf<EventDetail>;

type PatternOf<Detail extends EventDetail> = Detail extends EventDetail
  ? Pick<Detail, 'type'> & Partial<Omit<Detail, 'type'>>
  : never;

/** The option `outbox` of a store. */
export interface OutboxOptions {
  /** Which events are put into the outbox. The list of `@mfakit/notify` is `TOLD`. */
  readonly types: readonly EventPattern[];
}

/**
 * For authors of a store: the events of a commit that belong into its outbox.
 * @param options - the store's option `outbox`; `undefined`: it has none, and nothing is ever queued
 * @throws {TypeError} if `types` is not a list of types of events, or of objects that have one
 */
export function outboxFilter(options: OutboxOptions | undefined): (swap: Swap) => readonly MfaEvent[] {
  if (options === undefined) return () => [];
  const { types }: { readonly types: unknown } = options;
  if (!Array.isArray(types)) throw new TypeError('outbox.types must be an array.');
  const patterns = types.map((each: unknown) => (typeof each === 'string' ? { type: each } : each));
  if (!patterns.every(isPattern)) {
    throw new TypeError('outbox.types must hold types of events, or objects that have a type.');
  }
  const takes = (event: MfaEvent): boolean => patterns.some((pattern) => matches(pattern, event));
  return ({ events, forOutbox = [] }) => (events === 'erase' ? forOutbox : events).filter(takes);
}

type Pattern = Readonly<Record<string, unknown>> & { readonly type: string };

function isPattern(value: unknown): value is Pattern {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function matches(pattern: Pattern, event: MfaEvent): boolean {
  return (
    pattern.type === event.type && Object.keys(pattern).every((field) => pattern[field] === Reflect.get(event, field))
  );
}
