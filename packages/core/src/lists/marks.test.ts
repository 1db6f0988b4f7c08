import { expect, test } from 'vitest';
import { UNTIL_UNLOCK } from '../record/fields.ts';
import { markedFor } from './marks.ts';

const NOW = 1_000_000;

test('a list asks a store for no more than the records that bear its mark', () => {
  const asked = (filter: object): unknown => markedFor(filter as Parameters<typeof markedFor>[0], NOW, undefined);
  const all = [
    { key: 'AbC d' },
    { state: 'locked' },
    { state: 'locked_until_unlock' },
    { state: 'overdue' },
    { state: 'few_codes' },
    { state: 'short_secret' },
  ].map(asked);
  expect(all).toEqual([
    { tag: expect.stringMatching(/AbC%20d$/) },
    { tag: expect.any(String), lockedAt: NOW },
    { tag: expect.any(String), lockedAt: UNTIL_UNLOCK - 1 },
    { tag: expect.any(String), overdueAt: NOW },
    { tag: expect.any(String) },
    { tag: expect.any(String) },
  ]);
  // The two kinds of lock are one mark, and differ in the instant.
  expect(new Set(all.map((marked) => (marked as { readonly tag: string }).tag)).size).toBe(5);
});
