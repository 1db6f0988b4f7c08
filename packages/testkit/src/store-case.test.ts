import { expect, test } from 'vitest';
import { memoryStore } from '@mfakit/memory';
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
