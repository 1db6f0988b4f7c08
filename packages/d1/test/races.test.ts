/** Several Workers at once, and answers that get lost. */
import { createMfa, type SecondFactor } from '@mfakit/core';
import { outcomeOf, testApplication, testClock } from '@mfakit/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { d1Store, type D1Database } from '../src/index.ts';
import { resetTables } from './tables.ts';
import { startWorkerd, WORKERS, type Workerd } from './workerd.ts';

let workerd: Workerd;
beforeAll(async () => {
  workerd = await startWorkerd();
}, 60_000);
afterAll(() => workerd.stop());
beforeEach(() => resetTables(workerd.database));

const passwordless = (database: D1Database) =>
  testApplication({ store: d1Store(database), clock: testClock(), verifyPassword: 'passwordless' });

/** What all Workers answer to the same inputs at once. */
async function everywhere(now: number, inputs: readonly { readonly code: string }[]): Promise<readonly string[]> {
  const answers = await Promise.all(
    Array.from({ length: WORKERS }, (_, worker) =>
      workerd.perform(worker, { do: 'stepUp', now, userId: 'alice', inputs }),
    ),
  );
  return answers.flat() as string[];
}

test('of eighty uses of one code over four Workers one succeeds', async () => {
  const { mfa, clock, enroll } = passwordless(workerd.database);
  const alice = await enroll('alice');
  const code = alice.code();
  const outcomes = await everywhere(
    clock(),
    Array.from({ length: 20 }, () => ({ code })),
  );
  expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1);
  const history = await mfa.history('alice', { limit: 200 });
  expect(history.filter(({ type }) => type === 'verified')).toHaveLength(1);
  expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => history.length - index));
});

test('of two hundred wrong guesses over four Workers ten are answered', async () => {
  const { clock, enroll } = passwordless(workerd.database);
  const alice = await enroll('alice');
  const code = alice.wrongCode();
  const outcomes = await everywhere(
    clock(),
    Array.from({ length: 50 }, () => ({ code })),
  );
  expect(outcomes.filter((outcome) => outcome === 'invalid_code')).toHaveLength(10);
  // Busy: more calls of one user than a process lets wait.
  expect(outcomes.filter((outcome) => !['invalid_code', 'locked', 'busy'].includes(outcome))).toEqual([]);
});

test('one instance serves all requests of a Worker at once', async () => {
  const { mfa, clock, enroll } = passwordless(workerd.database);
  const [alice, bob] = [await enroll('alice'), await enroll('bob')];
  const request = (userId: string, input: SecondFactor): Promise<unknown> =>
    workerd.perform(0, { do: 'request', now: clock(), userId, input });
  const [hers, his] = [alice.code(), bob.code()];
  const outcomes = await Promise.all([
    ...Array.from({ length: 20 }, () => request('alice', { code: hers })),
    ...Array.from({ length: 20 }, () => request('bob', { code: his })),
    ...alice.backupCodes.map((backupCode) => request('alice', { backupCode })),
  ]);
  expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(2 + alice.backupCodes.length);
  expect(outcomes.filter((outcome) => outcome === 'code_already_used')).toHaveLength(38);
  expect((await mfa.status('alice')).backupCodesRemaining).toBe(0);
});

/** The binding; the answers of its next batches get lost after they were carried out, or before. */
function losing(database: D1Database, lost: ('before' | 'after')[]): D1Database {
  return {
    prepare: (text) => database.prepare(text),
    async batch(statements) {
      const when = statements.length > 1 ? lost.shift() : undefined;
      if (when === 'before') throw new Error('Network connection lost.');
      const results = await database.batch(statements);
      if (when === 'after') throw new Error('Network connection lost.');
      return results;
    },
  };
}

test('a commit whose answer got lost has spent the code, once', async () => {
  const lost: ('before' | 'after')[] = [];
  const { mfa, enroll } = passwordless(losing(workerd.database, lost));
  const alice = await enroll('alice');
  const code = alice.code();
  lost.push('after');
  expect(await outcomeOf(mfa.stepUp('alice', { code }))).toBe('accepted');
  expect(await outcomeOf(mfa.stepUp('alice', { code }))).toBe('code_already_used');
  expect((await mfa.history('alice', { limit: 1 }))[0]?.type).toBe('attempt_refused');
  const types = (await mfa.history('alice', { limit: 200 })).map(({ type }) => type);
  expect(types.filter((type) => type === 'verified')).toHaveLength(1);
});

test('a database that is gone is an error, not a user without a second factor', async () => {
  const gone: D1Database = { prepare: workerd.database.prepare, batch: () => Promise.reject(new Error('gone')) };
  const store = d1Store({ ...gone, prepare: (text) => workerd.database.prepare(text) });
  for (const call of [
    () => store.read('alice'),
    () => store.commit({ userId: 'alice', expected: null, next: null, events: [] }),
    () => store.events('alice', { limit: 1 }),
    () => store.scan({ limit: 1 }),
    () => store.check?.(),
  ]) {
    await expect(call).rejects.toThrow('gone');
  }
  const { options } = testApplication();
  expect(await outcomeOf(createMfa({ ...options, store }).begin('alice'))).toBe('store_unavailable');
});

function refuse(): never {
  throw new Error('sent past the session');
}

const answering = (results: unknown): D1Database => ({
  prepare: (text) => workerd.database.prepare(text),
  batch: async () => results as never,
});

test('an answer without rows is an error, not a user without a second factor', async () => {
  for (const results of [[], [{}], [{ success: false, error: 'gone' }]]) {
    await expect(d1Store(answering(results)).read('alice')).rejects.toThrow('no list of rows');
  }
});

test('each call is a session of its own, which begins at the primary', async () => {
  const asked: string[] = [];
  const store = d1Store({
    prepare: refuse,
    batch: refuse,
    withSession(constraint) {
      asked.push(constraint);
      return workerd.database;
    },
  });
  await store.read('alice');
  await store.commit({ userId: 'alice', expected: null, next: null, events: [] });
  await store.events('alice', { limit: 1 });
  await store.scan({ limit: 1 });
  await store.check?.();
  expect(asked).toEqual(Array.from({ length: 5 }, () => 'first-primary'));
});
