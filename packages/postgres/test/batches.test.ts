import { expect, test, vi } from 'vitest';
import { inBatches } from '../src/batches.ts';

/** Batches that end when the test says so. */
function start(lanes: number) {
  const sent: { readonly items: readonly string[]; readonly end: (done?: readonly number[]) => void }[] = [];
  const answers: Record<string, boolean> = {};
  const put = inBatches<string, string>({
    lanes,
    kindOf: (item) => (item.startsWith('+') ? 'insert' : 'update'),
    keyOf: (item) => item.replace(/\d+$/, ''),
    carryOut: (_, items) =>
      new Promise((resolve, reject) => {
        sent.push({
          items,
          end: (done) => (done === undefined ? reject(new Error('broken')) : resolve(new Set(done))),
        });
      }),
  });
  return {
    sent,
    answers,
    put: (...items: string[]) =>
      items.forEach((item) => {
        void put(item).then((done) => (answers[item] = done));
      }),
    async end(batch: number, done?: readonly number[]) {
      sent[batch]?.end(done);
      await new Promise(setImmediate);
    },
    items: () => sent.map(({ items }) => items.join(' ')),
  };
}

test('what comes while every lane is taken goes together, in the order of its keys', async () => {
  const { put, end, items, answers } = start(2);
  put('c', 'b', 'd', 'a');
  expect(items()).toEqual(['c', 'b']);
  await end(1, [0]);
  expect(items()).toEqual(['c', 'b', 'a d']);
  await end(2, [1]);
  expect(answers).toEqual({ b: true, a: false, d: true });
});

test('of two with one key the second waits for the next batch, and so does another kind', async () => {
  const { put, end, items } = start(1);
  put('x', 'a1', '+e', 'a2', 'b', '+f', 'a3');
  await end(0, [0]);
  await end(1, [0, 1]);
  await end(2, [0, 1]);
  await end(3, [0]);
  expect(items()).toEqual(['x', 'a1 b', '+e +f', 'a2', 'a3']);
});

test('a batch that throws is left to each of its items, and the lane goes on', async () => {
  const { put, end, items, answers } = start(1);
  put('x', 'a', 'b');
  await end(0);
  expect(answers).toEqual({ x: false });
  expect(items()).toEqual(['x', 'a b']);
});

test('a batch takes sixty-four at most', async () => {
  const { put, end, sent } = start(1);
  put('x', ...Array.from({ length: 100 }, (_, index) => `user-${index}-`));
  await end(0, []);
  await end(1, []);
  expect(sent.map(({ items }) => items.length)).toEqual([1, 64, 36]);
});

test('a lane that hangs holds up nobody but its own for more than a second', async () => {
  const { put, end, items, answers } = start(1);
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  try {
    put('hangs', 'a');
    now.mockReturnValue(999);
    put('b');
    expect(items()).toEqual(['hangs']);
    now.mockReturnValue(1000);
    put('c');
    expect(items()).toEqual(['hangs', 'a b c']);
    await end(1, [0, 1, 2]);
    put('d');
    expect(items()).toEqual(['hangs', 'a b c', 'd']);
    await end(0, [0]);
    expect(answers).toEqual({ a: true, b: true, c: true, hangs: true });
  } finally {
    now.mockRestore();
  }
});
