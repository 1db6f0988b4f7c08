/** Stats: how many users there are, and in which states, by the marks of a store, or by reading every record. */
import type { CheckedStore } from '../checked-store.ts';
import type { EnrolledKind } from '../factors/factor-kind.ts';
import type { MfaOptions } from '../options.ts';
import type { MfaRecord } from '../record/record.ts';
import { scanPages } from '../scan-pages.ts';
import type { Marked } from '../store.ts';
import { isInState, USER_STATES, type Facts } from './facts.ts';
import { groupOf, overdueUnseen } from './marks.ts';
import type { MfaStats, UserState } from './types.ts';

/** What is counted, and when. */
interface Count {
  readonly store: Pick<CheckedStore, 'scan' | 'countMarks'>;
  readonly kinds: readonly EnrolledKind[];
  readonly require: MfaOptions['require'];
  readonly now: number;
  /** The facts of a record that is read; `null`: the user was forgotten. */
  readonly look: (userId: string, record: MfaRecord) => Promise<Facts | null>;
}

/** Counts all users. What marks do not tell is read: records that have none, and whom the option `require` makes late. */
export async function countUsers(count: Count): Promise<MfaStats> {
  const { store, kinds, require, now } = count;
  const tally = createTally();
  const counts = await store.countMarks(now);
  if (counts === null) {
    for await (const facts of walk(count)) tally.add(facts, now);
    return tally.stats();
  }
  let unmarked = false;
  for (const each of counts) {
    const group = groupOf(each, { kinds, require });
    if (group === 'unmarked') unmarked = true;
    else if (group === 'unreadable') tally.unreadable(each.users);
    else if (group !== 'forgotten') tally.group(group.kinds, group.users, group.states);
  }
  const unseen = overdueUnseen(require);
  const states = unseen === null ? USER_STATES : USER_STATES.filter((state) => state !== 'overdue');
  if (unmarked) for await (const facts of walk(count, { tag: null })) tally.add(facts, now, states);
  // A scan by a tag gives records without marks too.
  if (unseen !== null) {
    for await (const facts of walk(count, unseen)) tally.states(facts, now, ['overdue']);
  }
  return tally.stats();
}

/** The facts of every user, or of those that are marked so and those without marks; `null`: cannot be read. */
async function* walk({ store, look }: Count, marked?: Marked): AsyncGenerator<Facts | null> {
  for await (const records of scanPages(store, { marked })) {
    for (const { userId, record } of records) {
      const facts = record && (await look(userId, record));
      // Someone who was forgotten is no user.
      if (record === null || facts !== null) yield facts;
    }
  }
}

/** Adds users up. */
interface Tally {
  /** A user; `null`: one whose record cannot be read. */
  add(facts: Facts | null, now: number, states?: readonly UserState[]): void;
  /** Only the states of a user who is counted already. */
  states(facts: Facts | null, now: number, states: readonly UserState[]): void;
  /** Users that have the same kinds of factor. */
  group(kinds: readonly string[], users: number, states: Readonly<Record<UserState, number>>): void;
  unreadable(users: number): void;
  stats(): MfaStats;
}

function createTally(): Tally {
  const sum = { users: 0, enabled: 0, unreadable: 0 };
  const kinds = new Map<string, number>();
  const states = new Map<UserState, number>(USER_STATES.map((state) => [state, 0]));
  const raise = <K>(map: Map<K, number>, key: K, by: number): unknown => map.set(key, (map.get(key) ?? 0) + by);
  const users = (held: readonly string[], count: number): void => {
    sum.users += count;
    if (held.length > 0) sum.enabled += count;
    for (const kind of held) raise(kinds, kind, count);
  };
  const tally: Tally = {
    add(facts, now, counted = USER_STATES) {
      if (facts === null) tally.unreadable(1);
      else users(facts.kinds, 1);
      tally.states(facts, now, counted);
    },
    states(facts, now, counted) {
      for (const state of counted) if (facts !== null && isInState(state, facts, now)) raise(states, state, 1);
    },
    group(held, count, inState) {
      users(held, count);
      for (const state of USER_STATES) raise(states, state, inState[state]);
    },
    unreadable(count) {
      sum.users += count;
      sum.unreadable += count;
    },
    stats: () => ({
      users: sum.users,
      enabled: sum.enabled,
      kinds: Object.fromEntries(kinds),
      states: Object.fromEntries(states) as Record<UserState, number>,
      unreadable: sum.unreadable,
    }),
  };
  return tally;
}
