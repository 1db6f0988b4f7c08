import { describe, expect, test } from 'vitest';
import { memoryStore } from '@mfakit/memory';
import { version } from './samples.ts';
import { expectRecord, lose, store as win } from './steps.ts';
import { casesOf, type CaseBody, type TestStore } from './store-case.ts';

/** Runs one case. Returns its error, if any, and how often its store was closed. */
async function run(
  body: CaseBody,
  store: Partial<TestStore> = {},
  closing: () => Promise<void> = async () => undefined,
): Promise<{ readonly error: unknown; readonly closed: number }> {
  let closed = 0;
  const createStore = async (): Promise<TestStore> => ({
    connections: [memoryStore()],
    close() {
      closed += 1;
      return closing();
    },
    ...store,
  });
  const [only] = casesOf(createStore, { only: body });
  const error: unknown = await only?.run().then(
    () => null,
    (reason: unknown) => reason,
  );
  return { error, closed };
}

const hanging = (): Promise<never> => new Promise(() => undefined);

const messageOf = async (step: Promise<void>): Promise<string> =>
  step.then(
    () => 'none',
    (error: Error) => error.message,
  );

const failToClose = (): Promise<void> => Promise.reject(new Error('cannot close'));

test('opens nothing before it runs', () => {
  const cases = casesOf(() => Promise.reject(new Error('opened')), { one: async () => undefined });
  expect(cases.map(({ name }) => name)).toEqual(['one']);
});

test('closes its store once, passed or not', async () => {
  const failure = new Error('broken');
  expect(await run(async () => undefined)).toEqual({ error: null, closed: 1 });
  expect(await run(() => Promise.reject(failure))).toEqual({ error: failure, closed: 1 });
});

test('tells a failure to close, but not in place of a broken promise', async () => {
  const failure = new Error('broken');
  expect(await run(async () => undefined, {}, failToClose)).toEqual({ error: new Error('cannot close'), closed: 1 });
  expect(await run(() => Promise.reject(failure), {}, failToClose)).toEqual({ error: failure, closed: 1 });
});

test('spreads calls over the connections in turn', async () => {
  const calls: string[] = [];
  const connection = (name: string): TestStore['connections'][0] => ({
    ...memoryStore(),
    async read() {
      calls.push(name);
      return null;
    },
  });
  const { error } = await run(
    async (store) => {
      for (let call = 0; call < 4; call += 1) await store.read('alice');
    },
    { connections: [connection('a'), connection('b'), connection('c')] },
  );
  expect(error).toBeNull();
  expect(calls).toEqual(['a', 'b', 'c', 'a']);
});

describe('a deadline', () => {
  test('ends a case that hangs, names the calls that it waits for, and closes the store', async () => {
    let closed = 0;
    const createStore = async (): Promise<TestStore> => ({
      connections: [{ ...memoryStore(), read: hanging, scan: hanging }],
      close: async () => void (closed += 1),
    });
    const [one] = casesOf(
      createStore,
      { one: async (target) => void (await Promise.all([target.read('zo\u00EB'), target.scan({ limit: 1 })])) },
      { deadlineSeconds: 0.05 },
    );
    await expect(one?.run()).rejects.toThrow(
      'Broken promise: every call ends\n  After 0.05 s the case still waits for read of user "zo\u00EB" (hex 7a6fc3ab), scan.',
    );
    expect(closed).toBe(1);
  });

  test('ends a close that hangs', async () => {
    const [one] = casesOf(
      async () => ({ connections: [memoryStore()], close: hanging }),
      { one: async () => undefined },
      { deadlineSeconds: 0.05 },
    );
    await expect(one?.run()).rejects.toThrow('still waits for close.');
  });

  test.each([0, -1, Number.NaN, 1e9])('of %d seconds is refused', (deadlineSeconds) => {
    expect(() => casesOf(() => Promise.reject(new Error('opened')), {}, { deadlineSeconds })).toThrow(
      new RangeError('deadlineSeconds must be above 0, and a day at most.'),
    );
  });
});

describe('a message', () => {
  test('names the user and the revisions of a commit', async () => {
    const never = { ...memoryStore(), commit: async () => 0 as unknown as boolean };
    const next = { ...version(), revision: 'r2' };
    expect(await messageOf(win(never, { userId: 'al ', expected: 'r1', next }))).toBe(
      'Broken promise: a commit answers true where the stored revision equals `expected`\n' +
        '  0 was answered to commit of user "al " (hex 616c20): expected "r1", next "r2"',
    );
    expect(await messageOf(lose(never, { userId: 'al', next: null }))).toContain(
      '0 was answered to commit of user "al": expected no record, next a removal',
    );
  });

  test('shows in hex what looks alike, and where it differs', async () => {
    const target = memoryStore();
    const stored = { ...version(), revision: `${'r'.repeat(31)}1` };
    await win(target, { userId: 'e\u0301', next: stored });
    expect(await messageOf(expectRecord(target, 'e\u0301', { ...stored, revision: `${'r'.repeat(31)}l` }))).toBe(
      'Broken promise: read gives what the last successful commit stored, here of user "e\u0301" (hex 65cc81)\n' +
        `  answer.revision: expected "${'r'.repeat(31)}l" (hex ${'72'.repeat(31)}6c), ` +
        `got "${'r'.repeat(31)}1" (hex ${'72'.repeat(31)}31), which differs first at character 32 of 32`,
    );
  });
});
