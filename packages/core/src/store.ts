/** MfaStore: the port that a database stands behind, and its promises. */
import type { MfaEvent } from './events.ts';
import type { Outbox } from './outbox.ts';
import type { MfaRecord } from './record/record.ts';

/** A record and the revision it was stored under. */
export interface StoredRecord {
  /** Opaque: at most 32 printable ASCII characters, compared byte by byte. Chosen by the core, never used twice. */
  readonly revision: string;
  /** What is stored. A store keeps it as JSON and reads nothing in it. */
  readonly record: MfaRecord;
}

/** One compare-and-swap. */
export interface Swap {
  /** Whose record is swapped. */
  readonly userId: string;
  /** The revision that must still be stored; `null`: the user must have no record. */
  readonly expected: string | null;
  /** What to store; `null`: remove the record and all events of the user. */
  readonly next: StoredRecord | null;
  /**
   * Stored with the record: at most 101, `seq` ascending, above everything stored; empty if `next` is null. `'erase'`: every
   * stored event of the user is removed in the same commit, whether or not there was a record, and none is added.
   */
  readonly events: readonly MfaEvent[] | 'erase';
  /**
   * What `next` may be found by, for a store that has `countMarks`; others ignore it. Absent if there is more than an index
   * takes, or if the commit is not the core's: then the record has no marks, not those of the record before.
   */
  readonly marks?: Marks | undefined;
  /** With `'erase'` alone: what happened, which no store keeps. An outbox queues what it takes of it. */
  readonly forOutbox?: readonly MfaEvent[];
}

/** What a record may be found by without being read. An ordinary sign-in changes none of it. */
export interface Marks {
  /** At most 1,000 characters in all: printable ASCII without spaces, in an order of their own. Many users have the same. */
  readonly tags: readonly string[];
  /** Epoch milliseconds, as in the record; `null`: not locked. */
  readonly lockedUntil: number | null;
  /** From when on the user is late; epoch milliseconds from 0, `null`: never. */
  readonly overdueFrom: number | null;
}

/** Which records to scan by their marks. */
export interface Marked {
  /** The tag that they have; `null`: only records without marks. */
  readonly tag: string | null;
  /** Only those whose `lockedUntil` is after this instant. */
  readonly lockedAt?: number | undefined;
  /** Only those whose `overdueFrom` is not after this instant. */
  readonly overdueAt?: number | undefined;
}

/** How many records have the same tags. */
export interface MarkCount {
  /** `null`: of records without marks. */
  readonly tags: readonly string[] | null;
  /** Users with exactly these marks. */
  readonly users: number;
  /** Of these, those whose `lockedUntil` is after the instant. */
  readonly locked: number;
  /** Of these, those whose `lockedUntil` is `UNTIL_UNLOCK`. */
  readonly lockedUntilUnlock: number;
  /** Of these, those whose `overdueFrom` is not after the instant. */
  readonly overdue: number;
}

/** Which events to read. */
export interface EventPage {
  /** Only events with a lower `seq`. Absent: from the newest. */
  readonly before?: number | undefined;
  /** How many, 1 to 200; fewer are returned only if there are no more. */
  readonly limit: number;
}

/** Which records to scan. */
export interface ScanPage {
  /** Only users that come after this one. Absent: from the first. */
  readonly after?: string | undefined;
  /** How many at most, 1 or more. A page may be shorter for any reason, but it is empty only after the last user. */
  readonly limit: number;
  /**
   * A store that keeps marks may leave out every record that has marks and does not fit. Never one without marks: the core
   * reads it, and decides. One that keeps none ignores this.
   */
  readonly marked?: Marked | undefined;
}

/** A stored record with its user. */
export interface ScannedRecord extends StoredRecord {
  /** Whose record it is. */
  readonly userId: string;
}

/**
 * A database, as the core sees it: one compare-and-swap document per user, and an append-only list of events.
 *
 * What every method promises:
 * - A user id is any well-formed string of 1 to 255 bytes in UTF-8 without NUL. Two ids are one user only if
 *   they are equal code point by code point: no trimming, no case folding, no normalization.
 * - Every other text is well-formed too, and without NUL.
 * - Missing is `null` or an empty array, a lost race is `false`; anything else throws an `Error`, and the core turns it
 *   into `store_unavailable`. No error is ever given as one of those answers.
 * - What goes in and what comes out is plain JSON and shares no memory with the store.
 * - Calls may come from many processes at once.
 *
 * What a store may count on:
 * - A commit may come without a read before it, from a process that saw the record up to a minute ago: `expected` is then out of
 *   date more often than a race would make it, and the answer is `false`.
 * - A record is at most 8 KB of JSON at the default options, 10 KB with trusted devices, and 32 KB at the largest; an event
 *   at most 4 KB. Factor kinds of the application's own add what they store. A commit concerns one user and has 5 events at
 *   most, but for two bursts: wrong passwords, which are counted together, up to 11 at the default options and 101 at the
 *   largest, and trusted devices that go together because `max` became smaller, up to 10 more.
 * - `seq` is a whole number from 1, below 2^53. A user's events ascend in the order of their commits, and no number is
 *   used twice, not even after an erase; only after a removal do they begin anew. There may be gaps: do not count by it,
 *   and do not expect it to begin at 1.
 * - Numbers are finite, up to 2^53 - 1 in size; some have a fraction. All digits count.
 * - The deadline of a call is the core's: after 10 seconds it stops waiting, but does not repeat a commit that has not
 *   ended. A store needs no timer, and must not give up on a statement that may still be carried out. It sees to it that
 *   the database ends each statement at some point, and answers only then.
 *
 * What is left to the store: deadlocks and serialization failures of its database are its own to retry, or to answer with
 * `false` if nothing was stored. The core takes a throw for an outcome that is open, and looks for it.
 */
export interface MfaStore {
  /**
   * The record as the last successful `commit` left it.
   *
   * `null` guarantees that no record is stored now: not that none was found within some time, in some copy or in some
   * cache. It lets the user in with the password alone, so when in doubt, throw.
   *
   * Linearizable: a `commit` that has answered is seen by every later `read`, from every process. A stale answer
   * could never be swapped in, but `begin` decides without writing, and would let a user who enrolled a moment ago
   * sign in without the second factor. Do not read from an asynchronous replica.
   */
  read(userId: string): Promise<StoredRecord | null>;

  /**
   * Stores `next` and `events` together or not at all, and only if the stored revision still equals `expected`.
   *
   * - Atomic and linearizable per user: of any number of different commits with one `expected`, at most one answers
   *   `true`.
   * - `true` means durable: it survives a crash of the store, and its fail-over.
   * - `false` means that another revision is stored, or none.
   * - The resend rule: a driver may send one commit twice, even at the same time. If the stored revision is
   *   `next.revision`, it has landed: the answer is `true`, whatever `expected` says, and nothing is stored again. If
   *   another revision has replaced it meanwhile, the answer is `false`: the trail of the record still names it.
   * - A removal must be complete for every later call at once. What is left of it on a disk may be deleted soon after: hide
   *   it until then, so that a user who is stored anew has none of it.
   * - A removal (`next` null) has no revision to be recognized by. If it is sent twice, or if the record is gone for
   *   another reason, the answer is `false`: the core reads again, and finds the user gone.
   * - Removing a user who has no record (`expected` null) answers `true`.
   * - An event is never dropped: if its `seq` is stored already for this user, the commit throws and stores nothing.
   * - A throw leaves the outcome open. The core reads back and looks for its own revision.
   * - Must not take part in a transaction of the host: its rollback would undo a counted failure.
   */
  commit(swap: Swap): Promise<boolean>;

  /** The user's events, newest first (`seq` descending). */
  events(userId: string, page: EventPage): Promise<readonly MfaEvent[]>;

  /**
   * Records in an order by user id that is fixed per store. Paging with `after` = the last id seen, until a page is empty,
   * meets every user that stays stored throughout exactly once. `after` need not be stored any more. Each record comes with
   * the revision that it was stored under: a sweep swaps it without another read.
   */
  scan(page: ScanPage): Promise<readonly ScannedRecord[]>;

  /**
   * Optional: how many records have which tags, at one moment, by an index. A store that has it keeps the marks of every
   * commit with the record, in the same commit, and leaves out of a scan what does not fit.
   * @param now - epoch milliseconds, for the instants of the marks
   */
  countMarks?(now: number): Promise<readonly MarkCount[]>;

  /**
   * Optional: what `mfa.check()` asks at the start of an application. Looks whether the tables are there with their
   * columns, and whether the settings hold on which the promises above rest. Changes nothing.
   * @throws {Error} whose message names what is wrong, and what to do about it: an operator reads it
   */
  check?(): Promise<void>;

  /**
   * Optional: removes the events from before an instant, of all users, in steps that hold nobody up. Records stay as they
   * are, and so do the numbers of the other events. The core never calls it: the host does, as often as it has promised.
   * @param options - `before`: events that happened earlier go
   * @returns how many were removed
   * @throws {RangeError} if `before` is not a valid date
   */
  pruneEvents?(options: { readonly before: Date }): Promise<number>;

  /**
   * Optional: events that someone must be told of, as the host has chosen them when it made the store. `commit` puts them in
   * with everything else that it stores, and only then; a commit that is sent twice puts them in once. They are no part of
   * the user's events: neither an erase nor a removal takes those that wait, and `pruneEvents` leaves them. An erase takes
   * those of its user that are parked. The core never calls it: `runOutbox` of `@mfakit/notify` does.
   */
  readonly outbox?: Outbox;
}
