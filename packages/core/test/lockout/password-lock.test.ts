/** A lock that wrong passwords at the login alone made: it stops every sign-in, and no living session until something fails there. */
import type { SecondFactor } from '@mfakit/core';
import {
  callsTaking,
  MFA_CALLS,
  outcomeOf,
  provenBy,
  TEST_PASSWORD,
  type CallInput,
  type EnrolledUser,
  type CallName,
} from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { lock, stage, type Stage } from '../harness.ts';

/** What a living session asks for. */
const IN_SESSION = ['stepUp', 'setup', 'disable', 'removeFactor', 'regenerate'] as const satisfies CallName[];

async function call(
  { mfa }: Pick<Stage, 'mfa'>,
  name: CallName,
  { factorId }: EnrolledUser,
  factor: SecondFactor,
  password = TEST_PASSWORD,
): Promise<string> {
  const input: CallInput = {
    userId: 'ann',
    token: '',
    factorId,
    setupCode: '',
    secondFactor: factor,
    proof: undefined,
  };
  return outcomeOf(MFA_CALLS[name].run(mfa, provenBy(input, factor, password)));
}

async function lockedByPasswords(): Promise<Stage & { readonly ann: EnrolledUser; readonly held: string }> {
  const on = stage();
  const ann = await on.enroll('ann');
  const held = await on.token('ann');
  await lock(on, 'ann');
  return { ...on, ann, held };
}

test('covers every call that takes a second factor, except verify', () => {
  const taking = new Set([...callsTaking('secondFactor'), ...callsTaking('proof')]);
  expect(new Set([...IN_SESSION, 'verify'])).toEqual(taking);
});

describe('R-41 wrong passwords alone made the lock', () => {
  test.each(IN_SESSION)('%s is accepted in a living session', async (name) => {
    const on = await lockedByPasswords();
    expect(await call(on, name, on.ann, { code: on.ann.code() })).toBe('accepted');
  });

  test('no sign-in gets through', async () => {
    const { mfa, ann, held } = await lockedByPasswords();
    for (const refused of [
      mfa.begin('ann'),
      mfa.verify({ token: held, code: ann.code() }),
      mfa.verify({ token: held, backupCode: ann.backupCodes[0] ?? '' }),
      mfa.passwordFailed('ann'),
      mfa.assertNotLocked('ann'),
    ]) {
      expect(await outcomeOf(refused)).toBe('locked');
    }
  });

  test.each([
    ['a code', (ann: EnrolledUser) => ({ code: ann.code() })],
    ['a backup code, which is charged first', (ann: EnrolledUser) => ({ backupCode: ann.backupCodes[0] ?? '' })],
  ])('a step-up by %s leaves the lock and the wrong passwords as they are', async (_what, factor) => {
    const { mfa, store, ann, clock, events } = await lockedByPasswords();
    const before = (await store.record('ann')).lockout;
    expect(await outcomeOf(mfa.stepUp('ann', factor(ann)))).toBe('accepted');
    const after = (await store.record('ann')).lockout;
    expect(after).toMatchObject({ failures: 10, passwordFailures: 10, lockedUntil: before.lockedUntil });
    expect(events.filter(({ type }) => type === 'account_unlocked')).toEqual([]);
    expect(await outcomeOf(mfa.begin('ann'))).toBe('locked');
    // The session stays open: nothing failed in it.
    clock.advance({ seconds: 30 });
    expect(await outcomeOf(mfa.stepUp('ann', { code: ann.code() }))).toBe('accepted');
  });

  test('a proof with the right password lifts it, and tells so', async () => {
    const { mfa, ann, events } = await lockedByPasswords();
    await mfa.regenerate('ann', ann.proof());
    expect(events.slice(-2)).toMatchObject([
      { type: 'account_unlocked', by: 'success' },
      { type: 'backup_codes_regenerated' },
    ]);
    expect(await outcomeOf(mfa.assertNotLocked('ann'))).toBe('accepted');
  });

  const failures: readonly (readonly [string, CallName, (ann: EnrolledUser) => SecondFactor, string])[] = [
    ...IN_SESSION.flatMap(
      (name) =>
        [
          ['a wrong code', name, (ann: EnrolledUser) => ({ code: ann.wrongCode() }), TEST_PASSWORD],
          ['a wrong backup code', name, () => ({ backupCode: 'ZZZZ-ZZZZ' }), TEST_PASSWORD],
        ] as const,
    ),
    ...callsTaking('proof').map(
      (name) => ['a wrong password', name, (ann: EnrolledUser) => ({ code: ann.code() }), 'wrong'] as const,
    ),
  ];
  test.each(failures)(
    '%s at %s closes the session until the lock ends, and does not move that end',
    async (_what, name, wrong, password) => {
      const on = await lockedByPasswords();
      const { mfa, ann, clock, store } = on;
      const { lockedUntil } = (await store.record('ann')).lockout;
      expect(await call(on, name, ann, wrong(ann), password)).toMatch(/^invalid_/);
      for (const next of IN_SESSION) {
        expect(await call(on, next, ann, { code: ann.code() })).toBe('locked');
        expect(await call(on, next, ann, { backupCode: ann.backupCodes[0] ?? '' })).toBe('locked');
      }
      expect((await store.record('ann')).lockout).toMatchObject({ failures: 11, lockedUntil });
      expect(await outcomeOf(mfa.begin('ann'))).toBe('locked');
      clock.set((lockedUntil ?? 0) - 1);
      expect(await call(on, 'stepUp', ann, { code: ann.code() })).toBe('locked');
      clock.advance({ milliseconds: 1 });
      expect(await call(on, 'stepUp', ann, { code: ann.code() })).toBe('accepted');
    },
  );

  test('of many wrong codes at once one is judged', async () => {
    const on = await lockedByPasswords();
    const instances = [on.mfa, on.another(), on.another()];
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, i) => outcomeOf(instances[i % 3]!.stepUp('ann', { code: on.ann.wrongCode() }))),
    );
    expect(outcomes.filter((outcome) => outcome === 'invalid_code')).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(['invalid_code', 'locked']));
  });
});

test('a lock with one wrong code among the failures stops the session too', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  await outcomeOf(on.mfa.stepUp('ann', { code: ann.wrongCode() }));
  for (let n = 0; n < 9; n++) await on.mfa.passwordFailed('ann');
  for (const name of IN_SESSION) expect(await call(on, name, ann, { code: ann.code() })).toBe('locked');
});

test('a lock with one wrong password of a session among the failures stops it too, unless a success came after', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  await outcomeOf(on.mfa.disable('ann', { password: 'wrong', code: ann.code() }));
  for (let n = 0; n < 9; n++) await on.mfa.passwordFailed('ann');
  for (const name of IN_SESSION) expect(await call(on, name, ann, { code: ann.code() })).toBe('locked');
  on.clock.advance({ minutes: 30 });
  await on.mfa.stepUp('ann', { code: ann.code() });
  await lock(on, 'ann');
  on.clock.advance({ seconds: 30 });
  expect(await call(on, 'stepUp', ann, { code: ann.code() })).toBe('accepted');
});

test('as many wrong passwords at once as the largest lock takes are all counted', async () => {
  const on = stage({ lockout: { maxFailures: 100 } });
  await on.enroll('ann');
  const outcomes = await Promise.all(Array.from({ length: 101 }, () => outcomeOf(on.mfa.passwordFailed('ann'))));
  expect(outcomes).toEqual([...Array.from({ length: 100 }, () => 'accepted'), 'locked']);
});

test('the hard limit stops the session, whatever made it', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  for (let n = 0; n < 100; n++) {
    await on.mfa.passwordFailed('ann');
    if (n % 10 === 9) on.clock.advance({ hours: 24 });
  }
  expect(await on.mfa.status('ann')).toMatchObject({ locked: true, lockedUntil: null });
  for (const name of IN_SESSION) expect(await call(on, name, ann, { code: ann.code() })).toBe('locked');
});

test('a wrong backup code beside the right password is no wrong password', async () => {
  const { mfa, store, enroll } = stage();
  await enroll('ann');
  for (let n = 1; n <= 3; n++) {
    await outcomeOf(mfa.disable('ann', { password: TEST_PASSWORD, backupCode: 'ZZZZ-ZZZZ' }));
    expect((await store.record('ann')).lockout).toMatchObject({ failures: n, passwordFailures: 0 });
  }
  await outcomeOf(mfa.disable('ann', { password: 'wrong', backupCode: 'ZZZZ-ZZZZ' }));
  expect((await store.record('ann')).lockout).toMatchObject({ failures: 4, passwordFailures: 1 });
});
