/** What noticed a change to a source is asked first about the next one. */
import { expect, test } from 'vitest';
import { createOrder } from '../src/order.ts';

const file = (name: string, ms: number) => ({ file: name, ms, failed: false, failedTests: [] });

test('quick files first, then what noticed something, most of all in the same source', () => {
  const order = createOrder([file('slow', 90), file('b', 2), file('a', 1), file('a/src/x.test.ts', 50)]);
  expect(order.for('a/src/y.ts')).toEqual(['a', 'b', 'slow', 'a/src/x.test.ts']);
  // A unit test lies beside its source.
  expect(order.for('a/src/x.ts')).toEqual(['a/src/x.test.ts', 'a', 'b', 'slow']);
  order.noticed('a/src/y.ts', 'slow');
  expect(order.for('a/src/y.ts')).toEqual(['slow', 'a', 'b', 'a/src/x.test.ts']);
  expect(order.for('a/src/z.ts')).toEqual(['slow', 'a', 'b', 'a/src/x.test.ts']);
  order.noticed('a/src/z.ts', 'b');
  expect(order.for('a/src/z.ts')).toEqual(['b', 'slow', 'a', 'a/src/x.test.ts']);
});
