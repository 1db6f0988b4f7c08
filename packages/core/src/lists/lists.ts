/** Lists: users by what staff look for, a page at a time, over the records of a store. */
import type { Mfa } from '../api.ts';
import type { CheckedStore } from '../checked-store.ts';
import type { Clock } from '../decide.ts';
import { codesLeft } from '../factors/backup-codes/stored.ts';
import type { EnrolledKind } from '../factors/factor-kind.ts';
import { asObject, parseUserId, parseWhole } from '../input.ts';
import { LIMITS } from '../limits.ts';
import type { MfaOptions } from '../options.ts';
import { enforcementOf, type EnforcementContext } from '../policies/enforcement.ts';
import { lockEnd } from '../policies/lockout.ts';
import type { DemandOn } from '../policies/requirement.ts';
import type { MfaRecord } from '../record/record.ts';
import { scanPages } from '../scan-pages.ts';
import { factsOf, isInState, type Facts } from './facts.ts';
import { belongs, parseFilter } from './filter.ts';
import { markedFor } from './marks.ts';
import { countUsers } from './stats.ts';
import type { ListedUser } from './types.ts';

/** How many records one call looks at: it ends in about a second, however few of them belong in the list. */
const LOOKED_AT = 10_000;

/** What lists are made of. */
export interface ListDependencies {
  readonly store: Pick<CheckedStore, 'scan' | 'countMarks'>;
  readonly clock: Clock;
  readonly kinds: readonly EnrolledKind[];
  /** The option. */
  readonly require: MfaOptions['require'];
  /** What it demands of a user. */
  readonly demandOn: DemandOn;
}

/** Makes the calls that list and count users. */
export function createLists({ store, clock, kinds, require, demandOn }: ListDependencies): Pick<Mfa, 'list' | 'stats'> {
  return {
    async list(given, page) {
      const filter = parseFilter(given);
      const { after, limit } = asObject('page', page ?? {});
      const first = after === undefined ? undefined : parseUserId(after, 'after');
      const most = limit === undefined ? 100 : parseWhole('limit', limit, 1, LIMITS.listedUsers);
      const now = clock();
      const users: ListedUser[] = [];
      let unreadable = 0;
      let seen = 0;
      for await (const records of scanPages(store, { after: first, marked: markedFor(filter, now, require) })) {
        for (const { userId, record } of records) {
          seen += 1;
          const demand = await demandOn(userId);
          const facts = record && factsOf(record, { kinds, now, demand });
          if (record === null) unreadable += 1;
          else if (facts !== null && belongs(filter, facts, now)) {
            users.push(toListed(userId, record, facts, { now, demand }));
          }
          if (users.length === most || seen === LOOKED_AT) return { users, unreadable, after: userId };
        }
      }
      return { users, unreadable, after: null };
    },

    async stats() {
      const now = clock();
      const look = async (userId: string, record: MfaRecord): Promise<Facts | null> =>
        factsOf(record, { kinds, now, demand: await demandOn(userId) });
      return countUsers({ store, kinds, require, now, look });
    },
  };
}

function toListed(userId: string, record: MfaRecord, facts: Facts, context: EnforcementContext): ListedUser {
  const from = enforcementOf(record, context)?.from ?? null;
  const locked = isInState('locked', facts, context.now);
  return {
    userId,
    enabled: record.factors.length > 0,
    factors: record.factors.map(({ kind }) => kind),
    backupCodesRemaining: codesLeft(record.backupCodes, context.now),
    locked,
    lockedUntil: locked ? lockEnd(facts.lockedUntil) : null,
    enforcement: from === null ? null : { from: new Date(from) },
    shortSecret: facts.shortSecret,
    keyIds: facts.keyIds,
  };
}
