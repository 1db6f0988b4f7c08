import { MfaError, type Mfa } from '@mfakit/core';
import { virtualAuthenticator, type VirtualAuthenticator } from '@mfakit/testkit';
import { describe, expect, test, vi } from 'vitest';
import { PASSWORD, refusal, wrongCode, type EnrolledUser } from './harness.ts';
import { hmacCount } from './hmac-count.ts';
import { lock, stage, type Stage } from './refusal-cases.ts';

vi.mock(import('@noble/hashes/hmac.js'), async (original) =>
  (await import('./hmac-count.ts')).countHmac(await original()),
);

async function failures({ store }: Stage): Promise<number> {
  return (await store.record('ann')).lockout.failures;
}

async function lockedUntil(call: Promise<unknown>): Promise<Date | null | undefined> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MfaError);
  expect(error).toMatchObject({ code: 'locked' });
  return error instanceof MfaError ? error.retryAt : undefined;
}

test('R-33, R-37 a guesser who waits out every lock gets a hundred guesses, and no more in a year', async () => {
  const on = stage();
  const { mfa, clock, enrol, token } = on;
  const ann = await enrol('ann');
  const waits: number[] = [];
  for (let guess = 1; guess <= 100; guess++) {
    expect(await refusal(mfa.verify({ token: await token('ann'), code: wrongCode(ann, clock) }))).toBe('invalid_code');
    if (guess % 10 !== 0) continue;
    const until = await lockedUntil(mfa.begin('ann'));
    if (until === null) {
      waits.push(Infinity);
      continue;
    }
    waits.push(((until?.getTime() ?? 0) - clock()) / 60_000);
    clock.set((until?.getTime() ?? 0) - 1);
    expect(await refusal(mfa.begin('ann'))).toBe('locked');
    clock.advance({ milliseconds: 1 });
  }
  expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1440, 1440, 1440, Infinity]);

  clock.advance({ hours: 365 * 24 });
  expect(await lockedUntil(mfa.stepUp('ann', { code: ann.code() }))).toBeNull();
  expect(await lockedUntil(mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))).toBeNull();
  expect(await mfa.status('ann')).toMatchObject({ locked: true, lockedUntil: null });
  expect(await failures(on)).toBe(100);

  await mfa.unlock('ann');
  expect((await mfa.stepUp('ann', { code: ann.code() })).method).toBe('totp');
  expect(await mfa.status('ann')).toMatchObject({ locked: false, lockedUntil: null });
});

test('R-33 passing time never resets the count', async () => {
  const on = stage();
  const { mfa, clock, enrol } = on;
  const ann = await enrol('ann');
  for (let guess = 0; guess < 9; guess++) await refusal(mfa.stepUp('ann', { code: wrongCode(ann, clock) }));
  clock.advance({ hours: 365 * 24 });
  expect(await failures(on)).toBe(9);
  expect(await refusal(mfa.stepUp('ann', { code: wrongCode(ann, clock) }))).toBe('invalid_code');
  expect(await refusal(mfa.stepUp('ann', { code: ann.code() }))).toBe('locked');
});

test('R-34 the count survives new challenges, new addresses and restarts', async () => {
  const on = stage();
  const { clock, enrol, another } = on;
  const ann = await enrol('ann');
  for (let guess = 1; guess <= 9; guess++) {
    const mfa = another();
    const begun = await mfa.begin('ann', { ip: `192.0.2.${guess}` });
    if (begun.next !== 'verify') throw new Error('no challenge');
    const attempt = mfa.verify({ token: begun.token, code: wrongCode(ann, clock) }, { ip: `192.0.2.${guess}` });
    expect(await refusal(attempt)).toBe('invalid_code');
    expect(await failures(on)).toBe(guess);
  }
});

/** The calls that count on the account, each given a wrong code or a right password's opposite. */
const COUNTED: readonly (readonly [
  string,
  (mfa: Mfa, ann: EnrolledUser, wrong: { readonly code: string }, token: string) => Promise<unknown>,
])[] = [
  ['verify', (mfa, _ann, wrong, token) => mfa.verify({ token, ...wrong })],
  ['stepUp', (mfa, _ann, wrong) => mfa.stepUp('ann', wrong)],
  [
    'setup',
    (mfa, _ann, wrong) => mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: { password: PASSWORD, ...wrong } }),
  ],
  ['disable', (mfa, _ann, wrong) => mfa.disable('ann', { password: PASSWORD, ...wrong })],
  ['removeFactor', (mfa, ann, wrong) => mfa.removeFactor('ann', ann.factorId, { password: PASSWORD, ...wrong })],
  ['regenerate', (mfa, _ann, wrong) => mfa.regenerate('ann', { password: PASSWORD, ...wrong })],
  ['a wrong password', (mfa, ann) => mfa.disable('ann', { password: 'wrong', code: ann.code() })],
  ['a wrong backup code', (mfa) => mfa.stepUp('ann', { backupCode: 'ZZZZ-ZZZZ' })],
  ['passwordFailed', (mfa) => mfa.passwordFailed('ann')],
];

test.each(COUNTED)('R-36, invariant 3: %s counts one failure, and ten of them lock', async (_name, attempt) => {
  const on = stage();
  const { mfa, clock, enrol, token } = on;
  const ann = await enrol('ann');
  const held = await token('ann');
  for (let n = 1; n <= 10; n++) {
    expect(await refusal(attempt(mfa, ann, { code: wrongCode(ann, clock) }, held))).not.toBe('locked');
    expect(await failures(on)).toBe(n);
  }
  expect(await refusal(attempt(mfa, ann, { code: wrongCode(ann, clock) }, held))).toBe('locked');
  expect(await failures(on)).toBe(10);
});

test('R-36, invariant 3: one budget for all of them', async () => {
  const on = stage();
  const { mfa, clock, enrol, token } = on;
  const ann = await enrol('ann');
  const held = await token('ann');
  const outcomes: string[] = [];
  for (let n = 0; n < 12; n++) {
    const [, attempt] = COUNTED[n % COUNTED.length] ?? COUNTED[0] ?? ['', async () => undefined];
    outcomes.push(await refusal(attempt(mfa, ann, { code: wrongCode(ann, clock) }, held)));
  }
  expect(outcomes.slice(0, 10)).not.toContain('locked');
  expect(outcomes.slice(10)).toEqual(['locked', 'locked']);
});

test('R-36, invariant 3: confirm has a budget of its own: ten wrong codes void the setup and lock nothing', async () => {
  const { mfa, clock, events, enrol } = stage();
  const { uri } = await mfa.setup({ userId: 'bob' }, { accountName: 'bob' });
  const wrong = (phone: VirtualAuthenticator): { readonly code: string } => ({ code: wrongCode({ phone }, clock) });
  const bob = virtualAuthenticator(uri);
  const outcomes: string[] = [];
  for (let n = 0; n < 11; n++) outcomes.push(await refusal(mfa.confirm({ userId: 'bob' }, wrong(bob))));
  expect(outcomes).toEqual([...Array.from({ length: 10 }, () => 'invalid_code'), 'setup_not_started']);
  expect(events.filter(({ type }) => type === 'setup_voided')).toHaveLength(1);
  expect(await mfa.status('bob')).toMatchObject({ locked: false, enabled: false });

  // Beside an active factor it is no other.
  const ann = await enrol('ann');
  const proof = { password: PASSWORD, code: ann.code() };
  const { uri: second } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof });
  for (let n = 0; n < 10; n++) await refusal(mfa.confirm({ userId: 'ann' }, wrong(virtualAuthenticator(second))));
  expect((await mfa.status('ann')).locked).toBe(false);
  clock.advance({ seconds: 30 });
  expect((await mfa.stepUp('ann', { code: ann.code() })).method).toBe('totp');
});

describe('R-41, invariant 5: while locked', () => {
  test('right and wrong answers are alike and compute nothing', async () => {
    const on = stage();
    const { mfa, clock, enrol, token } = on;
    const ann = await enrol('ann');
    const held = await token('ann');
    await lock(on, 'ann');
    const spent = (): readonly number[] => [
      hmacCount(),
      on.hashes(),
      on.passwordChecks(),
      on.store.commits(),
      on.events.length,
    ];
    const before = spent();
    const answers = new Set<string>();
    const factors = [
      { code: ann.code() },
      { code: wrongCode(ann, clock) },
      { backupCode: ann.backupCodes[0] ?? '' },
      { backupCode: 'ZZZZ-ZZZZ' },
    ];
    for (const factor of factors) {
      const proofs = [PASSWORD, 'wrong'].map((password) => ({ ...factor, password }));
      const attempts = [
        mfa.verify({ token: held, ...factor }),
        mfa.stepUp('ann', factor),
        ...proofs.flatMap((proof) => [
          mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof }),
          mfa.disable('ann', proof),
          mfa.removeFactor('ann', ann.factorId, proof),
          mfa.regenerate('ann', proof),
        ]),
        mfa.passwordFailed('ann'),
        mfa.assertNotLocked('ann'),
        mfa.begin('ann'),
      ];
      for (const attempt of attempts) {
        const error: unknown = await attempt.then(
          () => 'accepted',
          (thrown: unknown) => thrown,
        );
        answers.add(JSON.stringify([error, error instanceof Error ? error.message : error]));
      }
    }
    expect(answers.size).toBe(1);
    expect(spent()).toEqual(before);
  });

  test('a locked account is a lock for every factor and for the password, and for nobody else (R-38, R-40)', async () => {
    const on = stage();
    await on.enrol('ann');
    const bob = await on.enrol('bob');
    await lock(on, 'ann');
    expect(await refusal(on.mfa.assertNotLocked('ann'))).toBe('locked');
    expect((await on.mfa.stepUp('bob', { code: bob.code() })).method).toBe('totp');
  });
});

test('R-38 a full success resets the count, a correct password or a replayed code does not', async () => {
  const on = stage();
  const { mfa, enrol, token } = on;
  const ann = await enrol('ann');
  for (let n = 0; n < 4; n++) await mfa.passwordFailed('ann');
  await mfa.begin('ann');
  expect(await failures(on)).toBe(4);
  await mfa.verify({ token: await token('ann'), code: ann.code() });
  expect(await failures(on)).toBe(0);
  await mfa.passwordFailed('ann');
  expect(await refusal(mfa.stepUp('ann', { code: ann.code() }))).toBe('code_already_used');
  expect(await failures(on)).toBe(1);
  await mfa.disable('ann', { password: PASSWORD, backupCode: ann.backupCodes[0] ?? '' });
  expect(await failures(on)).toBe(0);
});

test('R-38 a step-up resets the count of the second factor, and leaves that of the password', async () => {
  const on = stage();
  const { mfa, clock, events, enrol } = on;
  const ann = await enrol('ann');
  for (let n = 0; n < 2; n++)
    expect(await refusal(mfa.stepUp('ann', { code: wrongCode(ann, clock) }))).toBe('invalid_code');
  await mfa.passwordFailed('ann');
  await mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' });
  expect(await failures(on)).toBe(1);
  expect(events.at(-1)).toMatchObject({ type: 'verified', failures: 1 });
});

test('R-38 without a password no call but verify clears what passwordFailed counted', async () => {
  const on = stage();
  const mfa = on.another({ verifyPassword: 'passwordless' });
  const ann = await on.enrol('ann');
  for (let n = 0; n < 4; n++) await mfa.passwordFailed('ann');
  await mfa.regenerate('ann', { code: ann.code() });
  expect(await failures(on)).toBe(4);
  on.clock.advance({ seconds: 30 });
  await mfa.verify({ token: await on.token('ann'), code: ann.code() });
  expect(await failures(on)).toBe(0);
});

test('R-33 who holds a session and the phone has no more guesses at the password than anyone', async () => {
  const { mfa, clock, enrol } = stage();
  const ann = await enrol('ann');
  let wrong = 0;
  for (let round = 0; round < 5; round++) {
    clock.advance({ seconds: 30 });
    const code = ann.code();
    for (let n = 0; n < 9; n++) {
      if ((await refusal(mfa.disable('ann', { password: 'guess', code }))) === 'invalid_password') wrong += 1;
    }
    await refusal(mfa.stepUp('ann', { code }));
  }
  expect(wrong).toBe(10);
});

test('R-42 a failed second factor and the lock that it brings are told to the user', async () => {
  const { mfa, clock, events, enrol, token } = stage();
  const ann = await enrol('ann');
  const held = await token('ann');
  events.length = 0;
  for (let n = 0; n < 10; n++)
    await refusal(mfa.verify({ token: held, code: wrongCode(ann, clock) }, { ip: '192.0.2.7' }));
  expect(events.map(({ type }) => type)).toEqual([
    ...Array.from({ length: 10 }, () => 'attempt_refused'),
    'account_locked',
  ]);
  expect(events[0]).toMatchObject({
    type: 'attempt_refused',
    operation: 'verify',
    reason: 'invalid_code',
    failures: 1,
    ip: '192.0.2.7',
  });
  expect(events.at(-1)).toMatchObject({
    type: 'account_locked',
    until: clock() + 1_800_000,
    failures: 10,
    ip: '192.0.2.7',
  });

  clock.advance({ minutes: 30 });
  await mfa.stepUp('ann', { code: ann.code() });
  await lock({ mfa }, 'ann');
  await mfa.unlock('ann');
  expect(events.at(-1)).toMatchObject({ type: 'account_unlocked', by: 'support' });
});
