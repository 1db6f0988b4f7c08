import { describe, expect, test } from 'vitest';
import type { CheckedStore } from './checked-store.ts';
import { EMPTY_RECORD } from './record/record.ts';
import { createSeenRecords, rememberingStore, type SeenRecords } from './seen-records.ts';
import type { StoredRecord } from './store.ts';

const stored = (revision: string): StoredRecord => ({ revision, record: EMPTY_RECORD });
const R1 = stored('r1');
const R2 = stored('r2');

describe('what is remembered', () => {
  test('the record that was seen last, and of a user who has none or was forgotten nothing', () => {
    const seen = createSeenRecords();
    expect(seen.recall('ann')).toBeUndefined();
    seen.remember('ann', R1);
    seen.remember('ann', R2);
    expect(seen.recall('ann')).toBe(R2);
    seen.remember('ann', null);
    expect(seen.recall('ann')).toBeUndefined();
    seen.remember('ann', R2);
    seen.remember('ann', { revision: 'r3', record: { ...EMPTY_RECORD, forgottenAt: 1 } });
    expect(seen.recall('ann')).toBeUndefined();
  });

  test('for 60 s by its own clock, and then it is let go of', () => {
    let now = 0;
    const seen = createSeenRecords(() => now);
    seen.remember('ann', R1);
    now = 60_000;
    expect(seen.recall('ann')).toBe(R1);
    now = 60_001;
    expect(seen.recall('ann')).toBeUndefined();
  });

  test('a jump of the time of day makes nothing last longer', () => {
    const seen = createSeenRecords();
    const original = Date.now;
    try {
      seen.remember('ann', R1);
      Date.now = () => 0;
      expect(seen.recall('ann')).toBe(R1);
      Date.now = () => 8.64e15;
      expect(seen.recall('ann')).toBe(R1);
    } finally {
      Date.now = original;
    }
  });

  test('the last 2,048 users in any case, and never more than 4,096', () => {
    const seen = createSeenRecords();
    const users = Array.from({ length: 20_000 }, (_, i) => `user-${i}`);
    for (const [i, user] of users.entries()) {
      seen.remember(user, R1);
      if (i % 1_999 !== 0) continue;
      const kept = users.slice(0, i + 1).map((name) => seen.recall(name) !== undefined);
      expect(kept.filter(Boolean).length).toBeLessThanOrEqual(4096);
      expect(kept.slice(-2048).every(Boolean)).toBe(true);
    }
  });

  test('whoever is seen again stays, however many others come', () => {
    const seen = createSeenRecords();
    for (let i = 0; i < 20_000; i++) {
      seen.remember(`user-${i}`, R1);
      if (i % 1_000 === 0) seen.remember('ann', R2);
    }
    expect(seen.recall('ann')).toBe(R2);
  });
});

/** How many of so many calls begin with a read. */
function reads(seen: SeenRecords, calls: number): number {
  return Array.from({ length: calls }, () => seen.recall('ann')).filter((found) => found === undefined).length;
}

const down = (): Promise<never> => Promise.reject(new Error('down'));

describe('a process whose first tries are lost', () => {
  test('a third of the last 60 is borne, one more is not: then 1,000 calls read first', () => {
    const seen = createSeenRecords();
    seen.remember('ann', R1);
    for (let i = 0; i < 600; i++) seen.tried(i % 3 !== 0);
    expect(reads(seen, 1)).toBe(0);
    seen.tried(false);
    seen.tried(false);
    expect(reads(seen, 1_000)).toBe(1_000);
    expect(reads(seen, 1)).toBe(0);
  });

  test('what was lost before counts no longer after 60 others, nor after the rest', () => {
    const seen = createSeenRecords();
    seen.remember('ann', R1);
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 20; i++) seen.tried(false);
      for (let i = 0; i < 60; i++) seen.tried(true);
    }
    expect(reads(seen, 1)).toBe(0);
    for (let i = 0; i < 21; i++) seen.tried(false);
    expect(reads(seen, 1_001)).toBe(1_000);
    for (let i = 0; i < 20; i++) seen.tried(false);
    expect(reads(seen, 1)).toBe(0);
  });
});

describe('the store that remembers', () => {
  interface Play {
    readonly store: CheckedStore;
    readonly seen: SeenRecords;
    /** What the store answers next: a promise may be kept waiting. */
    answer: { read: () => Promise<StoredRecord | null>; commit: () => Promise<boolean> };
  }
  function play(): Play {
    const seen = createSeenRecords();
    const answer: Play['answer'] = { read: async () => R1, commit: async () => true };
    const inner = { read: () => answer.read(), commit: () => answer.commit() } as unknown as CheckedStore;
    return { store: rememberingStore(inner, seen), seen, answer };
  }
  const swap = { userId: 'ann', expected: 'r1', next: R2, events: [] } as const;

  test('remembers what it reads, and what lands', async () => {
    const { store, seen } = play();
    await store.read('ann');
    expect(seen.recall('ann')).toBe(R1);
    await store.commit(swap);
    expect(seen.recall('ann')).toBe(R2);
  });

  test('drops a user whose commit was lost, or is under way: of parallel commits none knows which was last', async () => {
    const { store, seen, answer } = play();
    await store.read('ann');
    let land: ((swapped: boolean) => void) | undefined;
    answer.commit = () => new Promise((resolve) => (land = resolve));
    const underWay = store.commit(swap);
    expect(seen.recall('ann')).toBeUndefined();
    land?.(false);
    expect(await underWay).toBe(false);
    expect(seen.recall('ann')).toBeUndefined();
  });

  test('drops a removed user, and one who cannot be read', async () => {
    const { store, seen, answer } = play();
    await store.read('ann');
    await store.commit({ ...swap, next: null });
    expect(seen.recall('ann')).toBeUndefined();
    await store.read('ann');
    answer.read = down;
    await expect(store.read('ann')).rejects.toThrow('down');
    expect(seen.recall('ann')).toBeUndefined();
  });

  test('forgets everyone when a commit fails, so that the next calls ask for a read first', async () => {
    const { store, seen, answer } = play();
    await store.read('ann');
    await store.read('bob');
    answer.commit = down;
    await expect(store.commit(swap)).rejects.toThrow('down');
    expect([seen.recall('ann'), seen.recall('bob')]).toEqual([undefined, undefined]);
  });
});
