/** The slow bucket: wrong codes that no success empties, and the two consecutive codes that are asked for beyond it. */
import {
  callsTaking,
  MFA_CALLS,
  outcomeOf,
  provenBy,
  TEST_PASSWORD,
  virtualAuthenticator,
  type CallName,
} from '@mfakit/testkit';
import type { SecondFactor } from '@mfakit/core';
import type { EnrolledUser } from '@mfakit/testkit';
import { describe, expect, test, vi } from 'vitest';
import { stage, type Stage } from '../harness.ts';
import { hmacCount } from '../hmac-count.ts';

vi.mock(import('@noble/hashes/hmac.js'), async (original) =>
  (await import('../hmac-count.ts')).countHmac(await original()),
);

const CODE_CALLS = [...callsTaking('secondFactor'), ...callsTaking('proof')];

async function call(on: Stage, name: CallName, { factorId }: EnrolledUser, factor: SecondFactor): Promise<string> {
  const token = MFA_CALLS[name].takes.includes('token') ? await on.token('ann') : '';
  const input = { userId: 'ann', token, factorId, setupCode: '', secondFactor: factor, proof: undefined };
  return outcomeOf(MFA_CALLS[name].run(on.mfa, provenBy(input, factor)));
}

/** The code that the phone shows in a step, counted from the one that runs. */
const shown = ({ phone }: EnrolledUser, { clock }: Stage, offset: number): string =>
  phone.code(clock() + offset * 30_000);

/** The code of the step before and of the one that runs: what somebody has typed who waited for the second. */
const both = (ann: EnrolledUser, on: Stage): { readonly code: string; readonly nextCode: string } => ({
  code: shown(ann, on, -1),
  nextCode: shown(ann, on, 0),
});

/** An account whose bucket is full, unlocked and with a fresh code on the phone. */
async function full(): Promise<Stage & { readonly ann: EnrolledUser }> {
  const on = stage();
  const ann = await on.enroll('ann');
  for (let n = 0; n < 30; n++) {
    if (n % 9 === 0) {
      on.clock.advance({ seconds: 30 });
      await on.mfa.stepUp('ann', { code: ann.code() });
    }
    expect(await outcomeOf(on.mfa.stepUp('ann', { code: ann.wrongCode() }))).toBe('invalid_code');
  }
  on.clock.advance({ seconds: 90 });
  return { ...on, ann };
}

test('beside an owner who signs in all the time, a guesser gets what the bucket holds and leaks, and no more', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  let guesses = 0;
  // Three sign-ins a day for ninety days, nine guesses before each: without the bucket that makes 2,430.
  for (let round = 0; round < 270; round++) {
    for (let n = 0; n < 9; n++) {
      const outcome = await outcomeOf(on.mfa.verify({ token: await on.token('ann'), code: ann.wrongCode() }));
      if (outcome === 'two_codes_required') break;
      expect(outcome).toBe('invalid_code');
      guesses += 1;
    }
    on.clock.advance({ hours: 8 });
    // The owner always gets in, if need be with two codes.
    const token = await on.token('ann');
    const alone = await outcomeOf(on.mfa.verify({ token, code: ann.code() }));
    if (alone === 'accepted') continue;
    expect(alone).toBe('two_codes_required');
    expect(await outcomeOf(on.mfa.verify({ token, ...both(ann, on) }))).toBe('accepted');
  }
  // Thirty at once, and one for each further day.
  expect(guesses).toBeGreaterThan(30);
  expect(guesses).toBeLessThanOrEqual(30 + 90);
});

describe('while the bucket is full', () => {
  test.each(CODE_CALLS)('%s asks for two codes, counts nothing and computes nothing', async (name) => {
    const on = await full();
    const before = await on.store.record('ann');
    const spent = (): readonly number[] => [hmacCount(), on.store.commits(), on.passwordChecks(), on.hashes()];
    const cost = spent();
    for (const code of [on.ann.code(), on.ann.wrongCode(), '12345678']) {
      expect(await call(on, name, on.ann, { code })).toBe('two_codes_required');
    }
    expect(spent()).toEqual(cost);
    expect(await on.store.record('ann')).toEqual(before);
  });

  test.each(CODE_CALLS)('%s is accepted with two consecutive codes, and both are spent', async (name) => {
    const on = await full();
    const { ann, mfa, store } = on;
    const codes = both(ann, on);
    expect(await call(on, name, ann, codes)).toBe('accepted');
    if (['disable', 'removeFactor'].includes(name)) return;
    expect((await store.record('ann')).factors[0]).toMatchObject({ lastStep: Math.floor(on.clock() / 30_000) });
    expect(await outcomeOf(mfa.stepUp('ann', codes))).toBe('code_already_used');
    await mfa.unlock('ann');
    for (const code of Object.values(codes)) {
      expect(await outcomeOf(mfa.stepUp('ann', { code }))).toBe('code_already_used');
    }
  });

  test('a pair whose first code was used before is used up', async () => {
    const on = await full();
    await on.mfa.unlock('ann');
    await on.mfa.stepUp('ann', { code: on.ann.code() });
    const pair = { code: shown(on.ann, on, 0), nextCode: shown(on.ann, on, 1) };
    expect(await outcomeOf(on.mfa.stepUp('ann', pair))).toBe('code_already_used');
  });

  test('half right is one failure, and the same as all wrong to whoever gave it', async () => {
    const on = await full();
    const { ann, mfa, store } = on;
    const { code, nextCode } = both(ann, on);
    const wrong = ann.wrongCode();
    const answers = new Set<string>();
    const costs = new Set<number>();
    let { failures } = (await store.record('ann')).lockout;
    for (const pair of [
      { code, nextCode: wrong },
      { code: wrong, nextCode },
      { code: wrong, nextCode: wrong },
      { code: nextCode, nextCode: code },
      { code, nextCode: code },
    ]) {
      const before = hmacCount();
      const error: unknown = await mfa.stepUp('ann', pair).catch((thrown: unknown) => thrown);
      failures += 1;
      // One less for each, whatever of it was right.
      expect(error).toMatchObject({ triesLeft: 10 - failures });
      answers.add(JSON.stringify([{ ...(error as object), triesLeft: null }, String(error)]));
      costs.add(hmacCount() - before);
      expect((await store.record('ann')).lockout.failures).toBe(failures);
      const { type, ...refused } = on.events.at(-1) ?? {};
      expect([type, refused]).toEqual([
        'attempt_refused',
        expect.objectContaining({ reason: 'invalid_code', failures }),
      ]);
    }
    expect([...answers]).toHaveLength(1);
    expect([...costs]).toEqual([4]);
  });

  test('two codes that are right end the count of failures, and leave the bucket full', async () => {
    const on = await full();
    await on.mfa.stepUp('ann', both(on.ann, on));
    expect((await on.store.record('ann')).lockout.failures).toBe(0);
    on.clock.advance({ seconds: 30 });
    expect(await outcomeOf(on.mfa.stepUp('ann', { code: on.ann.code() }))).toBe('two_codes_required');
  });

  test('backup codes pass, alone and in a proof', async () => {
    const { mfa, ann } = await full();
    const [one = '', two = ''] = ann.backupCodes;
    expect(await outcomeOf(mfa.stepUp('ann', { backupCode: one }))).toBe('accepted');
    expect(await outcomeOf(mfa.disable('ann', { password: TEST_PASSWORD, backupCode: two }))).toBe('accepted');
  });

  test('a lock comes first', async () => {
    const on = await full();
    for (let n = 0; n < 10; n++) await outcomeOf(on.mfa.stepUp('ann', { backupCode: 'ZZZZ-ZZZZ' }));
    expect(await outcomeOf(on.mfa.stepUp('ann', { code: on.ann.code() }))).toBe('locked');
    expect(await outcomeOf(on.mfa.stepUp('ann', both(on.ann, on)))).toBe('locked');
  });

  test('a new factor is confirmed by one code: a setup has a budget of its own', async () => {
    const on = await full();
    const { uri } = await on.mfa.setup(
      { userId: 'ann' },
      { accountName: 'ann', proof: { password: TEST_PASSWORD, ...both(on.ann, on) } },
    );
    const { guesses } = await on.store.record('ann');
    const phone = virtualAuthenticator(uri);
    expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { code: on.ann.wrongCode() }))).toBe('invalid_code');
    expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { code: phone.code(on.clock()) }))).toBe('accepted');
    expect((await on.store.record('ann')).guesses).toEqual(guesses);
  });

  test('a day makes room for one guess, and unlock for thirty', async () => {
    const on = await full();
    on.clock.advance({ hours: 24 });
    expect(await outcomeOf(on.mfa.stepUp('ann', { code: on.ann.wrongCode() }))).toBe('invalid_code');
    expect(await outcomeOf(on.mfa.stepUp('ann', { code: on.ann.wrongCode() }))).toBe('two_codes_required');
    await on.mfa.unlock('ann');
    expect((await on.store.record('ann')).guesses).toEqual({ level: 0, at: 0 });
    expect(on.events.at(-1)).toMatchObject({ type: 'account_unlocked', by: 'support' });
    expect(await outcomeOf(on.mfa.stepUp('ann', { code: on.ann.code() }))).toBe('accepted');
  });

  test.each(['begin', 'passwordChanged', 'reset', 'enforce', 'exempt'] as const)(
    '%s does not empty it',
    async (name) => {
      const on = await full();
      const { guesses } = await on.store.record('ann');
      await on.mfa[name]('ann');
      expect((await on.store.record('ann')).guesses).toEqual(guesses);
    },
  );
});

describe('what fills it', () => {
  test.each(CODE_CALLS)('a wrong code at %s, once', async (name) => {
    const on = stage();
    const ann = await on.enroll('ann');
    await call(on, name, ann, { code: ann.wrongCode() });
    expect((await on.store.record('ann')).guesses).toEqual({ level: 1, at: on.clock() });
  });

  test('neither wrong passwords nor wrong backup codes nor replays', async () => {
    const { mfa, store, enroll } = stage();
    const ann = await enroll('ann');
    await mfa.passwordFailed('ann');
    await outcomeOf(mfa.disable('ann', { password: 'wrong', code: ann.code() }));
    await outcomeOf(mfa.disable('ann', { password: TEST_PASSWORD, backupCode: 'ZZZZ-ZZZZ' }));
    await outcomeOf(mfa.stepUp('ann', { backupCode: 'ZZZZ-ZZZZ' }));
    await mfa.stepUp('ann', { code: ann.code() });
    expect(await outcomeOf(mfa.stepUp('ann', { code: ann.code() }))).toBe('code_already_used');
    expect((await store.record('ann')).guesses).toEqual({ level: 0, at: 0 });
  });

  test('the options say how many, and in how many days', async () => {
    const on = stage({ lockout: { slowLimit: 2, slowDays: 4 } });
    const ann = await on.enroll('ann');
    const guess = (): Promise<string> => outcomeOf(on.mfa.stepUp('ann', { code: ann.wrongCode() }));
    expect([await guess(), await guess(), await guess()]).toEqual([
      'invalid_code',
      'invalid_code',
      'two_codes_required',
    ]);
    on.clock.advance({ hours: 48 });
    expect([await guess(), await guess()]).toEqual(['invalid_code', 'two_codes_required']);
  });
});

describe('two codes below the limit', () => {
  test('are both judged, and both spent', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    on.clock.advance({ seconds: 60 });
    const { code, nextCode } = both(ann, on);
    expect(await outcomeOf(on.mfa.stepUp('ann', { code, nextCode: ann.wrongCode() }))).toBe('invalid_code');
    expect(await outcomeOf(on.mfa.stepUp('ann', { code, nextCode }))).toBe('accepted');
    expect(await outcomeOf(on.mfa.stepUp('ann', { code: nextCode }))).toBe('code_already_used');
  });

  test.each([
    ['no digits', { code: '123456', nextCode: 'abcdef' }, 'nextCode'],
    ['another length', { code: '123456', nextCode: '12345678' }, 'nextCode'],
    ['beside a backup code', { backupCode: 'AAAA-AAAA', nextCode: '123456' }, 'nextCode'],
    ['alone', { nextCode: '123456' }, 'code'],
  ])('%s is invalid input', async (_what, input, field) => {
    const { mfa, enroll } = stage();
    await enroll('ann');
    await expect(mfa.stepUp('ann', input as never)).rejects.toMatchObject({ code: 'invalid_input', field });
  });
});
