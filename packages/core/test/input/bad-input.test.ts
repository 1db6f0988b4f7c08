import { createMfa, type SecondFactor } from '@mfakit/core';
import { callsTaking, MFA_CALLS, provenBy, TEST_PASSWORD, type CallInput, type CallName } from '@mfakit/testkit';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { expectCheapRefusal, MEGABYTE, named, prepare, type Prepared } from './cheap-refusal.ts';
import { hmacCount } from '../hmac-count.ts';

vi.mock(import('@noble/hashes/hmac.js'), async (original) =>
  (await import('../hmac-count.ts')).countHmac(await original()),
);

let on: Prepared;
beforeAll(async () => {
  on = await prepare();
});

/** Calls with input that is accepted, but for what is given here. */
async function run(name: CallName, input: Partial<CallInput>): Promise<unknown> {
  return MFA_CALLS[name].run(on.mfa, { ...on.input, ...input });
}

test('the cost of a refusal is counted at all: a wrong code costs three HMACs and one swap', async () => {
  const before = [hmacCount(), on.store.commits()];
  const wrong = on.code === '000000' ? '000001' : '000000';
  await on.mfa.stepUp('ann', { code: wrong }).catch(() => undefined);
  expect([hmacCount(), on.store.commits()]).toEqual([(before[0] ?? 0) + 3, (before[1] ?? 0) + 1]);
  await on.mfa.unlock('ann');
});

describe('user ids', () => {
  const bad = [
    undefined,
    null,
    7,
    {},
    ['ann'],
    '',
    'x'.repeat(256),
    '\u4E16'.repeat(86),
    '\u{1F600}'.repeat(64),
    'an\0n',
    '\uD800',
    'ann\uDC00',
    'x'.repeat(MEGABYTE),
  ];
  test.each(named(bad))('%s is refused by every call', async (_name, userId) => {
    for (const name of callsTaking('userId')) {
      const error = await expectCheapRefusal(on, 'invalid_input', () => run(name, { userId: userId as never }));
      expect(error.field).toBe('userId');
    }
  });

  test('255 bytes in any script are taken', async () => {
    for (const userId of ['x'.repeat(255), '\u4E16'.repeat(85), `${'\u{1F600}'.repeat(63)}abc`, ' ', '\uFEFF', '\t']) {
      expect(await on.mfa.begin(userId)).toEqual({ next: 'signed-in', sessionEpoch: 0, seq: 0 });
    }
  });
});

/** The calls that take a second factor, alone or in a proof. */
const FACTOR_CALLS = [...callsTaking('secondFactor'), ...callsTaking('proof')];
/** Those that take a code. */
const CODE_CALLS = [...FACTOR_CALLS, ...callsTaking('setupCode')];

/** Calls with a second factor, in every place where the call might look for it. */
async function runWith(name: CallName, factor: unknown): Promise<unknown> {
  const { code: setupCode = '' } = factor as { readonly code?: string };
  return run(name, provenBy({ ...on.input, setupCode }, factor as SecondFactor));
}

describe('R-12 codes', () => {
  const bad = [
    null,
    123_456,
    Number.NaN,
    true,
    {},
    ['123456'],
    '',
    '      ',
    '12345',
    '123456789',
    '1'.repeat(MEGABYTE),
    `123456${' '.repeat(MEGABYTE)}`,
    '\u0661\u0662\u0663\u0664\u0665',
    '12345\uFF16\uFF17\uFF18\uFF19',
    '12345\0',
    '123456\0',
    '1e5',
    '12e456',
    '+12345',
    '-12345',
    '123.45',
    '0x1234',
    '123\u00A045',
    '123-45',
    'abcdef',
  ];
  test.each(named(bad))('%s is refused by every call', async (_name, code) => {
    for (const name of CODE_CALLS) {
      const error = await expectCheapRefusal(on, 'invalid_input', () => runWith(name, { code }));
      expect(error.field).toBe('code');
    }
  });

  test('R-05 a code of another length than the factor has is refused and not counted', async () => {
    for (const code of ['1234567', '12345678', `0${on.code}`, `00${on.code}`]) {
      for (const name of CODE_CALLS) await expectCheapRefusal(on, 'invalid_input', () => runWith(name, { code }));
    }
  });

  test('no code at all, and a code beside a backup code, are refused', async () => {
    for (const factor of [{}, { code: undefined }, { code: on.code, backupCode: 'ABCD-EFGH' }]) {
      for (const name of callsTaking('secondFactor')) {
        await expectCheapRefusal(on, 'invalid_input', () => runWith(name, factor));
      }
    }
    await expectCheapRefusal(on, 'invalid_input', () => on.mfa.confirm({ userId: 'ann' }, {} as never));
  });
});

describe('R-12, R-46 backup codes', () => {
  const bad = [
    null,
    12_345_678,
    {},
    ['ABCD-EFGH'],
    '',
    '--------',
    'ABCD-EFG',
    'A'.repeat(33),
    'A'.repeat(MEGABYTE),
    'ABCD-EFG\0',
    'ABCD-EFG\n',
    'ABCD_EFGH',
    'ABCD-EFGU',
    'ABCD-EF\u0661',
    '\u0410\u0412\u0421\u0415\u041D\u041A\u041C\u041E',
    '\u00DF\u00DF\u00DF\u00DF',
    '\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131',
    '\uFB00\uFB00\uFB00',
    '\uFF21\uFF22\uFF23\uFF24\uFF25\uFF26\uFF27',
    '\u{1D7CE}'.repeat(7),
    // 18 letters each, once it is normalized.
    '\uFDFA'.repeat(64),
  ];
  test.each(named(bad))('%s is refused by every call', async (_name, backupCode) => {
    for (const name of FACTOR_CALLS) {
      const error = await expectCheapRefusal(on, 'invalid_input', () => runWith(name, { backupCode }));
      expect(error.field).toBe('backupCode');
    }
  });
});

test.each(named([null, 7, {}, ['x'], '', 'x'.repeat(1025), 'x'.repeat(MEGABYTE)]))(
  'the password %s is refused by every call',
  async (_name, password) => {
    for (const name of callsTaking('proof')) {
      const proof = { password, code: on.code } as never;
      const error = await expectCheapRefusal(on, 'invalid_input', () => run(name, { proof }));
      expect(error.field).toBe('password');
    }
  },
);

test('R-21, invariant 6: a password alone, or a code alone, is no proof and changes nothing', async () => {
  const before = await on.store.dump('ann');
  const [backupCode] = on.backupCodes;
  for (const proof of [undefined, null, {}, { password: TEST_PASSWORD }, { code: on.code }, { backupCode }]) {
    // Without any proof a setup is that of a first factor.
    const names = callsTaking('proof').filter((name) => name !== 'setup' || (proof !== undefined && proof !== null));
    for (const name of names) {
      await expectCheapRefusal(on, 'proof_required', () => run(name, { proof: proof as never }));
    }
  }
  expect(await on.store.dump('ann')).toBe(before);
});

test('a proof is an object, and has no password if the application has none', async () => {
  for (const proof of ['x', 7, true]) {
    for (const name of callsTaking('proof')) {
      await expectCheapRefusal(on, 'invalid_input', () => run(name, { proof: proof as never }));
    }
  }
  const passwordless = createMfa({ ...on.options, verifyPassword: 'passwordless' });
  for (const name of callsTaking('proof')) {
    const { field } = await expectCheapRefusal(on, 'invalid_input', () => MFA_CALLS[name].run(passwordless, on.input));
    expect(field).toBe('password');
  }
});
