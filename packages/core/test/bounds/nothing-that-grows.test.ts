/**
 * No call leaves anything behind in memory that is kept by user: maps of users would grow as long as the process lives. The
 * one exception is the record as it was seen last: `seen-records.test.ts` shows its bound.
 */
import type { MfaEvent, MfaStore, StoredRecord, Swap } from '@mfakit/core';
import { MFA_CALLS, outcomeOf, readyForCalls, testApplication, type CallName } from '@mfakit/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const USER = 'a user whose name is in no other text';

/** A store without a Map, so that all that are found are core's. It keeps one user. */
function plainStore(): MfaStore {
  let stored: StoredRecord | null = null;
  let events: MfaEvent[] = [];
  return {
    read: async () => structuredClone(stored),
    async commit({ expected, next, events: added }: Swap) {
      if ((stored?.revision ?? null) !== expected) return false;
      stored = structuredClone(next);
      events = added === 'erase' || next === null ? [] : [...events, ...structuredClone(added)];
      return true;
    },
    events: async (_userId, { limit, before = Infinity }) =>
      events
        .toReversed()
        .filter(({ seq }) => seq < before)
        .slice(0, limit),
    scan: async ({ after }) => (stored === null || after !== undefined ? [] : [{ userId: USER, ...stored }]),
  };
}

/** Every Map and Set that ever had a key with the user's name in it. */
let holders: Set<ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>>;
const names = (key: unknown): boolean => typeof key === 'string' && key.includes(USER);

/** The jobs of a user in this minute, which the hash queue drops with the minute: a number, and no state of a call. */
const isCount = (holder: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>, key: unknown): boolean =>
  holder instanceof Map && typeof holder.get(key) === 'number';

/** What was seen of a user last, in the one memory that may keep it. */
const isSeen = (holder: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>, key: unknown): boolean => {
  const value: unknown = holder instanceof Map ? holder.get(key) : undefined;
  return typeof value === 'object' && value !== null && Object.keys(value).join() === 'stored,at';
};

/** How many such keys are left. */
function left(isExempt = isSeen): number {
  return [...holders].reduce(
    (sum, holder) =>
      sum + [...holder.keys()].filter((key) => names(key) && !isCount(holder, key) && !isExempt(holder, key)).length,
    0,
  );
}

beforeEach(() => {
  holders = new Set();
  const [set, add] = [Map.prototype.set, Set.prototype.add];
  const found = holders;
  vi.spyOn(Map.prototype, 'set').mockImplementation(function (this: Map<unknown, unknown>, key, value) {
    if (names(key)) Reflect.apply(add, found, [this]);
    return Reflect.apply(set, this, [key, value]) as typeof this;
  });
  vi.spyOn(Set.prototype, 'add').mockImplementation(function (this: Set<unknown>, key) {
    if (names(key)) Reflect.apply(add, found, [this]);
    return Reflect.apply(add, this, [key]) as typeof this;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

test('the maps are found at all', async () => {
  const app = testApplication({ store: plainStore() });
  const running = app.mfa.enforce(USER);
  expect(left()).toBeGreaterThan(0);
  await running;
});

test.each(Object.keys(MFA_CALLS) as CallName[])('after %s', async (name) => {
  const app = testApplication({ store: plainStore() });
  const { input } = await readyForCalls(app, USER);
  expect(await outcomeOf(MFA_CALLS[name].run(app.mfa, input))).toBe('accepted');
  // Refused as well, mostly.
  await outcomeOf(MFA_CALLS[name].run(app.mfa, input));
  expect(left()).toBe(0);
});

test('of a user who was forgotten not even the record that was seen', async () => {
  const app = testApplication({ store: plainStore() });
  await readyForCalls(app, USER);
  expect(left(() => false)).toBeGreaterThan(0);
  await app.mfa.forget(USER);
  await app.mfa.status(USER);
  expect(left(() => false)).toBe(0);
});

test.each(Object.keys(MFA_CALLS) as CallName[])('after many of %s at once', async (name) => {
  const app = testApplication({ store: plainStore() });
  const { input } = await readyForCalls(app, USER);
  await Promise.all(Array.from({ length: 120 }, async () => outcomeOf(MFA_CALLS[name].run(app.mfa, input))));
  expect(left()).toBe(0);
});

test.each(['read', 'commit', 'events'] as const)('after calls to a store whose %s throws', async (method) => {
  const store = plainStore();
  const app = testApplication({ store });
  const { input } = await readyForCalls(app, USER);
  const mfa = app.another({
    store: {
      ...store,
      [method]: async () => {
        throw new Error('down');
      },
    },
  });
  for (const { run } of Object.values(MFA_CALLS)) await outcomeOf(run(mfa, input));
  expect(left()).toBe(0);
});
