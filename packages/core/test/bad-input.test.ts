import { createMfa, type Mfa, type Proof, type SecondFactor } from '@mfakit/core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { expectCheapRefusal, MEGABYTE, named, prepare, type Prepared } from './cheap-refusal.ts';
import { PASSWORD } from './harness.ts';
import { hmacCount } from './hmac-count.ts';

vi.mock(import('@noble/hashes/hmac.js'), async (original) =>
  (await import('./hmac-count.ts')).countHmac(await original()),
);

let on: Prepared;
beforeAll(async () => {
  on = await prepare();
});

test('the cost of a refusal is counted at all: a wrong code costs three HMACs and one swap', async () => {
  const before = [hmacCount(), on.store.commits()];
  const wrong = on.code === '000000' ? '000001' : '000000';
  await on.mfa.stepUp('ann', { code: wrong }).catch(() => undefined);
  expect([hmacCount(), on.store.commits()]).toEqual([(before[0] ?? 0) + 3, (before[1] ?? 0) + 1]);
  await on.mfa.unlock('ann');
});

describe('user ids', () => {
  const calls: readonly ((mfa: Mfa, userId: never) => Promise<unknown>)[] = [
    (mfa, userId) => mfa.begin(userId),
    (mfa, userId) => mfa.stepUp(userId, { code: '123456' }),
    (mfa, userId) => mfa.setup({ userId }, { accountName: 'ann' }),
    (mfa, userId) => mfa.confirm({ userId }, { code: '123456' }),
    (mfa, userId) => mfa.disable(userId, { password: PASSWORD, code: '123456' }),
    (mfa, userId) => mfa.removeFactor(userId, 'factor', { password: PASSWORD, code: '123456' }),
    (mfa, userId) => mfa.regenerate(userId, { password: PASSWORD, code: '123456' }),
    (mfa, userId) => mfa.status(userId),
    (mfa, userId) => mfa.enforce(userId),
    (mfa, userId) => mfa.exempt(userId),
    (mfa, userId) => mfa.passwordFailed(userId),
    (mfa, userId) => mfa.assertNotLocked(userId),
    (mfa, userId) => mfa.unlock(userId),
    (mfa, userId) => mfa.reset(userId),
    (mfa, userId) => mfa.forget(userId),
    (mfa, userId) => mfa.history(userId),
  ];
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
    for (const call of calls) {
      const error = await expectCheapRefusal(on, 'invalid_input', () => call(on.mfa, userId as never));
      expect(error.field).toBe('userId');
    }
  });

  test('255 bytes in any script are taken', async () => {
    for (const userId of ['x'.repeat(255), '\u4E16'.repeat(85), `${'\u{1F600}'.repeat(63)}abc`, ' ', '\uFEFF', '\t']) {
      expect(await on.mfa.begin(userId)).toEqual({ next: 'signed-in' });
    }
  });
});

/** The calls that take a second factor, given one. */
const withFactor: readonly ((mfa: Mfa, factor: never) => Promise<unknown>)[] = [
  (mfa, factor: SecondFactor) => mfa.verify({ token: on.verifyToken, ...factor }),
  (mfa, factor: SecondFactor) => mfa.stepUp('ann', factor),
  ...proofCalls().map((call) => (mfa: Mfa, factor: SecondFactor) => call(mfa, { ...factor, password: PASSWORD })),
];

function proofCalls(): readonly ((mfa: Mfa, proof: Proof) => Promise<unknown>)[] {
  return [
    (mfa, proof) => mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof }),
    (mfa, proof) => mfa.disable('ann', proof),
    (mfa, proof) => mfa.removeFactor('ann', 'factor', proof),
    (mfa, proof) => mfa.regenerate('ann', proof),
  ];
}

const confirm = (mfa: Mfa, { code }: { code: string }): Promise<unknown> => mfa.confirm({ userId: 'ann' }, { code });

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
    '\u0661\u0662\u0663\u0664\u0665\u0666',
    '\u0967\u0968\u0969\u096A\u096B\u096C',
    '\uFF11\uFF12\uFF13\uFF14\uFF15\uFF16',
    '12345\uFF16',
    '12345\0',
    '123456\0',
    '123456\n',
    '1e5',
    '12e456',
    '+12345',
    '-12345',
    '123.45',
    '0x1234',
    '123\u00A0456',
    '123-456',
    'abcdef',
  ];
  test.each(named(bad))('%s is refused by every call', async (_name, code) => {
    for (const call of [...withFactor, confirm]) {
      const error = await expectCheapRefusal(on, 'invalid_input', () => call(on.mfa, { code } as never));
      expect(error.field).toBe('code');
    }
  });

  test('R-05 a code of another length than the factor has is refused and not counted', async () => {
    for (const code of ['1234567', '12345678', `0${on.code}`, `00${on.code}`]) {
      for (const call of [...withFactor.slice(0, 3), confirm]) {
        await expectCheapRefusal(on, 'invalid_input', () => call(on.mfa, { code } as never));
      }
    }
  });

  test('no code at all, and a code beside a backup code, are refused', async () => {
    for (const factor of [{}, { code: undefined }, { code: on.code, backupCode: 'ABCD-EFGH' }]) {
      for (const call of withFactor.slice(0, 2)) {
        await expectCheapRefusal(on, 'invalid_input', () => call(on.mfa, factor as never));
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
    'ABCD-EFGH\n',
    'ABCD_EFGH',
    'ABCD-EFGU',
    'ABCD-EFG\u0661',
    '\u0410\u0412\u0421\u0415\u041D\u041A\u041C\u041E',
    '\u00DF\u00DF\u00DF\u00DF',
    '\u017F\u017F\u017F\u017F\u017F\u017F\u017F\u017F',
    '\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131',
    '\uFB00\uFB00\uFB00\uFB00',
    '\uFF21\uFF22\uFF23\uFF24\uFF25\uFF26\uFF27\uFF28',
    '\u{1D7CE}'.repeat(8),
  ];
  test.each(named(bad))('%s is refused by every call', async (_name, backupCode) => {
    for (const call of withFactor) {
      const error = await expectCheapRefusal(on, 'invalid_input', () => call(on.mfa, { backupCode } as never));
      expect(error.field).toBe('backupCode');
    }
  });
});

test.each(named([null, 7, {}, ['x'], '', 'x'.repeat(1025), 'x'.repeat(MEGABYTE)]))(
  'the password %s is refused by every call',
  async (_name, password) => {
    for (const call of proofCalls()) {
      const proof = { password, code: on.code } as never;
      const error = await expectCheapRefusal(on, 'invalid_input', () => call(on.mfa, proof));
      expect(error.field).toBe('password');
    }
  },
);

test('a proof that lacks a part is proof_required, and a password where there is none is refused', async () => {
  for (const proof of [undefined, null, {}, { password: PASSWORD }, { code: on.code }, { backupCode: 'ABCD-EFGH' }]) {
    for (const call of proofCalls().slice(1)) {
      await expectCheapRefusal(on, 'proof_required', () => call(on.mfa, proof as never));
    }
  }
  for (const proof of ['x', 7, true]) {
    for (const call of proofCalls()) await expectCheapRefusal(on, 'invalid_input', () => call(on.mfa, proof as never));
  }
  const passwordless = createMfa({ ...on.options, verifyPassword: 'passwordless' });
  for (const call of proofCalls()) {
    await expectCheapRefusal(on, 'invalid_input', () => call(passwordless, { password: PASSWORD, code: on.code }));
  }
});
