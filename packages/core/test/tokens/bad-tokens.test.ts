import { createMfa, type Mfa } from '@mfakit/core';
import { callsTaking, MFA_CALLS, type CallInput, type CallName } from '@mfakit/testkit';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { expectCheapRefusal, MEGABYTE, named, prepare, type Prepared } from '../input/cheap-refusal.ts';
import { KEY_B } from '../harness.ts';

vi.mock(import('@noble/hashes/hmac.js'), async (original) =>
  (await import('../hmac-count.ts')).countHmac(await original()),
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
/** A call that is given a token. */
type Call = (token: unknown, mfa?: Mfa) => Promise<unknown>;
const withCode = { secondFactor: { code: '000000' } };
const withBackupCode = { secondFactor: { backupCode: 'ABCD-EFGH' } };
const present =
  (name: CallName, as: 'token' | 'enrollToken', input: Partial<CallInput> = {}): Call =>
  async (token, mfa = on.mfa) =>
    MFA_CALLS[name].run(mfa, { ...on.input, ...input, [as]: token });

describe('R-52, R-53 tokens', () => {
  const signIns = callsTaking('token').flatMap((name) =>
    MFA_CALLS[name].takes.includes('secondFactor')
      ? [present(name, 'token', withCode), present(name, 'token', withBackupCode)]
      : [],
  );
  const enrollments = callsTaking('enrollToken').map((name) => present(name, 'enrollToken'));
  const calls = [...signIns, ...enrollments, present('tokenHolder', 'token')];

  test('every call that takes a token is among them', () => {
    expect([signIns.length, enrollments.length]).toEqual([2, 2]);
    expect(callsTaking('token')).toEqual(['tokenHolder', 'verify']);
  });

  test.each(named([null, 7, {}, ['x']]))('%s is no token', async (_name, token) => {
    for (const call of calls) {
      const error = await expectCheapRefusal(on, 'invalid_input', () => call(token));
      expect(error.field).toBe('token');
    }
  });

  test('a forged, truncated or prolonged one is refused by every call', async () => {
    for (const [, token] of forged()) {
      for (const call of calls) await expectCheapRefusal(on, 'invalid_token', () => call(token));
    }
  });

  test('R-52 one of the other purpose, and one of another application, is refused', async () => {
    for (const call of signIns) await expectCheapRefusal(on, 'invalid_token', () => call(on.enrollToken));
    for (const call of enrollments) await expectCheapRefusal(on, 'invalid_token', () => call(on.verifyToken));
    const other = createMfa({ ...on.options, keys: [KEY_B] });
    const begun = await other.begin('ann');
    const foreign = begun.next === 'signed-in' ? '' : begun.token;
    for (const call of [...signIns, present('tokenHolder', 'token')]) {
      await expectCheapRefusal(on, 'invalid_token', () => call(foreign));
    }
  });

  test('R-53 one that has expired is refused', async () => {
    const now = on.clock();
    on.clock.advance({ minutes: 5 });
    try {
      for (const call of [...signIns, present('tokenHolder', 'token')]) {
        await expectCheapRefusal(on, 'invalid_token', () => call(on.verifyToken));
      }
      on.clock.advance({ minutes: 5 });
      for (const call of [...enrollments, present('tokenHolder', 'token')]) {
        await expectCheapRefusal(on, 'invalid_token', () => call(on.enrollToken));
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
