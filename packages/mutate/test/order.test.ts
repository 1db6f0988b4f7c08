/** What noticed a change to a source is asked first about the next one. */
import { expect, test } from 'vitest';
import { createOrder } from '../src/order.ts';

const file = (name: string, ms: number) => ({ file: name, ms, failed: false, failedTests: [] });

test('quick files first, then what noticed something, most of all in the same source', () => {
  const order = createOrder([file('slow', 90), file('b', 2), file('a', 1), file('src/x.test.ts', 50)]);
  expect(order.for('src/y.ts')).toEqual(['a', 'b', 'src/x.test.ts', 'slow']);
  // A unit test lies beside its source.
  expect(order.for('src/x.ts')).toEqual(['src/x.test.ts', 'a', 'b', 'slow']);
  order.noticed('src/y.ts', 'slow');
  expect(order.for('src/y.ts')).toEqual(['slow', 'a', 'b', 'src/x.test.ts']);
  expect(order.for('src/z.ts')).toEqual(['slow', 'a', 'b', 'src/x.test.ts']);
  order.noticed('src/z.ts', 'b');
  expect(order.for('src/z.ts')).toEqual(['b', 'slow', 'a', 'src/x.test.ts']);
});
