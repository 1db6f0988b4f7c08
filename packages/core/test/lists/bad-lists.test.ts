/** What cannot be a filter or a page is refused by name, before anything is read. */
import { describe, expect, test } from 'vitest';
import { expectCheapRefusal, MEGABYTE, named, prepare } from '../input/cheap-refusal.ts';

describe.each(
  named([
    undefined,
    null,
    'locked',
    {},
    { state: undefined },
    { state: 'locked', key: 'x' },
    { state: 'locked', more: 1 },
  ]),
)('the filter %s', (_name, filter) => {
  test('is refused', async () => {
    const on = await prepare();
    const error = await expectCheapRefusal(on, 'invalid_input', () => on.mfa.list(filter as never));
    expect(error.field).toBe('filter');
    expect(error.message).toMatch(/either state or key|must be an object/);
  });
});

test.each<readonly [string, unknown]>([
  ['state', null],
  ['state', ''],
  ['state', 'Locked'],
  ['state', 'toString'],
  ['state', ['locked']],
  ['state', 'x'.repeat(MEGABYTE)],
  ['key', null],
  ['key', ''],
  ['key', 7],
  ['key', 'x'.repeat(65)],
])('the %s %s is refused', async (field, value) => {
  const on = await prepare();
  const error = await expectCheapRefusal(on, 'invalid_input', () => on.mfa.list({ [field]: value } as never));
  expect(error.field).toBe(field);
  expect(error.message).not.toContain('xxxx');
});

test.each<readonly [string, unknown]>([
  ['after', null],
  ['after', ''],
  ['after', 'x'.repeat(256)],
  ['after', 'a\0'],
  ['limit', 0],
  ['limit', 501],
  ['limit', 1.5],
  ['limit', '10'],
  ['limit', Number.NaN],
])('the page with the %s %s is refused', async (field, value) => {
  const on = await prepare();
  const page = { [field]: value } as never;
  const error = await expectCheapRefusal(on, 'invalid_input', () => on.mfa.list({ state: 'locked' }, page));
  expect(error.field).toBe(field);
});

test('a page that is no object is refused', async () => {
  const on = await prepare();
  const error = await expectCheapRefusal(on, 'invalid_input', () => on.mfa.list({ state: 'locked' }, 5 as never));
  expect(error.field).toBe('page');
});
