import { MfaError, type SecondFactor } from '@mfakit/core';
import {
  callsTaking,
  MFA_CALLS,
  outcomeOf,
  provenBy,
  TEST_PASSWORD,
  virtualAuthenticator,
  wrongCode,
  type EnrolledUser,
  type VirtualAuthenticator,
  type CallName,
} from '@mfakit/testkit';
import { describe, expect, test, vi } from 'vitest';
import { hmacCount } from '../hmac-count.ts';
import { lock, lockEverywhere, stage, type Stage } from '../harness.ts';

vi.mock(import('@noble/hashes/hmac.js'), async (original) =>
  (await import('../hmac-count.ts')).countHmac(await original()),
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
  const { mfa, clock, enroll, token } = on;
  const ann = await enroll('ann');
  const waits: number[] = [];
  for (let guess = 1; guess <= 100; guess++) {
    // Two codes at once: with one alone the slow bucket would be full before the count gets there.
    const wrong = { code: ann.wrongCode(), nextCode: ann.wrongCode() };
    expect(await outcomeOf(mfa.verify({ token: await token('ann'), ...wrong }))).toBe('invalid_code');
    if (guess % 10 !== 0) continue;
    const until = await lockedUntil(mfa.begin('ann'));
    if (until === null) {
      waits.push(Infinity);
      continue;
    }
    waits.push(((until?.getTime() ?? 0) - clock()) / 60_000);
    clock.set((until?.getTime() ?? 0) - 1);
    expect(await outcomeOf(mfa.begin('ann'))).toBe('locked');
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
  const { mfa, clock, enroll } = on;
  const ann = await enroll('ann');
  for (let guess = 0; guess < 9; guess++) await outcomeOf(mfa.stepUp('ann', { code: ann.wrongCode() }));
  clock.advance({ hours: 365 * 24 });
  expect(await failures(on)).toBe(9);
  expect(await outcomeOf(mfa.stepUp('ann', { code: ann.wrongCode() }))).toBe('invalid_code');
  expect(await outcomeOf(mfa.stepUp('ann', { code: ann.code() }))).toBe('locked');
});

test('R-34 the count survives new challenges, new addresses and restarts', async () => {
  const on = stage();
  const { enroll, another } = on;
  const ann = await enroll('ann');
  for (let guess = 1; guess <= 9; guess++) {
    const mfa = another();
    const begun = await mfa.begin('ann', { ip: `192.0.2.${guess}` });
    if (begun.next !== 'verify') throw new Error('no challenge');
    const guessed = mfa.verify({ token: begun.token, code: ann.wrongCode() }, { ip: `192.0.2.${guess}` });
    expect(await outcomeOf(guessed)).toBe('invalid_code');
    expect(await failures(on)).toBe(guess);
  }
});

/** The calls that take a second factor, alone or in a proof. */
const FACTOR_CALLS = [...callsTaking('secondFactor'), ...callsTaking('proof')];

/** What an attempt is made with; `password` goes to the calls that take one. */
interface Evidence {
  readonly factor: SecondFactor;
  readonly password: string;
}

async function attempt(on: Stage, name: CallName, ann: EnrolledUser, token: string, by: Evidence): Promise<unknown> {
  const { factor: secondFactor, password } = by;
  const input = { userId: 'ann', token, factorId: ann.factorId, setupCode: '', secondFactor, proof: undefined };
  return MFA_CALLS[name].run(on.mfa, provenBy(input, secondFactor, password));
}

/** Every wrong piece of evidence, at every call that counts it on the account. */
const COUNTED: readonly (readonly [what: string, name: CallName, wrong: (ann: EnrolledUser) => Evidence])[] = [
  ...FACTOR_CALLS.flatMap(
    (name) =>
      [
        ['a wrong code', name, (ann: EnrolledUser) => ({ factor: { code: ann.wrongCode() }, password: TEST_PASSWORD })],
        ['a wrong backup code', name, () => ({ factor: { backupCode: 'ZZZZ-ZZZZ' }, password: TEST_PASSWORD })],
      ] as const,
  ),
  ...callsTaking('proof').map(
    (name) =>
      ['a wrong password', name, (ann: EnrolledUser) => ({ factor: { code: ann.code() }, password: 'wrong' })] as const,
  ),
  ['a wrong password, told by the host', 'passwordFailed', () => ({ factor: { code: '' }, password: '' })],
];

test.each(COUNTED)(
  'R-36, invariant 3: %s at %s counts one failure, and ten of them lock',
  async (_what, name, wrong) => {
    const on = stage();
    const ann = await on.enroll('ann');
    const held = await on.token('ann');
    for (let n = 1; n <= 10; n++) {
      expect(await outcomeOf(attempt(on, name, ann, held, wrong(ann)))).not.toBe('locked');
      expect(await failures(on)).toBe(n);
    }
    expect(await outcomeOf(attempt(on, name, ann, held, wrong(ann)))).toBe('locked');
    expect(await failures(on)).toBe(10);
  },
);

test('R-36, invariant 3: one budget for all of them', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  const held = await on.token('ann');
  const outcomes: string[] = [];
  for (const [, name, wrong] of COUNTED) outcomes.push(await outcomeOf(attempt(on, name, ann, held, wrong(ann))));
  expect(outcomes.slice(0, 10)).not.toContain('locked');
  expect(new Set(outcomes.slice(10))).toEqual(new Set(['locked']));
});

test('R-36, invariant 3: confirm has a budget of its own: ten wrong codes void the setup and lock nothing', async () => {
  const { mfa, clock, events, enroll } = stage();
  const { uri } = await mfa.setup({ userId: 'bob' }, { accountName: 'bob' });
  const wrong = (phone: VirtualAuthenticator): { readonly code: string } => ({ code: wrongCode(phone, clock()) });
  const bob = virtualAuthenticator(uri);
  const outcomes: string[] = [];
  for (let n = 0; n < 11; n++) outcomes.push(await outcomeOf(mfa.confirm({ userId: 'bob' }, wrong(bob))));
  expect(outcomes).toEqual([...Array.from({ length: 10 }, () => 'invalid_code'), 'setup_voided']);
  expect(events.filter(({ type }) => type === 'setup_voided')).toHaveLength(1);
  expect(await mfa.status('bob')).toMatchObject({ locked: false, enabled: false });

  // Beside an active factor it is no other.
  const ann = await enroll('ann');
  const proof = ann.proof();
  const { uri: second } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof });
  for (let n = 0; n < 10; n++) await outcomeOf(mfa.confirm({ userId: 'ann' }, wrong(virtualAuthenticator(second))));
  expect((await mfa.status('ann')).locked).toBe(false);
  clock.advance({ seconds: 30 });
  expect((await mfa.stepUp('ann', { code: ann.code() })).method).toBe('totp');
});

describe('R-41, invariant 5: while locked', () => {
  test('right and wrong answers are alike and compute nothing', async () => {
    const on = stage();
    const { mfa, enroll, token } = on;
    const ann = await enroll('ann');
    const held = await token('ann');
    await lockEverywhere(on, ann);
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
      { code: ann.wrongCode() },
      { backupCode: ann.backupCodes[0] ?? '' },
      { backupCode: 'ZZZZ-ZZZZ' },
    ];
    for (const factor of factors) {
      const attempts = [
        ...[TEST_PASSWORD, 'wrong'].flatMap((password) =>
          FACTOR_CALLS.map((name) => attempt(on, name, ann, held, { factor, password })),
        ),
        mfa.passwordFailed('ann'),
        mfa.assertNotLocked('ann'),
        mfa.begin('ann'),
      ];
      for (const each of attempts) {
        const error: unknown = await each.then(
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
    await on.enroll('ann');
    const bob = await on.enroll('bob');
    await lock(on, 'ann');
    expect(await outcomeOf(on.mfa.assertNotLocked('ann'))).toBe('locked');
    expect((await on.mfa.stepUp('bob', { code: bob.code() })).method).toBe('totp');
  });
});

test('R-38 a full success resets the count, a correct password or a replayed code does not', async () => {
  const on = stage();
  const { mfa, enroll, token } = on;
  const ann = await enroll('ann');
  for (let n = 0; n < 4; n++) await mfa.passwordFailed('ann');
  await mfa.begin('ann');
  expect(await failures(on)).toBe(4);
  await mfa.verify({ token: await token('ann'), code: ann.code() });
  expect(await failures(on)).toBe(0);
  await mfa.passwordFailed('ann');
  expect(await outcomeOf(mfa.stepUp('ann', { code: ann.code() }))).toBe('code_already_used');
  expect(await failures(on)).toBe(1);
  await mfa.disable('ann', { password: TEST_PASSWORD, backupCode: ann.backupCodes[0] ?? '' });
  expect(await failures(on)).toBe(0);
});

test('R-38 a step-up resets the count of the second factor, and leaves that of the password', async () => {
  const on = stage();
  const { mfa, events, enroll } = on;
  const ann = await enroll('ann');
  for (let n = 0; n < 2; n++)
    expect(await outcomeOf(mfa.stepUp('ann', { code: ann.wrongCode() }))).toBe('invalid_code');
  await mfa.passwordFailed('ann');
  await mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' });
  expect(await failures(on)).toBe(1);
  expect(events.at(-1)).toMatchObject({ type: 'verified', failures: 1 });
});

test('R-38 without a password no call but verify clears what passwordFailed counted', async () => {
  const on = stage();
  const mfa = on.another({ verifyPassword: 'passwordless' });
  const ann = await on.enroll('ann');
  for (let n = 0; n < 4; n++) await mfa.passwordFailed('ann');
  await mfa.regenerate('ann', { code: ann.code() });
  expect(await failures(on)).toBe(4);
  on.clock.advance({ seconds: 30 });
  await mfa.verify({ token: await on.token('ann'), code: ann.code() });
  expect(await failures(on)).toBe(0);
});

test('R-33 a session and the phone give no more guesses at the password than anyone has', async () => {
  const { mfa, clock, enroll } = stage();
  const ann = await enroll('ann');
  let wrong = 0;
  for (let round = 0; round < 5; round++) {
    clock.advance({ seconds: 30 });
    const code = ann.code();
    for (let n = 0; n < 9; n++) {
      if ((await outcomeOf(mfa.disable('ann', { password: 'guess', code }))) === 'invalid_password') wrong += 1;
    }
    await outcomeOf(mfa.stepUp('ann', { code }));
  }
  expect(wrong).toBe(10);
});

test('R-42 a failed second factor and the lock that it brings are told to the user', async () => {
  const { mfa, clock, events, enroll, token } = stage();
  const ann = await enroll('ann');
  const held = await token('ann');
  events.length = 0;
  for (let n = 0; n < 10; n++) await outcomeOf(mfa.verify({ token: held, code: ann.wrongCode() }, { ip: '192.0.2.7' }));
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

test('status counts the tries that are left, down to the lock, and forgets them after a success', async () => {
  const { mfa, enroll } = stage();
  const ann = await enroll('ann');
  expect((await mfa.status('ann')).triesLeft).toBeNull();
  const told: (number | null)[] = [];
  for (let failure = 0; failure < 9; failure++) {
    await outcomeOf(mfa.stepUp('ann', { code: ann.wrongCode() }));
    told.push((await mfa.status('ann')).triesLeft);
  }
  expect(told).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  await mfa.stepUp('ann', { code: ann.code() });
  expect((await mfa.status('ann')).triesLeft).toBeNull();
  for (let failure = 0; failure < 10; failure++) await outcomeOf(mfa.stepUp('ann', { code: ann.wrongCode() }));
  expect(await mfa.status('ann')).toMatchObject({ locked: true, triesLeft: 0 });
  await mfa.unlock('ann');
  expect((await mfa.status('ann')).triesLeft).toBeNull();
});

/** What a refusal tells. */
async function leftAfter(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'accepted',
    (error: unknown) => (error instanceof MfaError ? [error.code, error.triesLeft] : error),
  );
}

test('a wrong answer tells how many more of them lock, at a sign-in as in a session; any other refusal tells no number', async () => {
  const { mfa, enroll, token } = stage();
  const ann = await enroll('ann');
  const wrong = { code: ann.wrongCode() };
  expect(await leftAfter(mfa.stepUp('ann', wrong))).toEqual(['invalid_code', 9]);
  expect(await leftAfter(mfa.verify({ token: await token('ann'), ...wrong }))).toEqual(['invalid_code', 8]);
  expect(await leftAfter(mfa.stepUp('ann', { backupCode: 'AAAA-AAAA-AAAA-AAAA' }))).toEqual(['invalid_backup_code', 7]);
  const guess = { code: ann.code(), password: 'a guess' };
  expect(await leftAfter(mfa.disable('ann', guess))).toEqual(['invalid_password', 6]);
  expect(await leftAfter(mfa.stepUp('ann', { code: 'six' }))).toEqual(['invalid_input', undefined]);
  for (const left of [5, 4, 3, 2, 1, 0]) {
    expect(await leftAfter(mfa.stepUp('ann', wrong))).toEqual(['invalid_code', left]);
  }
  expect(await leftAfter(mfa.stepUp('ann', wrong))).toEqual(['locked', undefined]);
});
