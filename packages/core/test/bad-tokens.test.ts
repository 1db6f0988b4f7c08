import { createMfa, type Mfa } from '@mfakit/core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { expectCheapRefusal, MEGABYTE, named, prepare, type Prepared } from './cheap-refusal.ts';
import { KEY_B } from './harness.ts';

vi.mock(import('@noble/hashes/hmac.js'), async (original) =>
  (await import('./hmac-count.ts')).countHmac(await original()),
);

let on: Prepared;
beforeAll(async () => {
  on = await prepare();
});

const forged = (): readonly (readonly [string, string])[] => [
  ['empty', ''],
  ['made up', 'x'],
  ['a JWT without a signature', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.'],
  ['truncated by one character', on.verifyToken.slice(0, -1)],
  ['truncated to its key', on.verifyToken.split('.').slice(0, 2).join('.')],
  ['prolonged', `${on.verifyToken}A`],
  ['changed in its last byte', `${on.verifyToken.slice(0, -2)}${on.verifyToken.endsWith('AA') ? 'BB' : 'AA'}`],
  ['a megabyte', 'A'.repeat(MEGABYTE)],
  ['of other scripts', '\u0410'.repeat(300)],
  ['of half a character', '\uD800'],
  ['with a null', `${on.verifyToken}\0`],
  ['a user id', 'ann'],
];
describe('R-52, R-53 tokens', () => {
  const calls: readonly ((mfa: Mfa, token: never) => Promise<unknown>)[] = [
    (mfa, token) => mfa.verify({ token, code: on.code }),
    (mfa, token) => mfa.verify({ token, backupCode: 'ABCD-EFGH' }),
    (mfa, token) => mfa.setup({ token }, { accountName: 'eve' }),
    (mfa, token) => mfa.confirm({ token }, { code: on.code }),
    (mfa, token) => mfa.tokenHolder(token),
  ];
  test.each(named([null, 7, {}, ['x']]))('%s is no token', async (_name, token) => {
    for (const call of calls) {
      const error = await expectCheapRefusal(on, 'invalid_input', () => call(on.mfa, token as never));
      expect(error.field).toBe('token');
    }
  });

  test('a forged, truncated or prolonged one is refused by every call', async () => {
    for (const [, token] of forged()) {
      for (const call of calls) await expectCheapRefusal(on, 'invalid_token', () => call(on.mfa, token as never));
    }
  });

  test('R-52 one of the other purpose, and one of another application, is refused', async () => {
    const [verify, verifyByBackupCode, setup, confirm] = calls;
    for (const call of [verify, verifyByBackupCode]) {
      await expectCheapRefusal(on, 'invalid_token', async () => call?.(on.mfa, on.enrollToken as never));
    }
    for (const call of [setup, confirm]) {
      await expectCheapRefusal(on, 'invalid_token', async () => call?.(on.mfa, on.verifyToken as never));
    }
    const other = createMfa({ ...on.options, keys: [KEY_B] });
    const begun = await other.begin('ann');
    const foreign = begun.next === 'signed-in' ? '' : begun.token;
    for (const call of [verify, verifyByBackupCode]) {
      await expectCheapRefusal(on, 'invalid_token', async () => call?.(on.mfa, foreign as never));
    }
  });

  test('R-53 one that has expired is refused', async () => {
    const now = on.clock();
    on.clock.advance({ minutes: 5 });
    try {
      for (const call of calls.slice(0, 2)) {
        await expectCheapRefusal(on, 'invalid_token', () => call(on.mfa, on.verifyToken as never));
      }
      for (const call of calls.slice(2)) {
        await expectCheapRefusal(on, 'invalid_token', () => call(on.mfa, on.enrollToken as never));
      }
    } finally {
      on.clock.set(now);
    }
  });

  test('R-39 a thousand forged tokens count nothing', async () => {
    const token = on.verifyToken.slice(0, -3);
    for (let i = 0; i < 1000; i++) {
      await expectCheapRefusal(on, 'invalid_token', () => on.mfa.verify({ token: `${token}${i}`, code: '000000' }));
    }
    expect((await on.store.record('ann')).lockout.failures).toBe(0);
  });
});
