/** Lists: users by what staff look for, and how many there are, over the records of a store. */
import type { Mfa } from '../api.ts';
import type { CheckedStore } from '../checked-store.ts';
import type { Clock } from '../decide.ts';
import type { EnrolledKind } from '../factors/factor-kind.ts';
import { asObject, parseUserId, parseWhole } from '../input.ts';
import { LIMITS } from '../limits.ts';
import { enforcedFrom } from '../policies/enforcement.ts';
import { lockEnd } from '../policies/lockout.ts';
import type { MfaRecord } from '../record/record.ts';
import { scanPages } from '../scan-pages.ts';
import { factsOf, isInState, USER_STATES, type Facts } from './facts.ts';
import { parseFilter } from './filter.ts';
import type { ListedUser, MfaStats, UserState } from './types.ts';

/** How many records one call looks at: it ends in about a second, however few of them belong in the list. */
const LOOKED_AT = 10_000;

/** What lists are made of. */
export interface ListDependencies {
  readonly store: Pick<CheckedStore, 'scan'>;
  readonly clock: Clock;
  readonly kinds: readonly EnrolledKind[];
  /** What the option `require` demands of a user. */
  readonly requiredFrom: (userId: string) => number | null;
}

/** Makes the calls that list and count users. */
export function createLists({ store, clock, kinds, requiredFrom }: ListDependencies): Pick<Mfa, 'list' | 'stats'> {
  const look = (userId: string, record: MfaRecord): Facts | null =>
    factsOf(record, { kinds, requiredFrom: requiredFrom(userId) });

  return {
    async list(filter, page) {
      const belongs = parseFilter(filter);
      const { after, limit } = asObject('page', page ?? {});
      const first = after === undefined ? undefined : parseUserId(after, 'after');
      const most = limit === undefined ? 100 : parseWhole('limit', limit, 1, LIMITS.listedUsers);
      const now = clock();
      const users: ListedUser[] = [];
      let unreadable = 0;
      let seen = 0;
      for await (const records of scanPages(store, { after: first })) {
        for (const { userId, record } of records) {
          seen += 1;
          if (record === null) unreadable += 1;
          else {
            const facts = look(userId, record);
            if (facts !== null && belongs(facts, now)) {
              users.push(toListed(userId, record, facts, { now, requiredFrom: requiredFrom(userId) }));
            }
          }
          if (users.length === most || seen === LOOKED_AT) return { users, unreadable, after: userId };
        }
      }
      return { users, unreadable, after: null };
    },

    async stats() {
      const now = clock();
      const tally = createTally(now);
      for await (const records of scanPages(store)) {
        for (const { userId, record } of records) tally.add(record === null ? 'unreadable' : look(userId, record));
      }
      return tally.stats();
    },
  };
}

function toListed(
  userId: string,
  record: MfaRecord,
  { lockedUntil, shortSecret, keyIds }: Facts,
  { now, requiredFrom }: { readonly now: number; readonly requiredFrom: number | null },
): ListedUser {
  const from = enforcedFrom(record, requiredFrom);
  const locked = lockedUntil !== null && now < lockedUntil;
  return {
    userId,
    enabled: record.factors.length > 0,
    factors: record.factors.map(({ kind }) => kind),
    backupCodesRemaining: record.backupCodes?.remaining ?? 0,
    locked,
    lockedUntil: locked ? lockEnd(lockedUntil) : null,
    enforcement: from === null ? null : { from: new Date(from) },
    shortSecret,
    keyIds,
  };
}

/** Adds users up. */
interface Tally {
  /** Counts a user; `null`: one who was forgotten. */
  add(facts: Facts | 'unreadable' | null): void;
  stats(): MfaStats;
}

function createTally(now: number): Tally {
  let users = 0;
  let enabled = 0;
  let unreadable = 0;
  const kinds = new Map<string, number>();
  const states = new Map<UserState, number>(USER_STATES.map((state) => [state, 0]));
  return {
    add(facts) {
      if (facts === null) return;
      users += 1;
      if (facts === 'unreadable') {
        unreadable += 1;
        return;
      }
      if (facts.kinds.length > 0) enabled += 1;
      for (const kind of facts.kinds) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      for (const state of USER_STATES) {
        if (isInState(state, facts, now)) states.set(state, (states.get(state) ?? 0) + 1);
      }
    },
    stats: () => ({
      users,
      enabled,
      kinds: Object.fromEntries(kinds),
      states: Object.fromEntries(states) as Record<UserState, number>,
      unreadable,
    }),
  };
}
