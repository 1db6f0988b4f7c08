import { callsTaking, MFA_CALLS, outcomeOf, provenBy, virtualAuthenticator, type CallName } from '@mfakit/testkit';
import { base32nopad } from '@scure/base';
import { describe, expect, test } from 'vitest';
import { HOTP_KEY, TWINS } from '../vectors.ts';
import { stage, type Stage } from '../harness.ts';

/** The calls that take a code against an active factor. */
const OPERATIONS = [...callsTaking('secondFactor'), ...callsTaking('proof')];

/** A call with a code, made ready before the code exists. It removes the newest factor, if it removes one. */
async function ready({ mfa, token }: Stage, name: CallName): Promise<(code: string) => Promise<unknown>> {
  const factorId = (await mfa.status('ann')).factors.at(-1)?.id ?? '';
  const held = MFA_CALLS[name].takes.includes('token') ? await token('ann') : '';
  const input = { userId: 'ann', token: held, factorId, setupCode: '', secondFactor: { code: '' }, proof: undefined };
  return async (code) => MFA_CALLS[name].run(mfa, provenBy(input, { code }));
}

/** The user `ann` with a factor, and a spare one that is never used. */
async function withSpare(): Promise<Stage & { readonly code: () => string }> {
  const on = stage();
  const { mfa, clock, enroll } = on;
  const ann = await enroll('ann');
  const proof = ann.proof();
  const { uri } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann', label: 'Spare', proof });
  await mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(clock()) });
  clock.advance({ seconds: 60 });
  return { ...on, code: ann.code };
}

describe('R-30, invariant 1: a code used at one operation is spent for all of them', () => {
  const pairs = OPERATIONS.flatMap((first) => OPERATIONS.map((second) => [first, second] as const));
  // After disable there is no factor left that a code could be replayed against; the spare one is removed only once.
  const possible = pairs.filter((pair) => pair[0] !== 'disable' && pair.join() !== 'removeFactor,removeFactor');
  test.each(possible)('at %s, then at %s', async (first, second) => {
    const on = await withSpare();
    const attempt = await ready(on, first);
    const code = on.code();
    await attempt(code);
    // Made ready afterwards: some operations void the tokens that were open.
    const again = await ready(on, second);
    expect(await outcomeOf(again(code))).toBe('code_already_used');
    expect((await on.store.record('ann')).lockout.failures).toBe(0);
  });

  test.each(OPERATIONS)('at confirm, then at %s', async (second) => {
    const on = stage();
    const { uri } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
    const code = virtualAuthenticator(uri).code(on.clock());
    await on.mfa.confirm({ userId: 'ann' }, { code });
    const again = await ready(on, second);
    expect(await outcomeOf(again(code))).toBe('code_already_used');
  });
});

describe('R-28, R-29', () => {
  test('a code succeeds once: not again at the same instant, not in the next step', async () => {
    const { mfa, clock, enroll } = stage();
    const ann = await enroll('ann');
    const code = ann.code();
    await mfa.stepUp('ann', { code });
    expect(await outcomeOf(mfa.stepUp('ann', { code }))).toBe('code_already_used');
    clock.advance({ seconds: 30 });
    expect(await outcomeOf(mfa.stepUp('ann', { code }))).toBe('code_already_used');
    clock.advance({ seconds: 30 });
    expect(await outcomeOf(mfa.stepUp('ann', { code }))).toBe('invalid_code');
  });

  test('after a code, no older one in the window', async () => {
    const { mfa, clock, enroll } = stage();
    const ann = await enroll('ann');
    clock.advance({ seconds: 60 });
    const [older, now, newer] = [-1, 0, 1].map((step) => ann.phone.code(clock() + step * 30_000)) as [
      string,
      string,
      string,
    ];
    await mfa.stepUp('ann', { code: now });
    expect(await outcomeOf(mfa.stepUp('ann', { code: older }))).toBe('code_already_used');
    await mfa.stepUp('ann', { code: newer });
    for (const code of [older, now, newer])
      expect(await outcomeOf(mfa.stepUp('ann', { code }))).toBe('code_already_used');
  });

  test('R-10 codes of T-1, T and T+1 pass in that order, those of T-2 and T+2 do not', async () => {
    const { mfa, clock, enroll } = stage();
    const ann = await enroll('ann');
    clock.advance({ seconds: 90 });
    const outcomes: string[] = [];
    for (const step of [-2, 2, -1, 0, 1]) {
      outcomes.push(await outcomeOf(mfa.stepUp('ann', { code: ann.phone.code(clock() + step * 30_000) })));
    }
    expect(outcomes).toEqual(['invalid_code', 'invalid_code', 'accepted', 'accepted', 'accepted']);
  });

  test('R-11 drift is not learned: the window stays where the clock is', async () => {
    const { mfa, clock, enroll } = stage();
    const ann = await enroll('ann');
    for (let n = 0; n < 5; n++) {
      clock.advance({ seconds: 90 });
      await mfa.stepUp('ann', { code: ann.phone.code(clock() - 30_000) });
    }
    clock.advance({ seconds: 90 });
    expect(await outcomeOf(mfa.stepUp('ann', { code: ann.phone.code(clock() - 60_000) }))).toBe('invalid_code');
    expect(await outcomeOf(mfa.stepUp('ann', { code: ann.phone.code(clock() + 30_000) }))).toBe('accepted');
  });

  describe('a code that two neighbouring steps share', () => {
    const key = new TextEncoder().encode(HOTP_KEY);
    /** The library's own secret is the published one: 20 bytes are asked for once per setup. */
    const random = (bytes: number): Uint8Array =>
      bytes === 20 ? key.slice() : crypto.getRandomValues(new Uint8Array(bytes));

    test.each([
      ['lower', [TWINS.higher]],
      ['higher', [TWINS.higher, TWINS.higher + 1]],
    ] as const)('accepted in the %s of them, it is spent for both', async (first, later) => {
      const { mfa, clock, enroll, store } = stage({ random });
      clock.set((TWINS.lower - 10) * 30_000);
      expect((await enroll('ann')).secret).toBe(base32nopad.encode(key));

      clock.set(TWINS[first] * 30_000);
      await mfa.stepUp('ann', { code: TWINS.code });
      expect((await store.record('ann')).factors[0]).toMatchObject({ lastStep: TWINS.higher });
      for (const step of later) {
        clock.set(step * 30_000);
        expect(await outcomeOf(mfa.stepUp('ann', { code: TWINS.code }))).toBe('code_already_used');
      }
    });

    test('is spent by confirm too', async () => {
      const { mfa, clock } = stage({ random });
      clock.set(TWINS.lower * 30_000);
      await mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
      await mfa.confirm({ userId: 'ann' }, { code: TWINS.code });
      clock.set(TWINS.higher * 30_000);
      expect(await outcomeOf(mfa.stepUp('ann', { code: TWINS.code }))).toBe('code_already_used');
    });
  });

  test('R-32 a restart forgets nothing, and neither does a clock that is set back', async () => {
    const { mfa, clock, enroll, another } = stage();
    const ann = await enroll('ann');
    const code = ann.code();
    await mfa.stepUp('ann', { code });
    await mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' });
    expect(await outcomeOf(another().stepUp('ann', { code: ann.code() }))).toBe('code_already_used');
    expect(await outcomeOf(another().stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))).toBe(
      'invalid_backup_code',
    );
    clock.set(clock() - 30_000);
    expect(await outcomeOf(another().stepUp('ann', { code }))).toBe('code_already_used');
    expect(await outcomeOf(another().stepUp('ann', { code: ann.code() }))).toBe('code_already_used');
  });

  test('R-32 the record does not grow with use', async () => {
    const { mfa, clock, enroll, token, store } = stage();
    const ann = await enroll('ann');
    const size = async (): Promise<number> => JSON.stringify(await store.record('ann')).length;
    const sizes: number[] = [];
    for (let n = 0; n < 300; n++) {
      await mfa.verify({ token: await token('ann'), code: ann.code() });
      clock.advance({ seconds: 30 });
      sizes.push(await size());
    }
    // Spent tokens are kept until they expire: from there on the size is level.
    expect(Math.max(...sizes)).toBeLessThan(3500);
    expect(Math.max(...sizes.slice(100)) - Math.min(...sizes.slice(100))).toBeLessThan(8);
  });
});
