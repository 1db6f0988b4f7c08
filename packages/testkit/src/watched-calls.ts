/** WatchedCalls: knows which calls of a store have not ended, so that a case that hangs can name them. */
import type { MfaStore, Outbox } from '@mfakit/core';
import { describeSwap, quote } from './describe.ts';
import type { TestStore } from './store-case.ts';

/** Connections under watch. */
export interface Watched {
  readonly connections: TestStore['connections'];
  /** Names the calls that have not ended, the oldest first. */
  readonly underWay: () => string;
}

/** How many calls are named. */
const NAMED = 3;

/** Watches connections. */
export function watch(connections: TestStore['connections']): Watched {
  const calls = new Map<object, string>();
  const watched = async <T>(name: string, call: () => Promise<T>): Promise<T> => {
    const key = {};
    calls.set(key, name);
    try {
      return await call();
    } finally {
      calls.delete(key);
    }
  };
  const each = (store: MfaStore): MfaStore => ({
    read: (userId) => watched(`read of user ${quote(userId)}`, () => store.read(userId)),
    commit: (swap) => watched(describeSwap(swap), () => store.commit(swap)),
    events: (userId, page) => watched(`events of user ${quote(userId)}`, () => store.events(userId, page)),
    scan: (page) => watched('scan', () => store.scan(page)),
    ...(store.pruneEvents !== undefined && {
      pruneEvents: (options) => watched('pruneEvents', async () => (await store.pruneEvents?.(options)) ?? 0),
    }),
    ...(store.countMarks !== undefined && {
      countMarks: (now) => watched('countMarks', async () => (await store.countMarks?.(now)) ?? []),
    }),
    ...(store.check !== undefined && { check: () => watched('check', async () => store.check?.()) }),
    ...(store.outbox !== undefined && { outbox: eachOutbox(store.outbox) }),
  });
  const eachOutbox = (outbox: Outbox): Outbox => ({
    claim: (limit, seconds) => watched('outbox.claim', () => outbox.claim(limit, seconds)),
    done: (ids) => watched('outbox.done', () => outbox.done(ids)),
    retry: (id, at, error) => watched('outbox.retry', () => outbox.retry(id, at, error)),
    drop: (id) => watched('outbox.drop', () => outbox.drop(id)),
    stats: () => watched('outbox.stats', () => outbox.stats()),
    parked: (limit) => watched('outbox.parked', () => outbox.parked(limit)),
  });
  const [first, ...others] = connections;
  return {
    connections: [each(first), ...others.map(each)],
    underWay() {
      const names = [...calls.values()];
      const more = names.length > NAMED ? [`${names.length - NAMED} more`] : [];
      return names.length === 0 ? 'no call of the store' : [...names.slice(0, NAMED), ...more].join(', ');
    },
  };
}
