/** importAll: order, bounds, abort, and what becomes of users whom core refuses. */
import { MfaError, type ImportedUser, type ImportResult } from '@mfakit/core';
import { testApplication } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { importAll, type ReadRow, type ReadUser, type RowReport } from '../src/index.ts';

const RESULT: ImportResult = { outcome: 'imported', factors: 1, backupCodes: 0, warnings: [] };

function user(userId: string, more: Partial<ReadUser> = {}): ReadUser {
  return { userId, source: 'test', factors: [{ externalId: 'totp', secret: new Uint8Array(20) }], ...more };
}

function users(count: number): readonly ReadUser[] {
  return Array.from({ length: count }, (_, index) => user(`u-${index}`));
}

async function collect(reports: AsyncIterable<RowReport>): Promise<readonly RowReport[]> {
  const all: RowReport[] = [];
  for await (const report of reports) all.push(report);
  return all;
}

/** An `importUser` that a test may hold and refuse. */
function importer(run: (user: ImportedUser) => Promise<ImportResult> = async () => RESULT) {
  let running = 0;
  let most = 0;
  const given: ImportedUser[] = [];
  return {
    given,
    most: () => most,
    async importUser(one: ImportedUser): Promise<ImportResult> {
      given.push(one);
      running += 1;
      most = Math.max(most, running);
      try {
        return await run(one);
      } finally {
        running -= 1;
      }
    },
  };
}

test('reports come in the order of the rows, however long each takes', async () => {
  const waiting: (() => void)[] = [];
  const mfa = importer(
    () =>
      new Promise((resolve) => {
        waiting.push(() => resolve(RESULT));
        // The last of three that run at once is the first to end.
        if (waiting.length === 3) for (const end of waiting.splice(0).toReversed()) end();
      }),
  );
  const reports = await collect(importAll(mfa, users(9), { concurrency: 3 }));
  expect(reports.map(({ userId }) => userId)).toEqual(users(9).map(({ userId }) => userId));
});

test('no more at once than asked for, and no row is taken before there is room', async () => {
  let taken = 0;
  function* rows(): Generator<ReadRow> {
    for (const one of users(100)) {
      taken += 1;
      yield one;
    }
  }
  const mfa = importer(() => new Promise((resolve) => setImmediate(() => resolve(RESULT))));
  let reported = 0;
  for await (const _ of importAll(mfa, rows(), { concurrency: 5 })) {
    reported += 1;
    expect(taken - reported).toBeLessThan(5);
  }
  expect([reported, mfa.most()]).toEqual([100, 5]);
});

test('a caller that stops leaves nothing running', async () => {
  const mfa = importer();
  let running = 0;
  const watched = {
    async importUser(one: ImportedUser) {
      running += 1;
      await new Promise(setImmediate);
      running -= 1;
      return mfa.importUser(one);
    },
  };
  for await (const _ of importAll(watched, users(100))) break;
  expect([running, mfa.given.length]).toEqual([0, 8]);
});

test('an abort ends it after the users that were begun, each with its report', async () => {
  const controller = new AbortController();
  const mfa = importer();
  const reports: RowReport[] = [];
  for await (const report of importAll(mfa, users(100), { signal: controller.signal })) {
    reports.push(report);
    if (reports.length === 10) controller.abort();
  }
  expect(reports).toHaveLength(mfa.given.length);
  expect(reports.length).toBeLessThan(20);
});

test('users to leave out, and users who come twice, are told and not imported', async () => {
  const mfa = importer();
  const rows = [user('ann'), user('bob'), user('ann'), { userId: null, reason: 'malformed', row: 'users[3]' } as const];
  expect(await collect(importAll(mfa, rows, { except: new Set(['bob']) }))).toEqual([
    { userId: 'ann', ...RESULT },
    { outcome: 'skipped', userId: 'bob', reason: 'excepted', row: 'bob' },
    { outcome: 'skipped', userId: 'ann', reason: 'duplicate_user', row: 'ann' },
    { outcome: 'skipped', userId: null, reason: 'malformed', row: 'users[3]' },
  ]);
  expect(mfa.given.map(({ userId }) => userId)).toEqual(['ann']);
});

test.each([0, 65, 1.5, Number.NaN])('a concurrency of %d is refused', async (concurrency) => {
  await expect(collect(importAll(importer(), [], { concurrency }))).rejects.toThrow(RangeError);
});

describe('over core', () => {
  test('one whom it refuses stops nobody', async () => {
    const { mfa } = testApplication();
    const rows = [user('ann'), user('b'.repeat(256)), user('cid')];
    expect(await collect(importAll(mfa, rows))).toEqual([
      expect.objectContaining({ userId: 'ann', outcome: 'imported' }),
      { outcome: 'failed', userId: 'b'.repeat(256), error: 'invalid_input', field: 'userId' },
      expect.objectContaining({ userId: 'cid', outcome: 'imported' }),
    ]);
  });

  test('too many factors are told as such', async () => {
    const { mfa } = testApplication({ maxFactors: 1 });
    const factors = ['one', 'two'].map((externalId) => ({ externalId, secret: new Uint8Array(20) }));
    expect(await collect(importAll(mfa, [user('ann', { factors })]))).toEqual([
      { outcome: 'skipped', userId: 'ann', reason: 'too_many_factors', row: 'ann' },
    ]);
  });

  test('codes that cannot be held leave the app, with a warning', async () => {
    const { mfa } = testApplication();
    const rows = [user('ann', { backupCodes: { hashes: ['$scrypt$secret-canary'] } })];
    const reports = await collect(importAll(mfa, rows));
    expect(reports).toEqual([
      expect.objectContaining({
        outcome: 'imported',
        backupCodes: 0,
        warnings: expect.arrayContaining(['codes_unusable']),
      }),
    ]);
    expect(JSON.stringify(reports)).not.toContain('canary');
  });

  test('secrets first, codes in a second run', async () => {
    const { mfa } = testApplication();
    const rows = [user('ann', { backupCodes: { codes: ['aaaa-bbbb-cccc'] } })];
    const outcomes = async (backupCodes: boolean) =>
      (await collect(importAll(mfa, rows, { backupCodes }))).map((report) =>
        'backupCodes' in report ? [report.outcome, report.backupCodes] : report,
      );
    expect(await outcomes(false)).toEqual([['imported', 0]]);
    expect(await outcomes(true)).toEqual([['updated', 1]]);
    expect(await outcomes(true)).toEqual([['unchanged', 1]]);
  });

  test('a dry run writes nothing, and tells what would be', async () => {
    const { mfa, events, options } = testApplication();
    const reports = await collect(importAll(mfa, users(3), { dryRun: true }));
    expect(reports.map(({ outcome }) => outcome)).toEqual(['imported', 'imported', 'imported']);
    expect(events).toEqual([]);
    expect(await options.store.read('u-0')).toBeNull();
    expect((await collect(importAll(mfa, users(3)))).map(({ outcome }) => outcome)).toEqual(
      reports.map(({ outcome }) => outcome),
    );
  });
});

describe('a store that is down', () => {
  test('ends it after fifty users', async () => {
    const mfa = importer(async () => {
      throw new MfaError('store_unavailable');
    });
    await expect(collect(importAll(mfa, users(1000)))).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(mfa.given.length).toBeLessThan(60);
  });

  test('but not if it comes back', async () => {
    let calls = 0;
    const mfa = importer(async () => {
      calls += 1;
      if (calls % 49 === 0) return RESULT;
      throw new MfaError('store_unavailable');
    });
    expect(await collect(importAll(mfa, users(300)))).toHaveLength(300);
  });

  test('an error that is none of core is told without its text', async () => {
    const mfa = importer(async () => {
      throw new Error('secret-canary');
    });
    expect(await collect(importAll(mfa, users(1)))).toEqual([
      { outcome: 'failed', userId: 'u-0', error: 'unexpected', field: undefined },
    ]);
  });
});
