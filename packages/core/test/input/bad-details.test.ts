import { MfaError, type Mfa } from '@mfakit/core';
import { callsTaking, MFA_CALLS, readyForCalls, virtualAuthenticator } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage, type Stage } from '../harness.ts';

const CODE = { code: '123456' };

/** Expects `invalid_input` that names a field, wrote nothing and hashed nothing. */
async function expectInvalid(on: Stage, field: string, call: Promise<unknown>): Promise<void> {
  const error: unknown = await call.then(
    () => 'accepted',
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MfaError);
  expect(error).toMatchObject({ code: 'invalid_input', field });
  expect((error as MfaError).message).toMatch(new RegExp(`^${field} (must|or|is) (?!undefined).+\\.$`));
  expect([on.store.commits(), on.hashes()]).toEqual([0, 0]);
}

test.each([
  [undefined, 'account'],
  [null, 'account'],
  [7, 'account'],
  [{}, 'account'],
  ['', 'account'],
  ['   ', 'account'],
  ['\uD800', 'account'],
  ['\u202E\u200B', 'account'],
  ['ann:bob', 'ann-bob'],
  ['otpauth://totp/x', 'otpauth-//totp/x'],
  ['ann\n', 'ann'],
  ['ann\r\nbob', 'ann  bob'],
  ['ann\0', 'ann'],
  ['\u202Eann\uFEFF', 'ann'],
  ['ann\uDC00', 'ann'],
  ['x'.repeat(255), 'x'.repeat(254)],
  ['x'.repeat(1_000_000), 'x'.repeat(254)],
  ['\u4E16'.repeat(85), '\u4E16'.repeat(84)],
  ['\u{1F600}'.repeat(64), '\u{1F600}'.repeat(63)],
  [`${'x'.repeat(253)} y`, 'x'.repeat(253)],
  ['al&secret=AAAA ice?#%2F+\u00E9', 'al&secret=AAAA ice?#%2F+\u00E9'],
])('R-17 the account name %j refuses no setup: the app shows %j', async (accountName, shown) => {
  const { mfa } = stage();
  const { uri } = await mfa.setup({ userId: 'ann' }, { accountName: accountName as never });
  expect(virtualAuthenticator(uri)).toMatchObject({ issuer: 'Acme', accountName: shown });
  expect(uri.match(/:/g)).toHaveLength(2);
});

test.each([[null], [7], [''], ['  '], ['x'.repeat(65)], ['a\u0007b'], ['\uDFFF']])(
  'the label %j is refused',
  async (label) => {
    const on = stage();
    await expectInvalid(on, 'label', on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', label: label as never }));
  },
);

test('a subject is a user id or a token, not both and not neither', async () => {
  const on = stage();
  const subjects = [{}, { userId: 'ann', token: 'x' }, { userId: undefined, token: undefined }];
  for (const subject of subjects) {
    await expectInvalid(on, 'userId', on.mfa.setup(subject as never, { accountName: 'ann' }));
    await expectInvalid(on, 'userId', on.mfa.confirm(subject as never, CODE));
  }
});

describe('what must be an object is one', () => {
  const calls: readonly (readonly [field: string, call: (mfa: Mfa, input: never) => Promise<unknown>])[] = [
    ['input', (mfa, input) => mfa.verify(input)],
    ['input', (mfa, input) => mfa.stepUp('ann', input)],
    ['subject', (mfa, input) => mfa.setup(input, { accountName: 'ann' })],
    ['details', (mfa, input) => mfa.setup({ userId: 'ann' }, input)],
    ['subject', (mfa, input) => mfa.confirm(input, CODE)],
    ['input', (mfa, input) => mfa.confirm({ userId: 'ann' }, input)],
  ];
  test.each([[undefined], [null], [7], ['text'], [true]])('%j is not', async (input) => {
    const on = stage();
    for (const [field, call] of calls) await expectInvalid(on, field, call(on.mfa, input as never));
  });
});

describe('what may be absent is an object if it is given', () => {
  const calls: readonly (readonly [field: string, call: (mfa: Mfa, input: never) => Promise<unknown>])[] = [
    ['proof', (mfa, proof) => mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof })],
    ['proof', (mfa, proof) => mfa.disable('ann', proof)],
    ['proof', (mfa, proof) => mfa.removeFactor('ann', 'x', proof)],
    ['proof', (mfa, proof) => mfa.regenerate('ann', proof)],
    ['options', (mfa, options) => mfa.begin('ann', {}, options)],
    ['options', (mfa, options) => mfa.enforce('ann', options)],
    ['options', (mfa, options) => mfa.exempt('ann', options)],
    ['page', (mfa, page) => mfa.history('ann', page)],
    ['request', (mfa, request) => mfa.begin('ann', request)],
  ];
  test.each([[7], ['text'], [true]])('%j is not', async (input) => {
    const on = stage();
    for (const [field, call] of calls) await expectInvalid(on, field, call(on.mfa, input as never));
  });
});

test.each([['2026-01-01'], [1_767_225_600_000], [new Date(Number.NaN)], [null], [{}]])(
  'an enforcement from %s is refused',
  async (from) => {
    const on = stage();
    await expectInvalid(on, 'from', on.mfa.enforce('ann', { from: from as never }));
  },
);

test.each([
  ['limit', 0],
  ['limit', 201],
  ['limit', 1.5],
  ['limit', '50'],
  ['limit', Number.NaN],
  ['before', 0],
  ['before', -1],
  ['before', 1.5],
  ['before', 2 ** 53],
  ['before', '7'],
] as const)('a page of history with %s %s is refused', async (field, value) => {
  const on = stage();
  await expectInvalid(on, field, on.mfa.history('ann', { [field]: value as never }));
});

test.each([[null], [7], [{}], [['192.0.2.1']]])('R-65 a request context with %j in it is refused', async (value) => {
  const on = stage();
  const { input } = await readyForCalls(on, 'ann');
  const before = await on.store.dump('ann');
  const hashes = on.hashes();
  for (const name of callsTaking('request')) {
    for (const field of ['ip', 'userAgent']) {
      const error: unknown = await MFA_CALLS[name].run(on.mfa, { ...input, request: { [field]: value as never } }).then(
        () => 'accepted',
        (thrown: unknown) => thrown,
      );
      expect([name, error]).toMatchObject([name, { code: 'invalid_input', field }]);
    }
  }
  expect(await on.store.dump('ann')).toBe(before);
  expect(on.hashes()).toBe(hashes);
});
