import { describe, expect, test } from 'vitest';
import { EMPTY_RECORD, type MfaRecord, type MfaStore } from '@mfakit/core';
import { OUTBOX_TYPES, storeCases } from '@mfakit/testkit';
import { memoryStore } from './memory-store.ts';

const RECORD: MfaRecord = {
  ...EMPTY_RECORD,
  epoch: 0,
  factors: [],
  backupCodes: null,
  lockout: { failures: 0, passwordFailures: 0, lockedUntil: null, streak: 0 },
  lastEventSeq: 0,
};

async function insert(store: MfaStore, userId: string): Promise<boolean> {
  return store.commit({ userId, expected: null, next: { revision: userId, record: RECORD }, events: [] });
}

describe('the promises of the port', () => {
  for (const { name, run } of storeCases(async () => ({ connections: [memoryStore()] }))) test(name, run);
});

describe('the promises of the port, with an outbox', () => {
  const outbox = { types: OUTBOX_TYPES };
  for (const { name, run } of storeCases(async () => ({ connections: [memoryStore({ outbox })] }))) test(name, run);
});

test('each call makes a store of its own', async () => {
  const store = memoryStore();
  await insert(store, 'alice');
  expect(await memoryStore().read('alice')).toBeNull();
});

test('scan goes by UTF-16 code units', async () => {
  const store = memoryStore();
  for (const userId of ['\uFF5E', 'b', '👾', 'B', 'é']) await insert(store, userId);
  const rows = await store.scan({ limit: 10 });
  expect(rows.map((row) => row.userId)).toEqual(['B', 'b', 'é', '👾', '\uFF5E']);
});

test('scan sorts once for all pages, not once for each', async () => {
  const store = memoryStore();
  for (let user = 0; user < 20_000; user += 1) await insert(store, `user-${user}`);
  let met = 0;
  let after: string | undefined;
  // 10,000 pages: sorting for each of them would take minutes, not the fraction of a second that it does.
  while (met < 20_000) {
    const page = await store.scan({ after, limit: 2 });
    expect(page).toHaveLength(2);
    expect(page[0]?.userId).not.toBe(after);
    met += page.length;
    after = page.at(-1)?.userId;
  }
  expect(await store.scan({ after, limit: 2 })).toEqual([]);
});
