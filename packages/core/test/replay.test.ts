import type { Mfa } from '@mfakit/core';
import { base32nopad } from '@scure/base';
import { virtualAuthenticator } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { PASSWORD, refusal } from './harness.ts';
import { stage, type Stage } from './refusal-cases.ts';
import { HOTP_KEY, TWINS } from './vectors.ts';

/** An operation that takes a code, made ready before the code exists. */
type Operation = (on: Stage) => Promise<(mfa: Mfa, code: string) => Promise<unknown>>;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  verify: async ({ token }) => {
    const held = await token('ann');
    return (mfa, code) => mfa.verify({ token: held, code });
  },
  stepUp: async () => (mfa, code) => mfa.stepUp('ann', { code }),
  setup: async () => (mfa, code) =>
    mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: { password: PASSWORD, code } }),
  regenerate: async () => (mfa, code) => mfa.regenerate('ann', { password: PASSWORD, code }),
  removeFactor: async ({ mfa }) => {
    const [, spare] = (await mfa.status('ann')).factors;
    return (each, code) => each.removeFactor('ann', spare?.id ?? '', { password: PASSWORD, code });
  },
  disable: async () => (mfa, code) => mfa.disable('ann', { password: PASSWORD, code }),
};

/** The user `ann` with a factor, and a spare one that is never used. */
async function withSpare(): Promise<Stage & { readonly code: () => string }> {
  const on = stage();
  const { mfa, clock, enrol } = on;
  const ann = await enrol('ann');
  const proof = { password: PASSWORD, code: ann.code() };
  const { uri } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann', label: 'Spare', proof });
  await mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(clock()) });
  clock.advance({ seconds: 60 });
  return { ...on, code: ann.code };
}

describe('R-30, invariant 1: a code used at one operation is spent for all of them', () => {
  const pairs = Object.keys(OPERATIONS).flatMap((first) =>
    Object.keys(OPERATIONS).map((second) => [first, second] as const),
  );
  // After disable there is no factor left that a code could be replayed against; the spare one is removed only once.
  const possible = pairs.filter((pair) => pair[0] !== 'disable' && pair.join() !== 'removeFactor,removeFactor');
  test.each(possible)('at %s, then at %s', async (first, second) => {
    const on = await withSpare();
    const attempt = await OPERATIONS[first]?.(on);
    const code = on.code();
    await attempt?.(on.mfa, code);
    // Made ready afterwards: some operations void the tokens that were open.
    const again = await OPERATIONS[second]?.(on);
    expect(await refusal(Promise.resolve(again?.(on.mfa, code)))).toBe('code_already_used');
    expect((await on.store.record('ann')).lockout.failures).toBe(0);
  });

  test.each(Object.keys(OPERATIONS))('at confirm, then at %s', async (second) => {
    const on = stage();
    const { uri } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
    const code = virtualAuthenticator(uri).code(on.clock());
    const { factorId } = await on.mfa.confirm({ userId: 'ann' }, { code });
    const again =
      second === 'removeFactor'
        ? (mfa: Mfa, used: string): Promise<unknown> =>
            mfa.removeFactor('ann', factorId, { password: PASSWORD, code: used })
        : await OPERATIONS[second]?.(on);
    expect(await refusal(Promise.resolve(again?.(on.mfa, code)))).toBe('code_already_used');
  });
});

describe('R-28, R-29', () => {
  test('a code succeeds once: not again at the same instant, not in the next step', async () => {
    const { mfa, clock, enrol } = stage();
    const ann = await enrol('ann');
    const code = ann.code();
    await mfa.stepUp('ann', { code });
    expect(await refusal(mfa.stepUp('ann', { code }))).toBe('code_already_used');
    clock.advance({ seconds: 30 });
    expect(await refusal(mfa.stepUp('ann', { code }))).toBe('code_already_used');
    clock.advance({ seconds: 30 });
    expect(await refusal(mfa.stepUp('ann', { code }))).toBe('invalid_code');
  });

  test('after a code, no older one in the window', async () => {
    const { mfa, clock, enrol } = stage();
    const ann = await enrol('ann');
    clock.advance({ seconds: 60 });
    const [older, now, newer] = [-1, 0, 1].map((step) => ann.phone.code(clock() + step * 30_000)) as [
      string,
      string,
      string,
    ];
    await mfa.stepUp('ann', { code: now });
    expect(await refusal(mfa.stepUp('ann', { code: older }))).toBe('code_already_used');
    await mfa.stepUp('ann', { code: newer });
    for (const code of [older, now, newer])
      expect(await refusal(mfa.stepUp('ann', { code }))).toBe('code_already_used');
  });

  test('R-10 codes of T-1, T and T+1 pass in that order, those of T-2 and T+2 do not', async () => {
    const { mfa, clock, enrol } = stage();
    const ann = await enrol('ann');
    clock.advance({ seconds: 90 });
    const outcomes: string[] = [];
    for (const step of [-2, 2, -1, 0, 1]) {
      outcomes.push(await refusal(mfa.stepUp('ann', { code: ann.phone.code(clock() + step * 30_000) })));
    }
    expect(outcomes).toEqual(['invalid_code', 'invalid_code', 'accepted', 'accepted', 'accepted']);
  });

  test('R-11 drift is not learned: the window stays where the clock is', async () => {
    const { mfa, clock, enrol } = stage();
    const ann = await enrol('ann');
    for (let n = 0; n < 5; n++) {
      clock.advance({ seconds: 90 });
      await mfa.stepUp('ann', { code: ann.phone.code(clock() - 30_000) });
    }
    clock.advance({ seconds: 90 });
    expect(await refusal(mfa.stepUp('ann', { code: ann.phone.code(clock() - 60_000) }))).toBe('invalid_code');
    expect(await refusal(mfa.stepUp('ann', { code: ann.phone.code(clock() + 30_000) }))).toBe('accepted');
  });

  test('of neighbouring steps with equal codes the higher is consumed', async () => {
    const key = new TextEncoder().encode(HOTP_KEY);
    // The library's own secret is the published one: 20 bytes are asked for once per setup.
    const on = stage();
    const mfa = on.another({ random: (bytes) => (bytes === 20 ? key : crypto.getRandomValues(new Uint8Array(bytes))) });
    on.clock.set((TWINS.lower - 10) * 30_000);
    const { secret, uri } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
    expect(secret).toBe(base32nopad.encode(key));
    await mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(on.clock()) });

    on.clock.set(TWINS.lower * 30_000);
    await mfa.stepUp('ann', { code: TWINS.code });
    expect((await on.store.record('ann')).factors[0]).toMatchObject({ lastStep: TWINS.higher });
    on.clock.set(TWINS.higher * 30_000);
    expect(await refusal(mfa.stepUp('ann', { code: TWINS.code }))).toBe('code_already_used');
  });

  test('R-32 a restart forgets nothing', async () => {
    const { mfa, enrol, another } = stage();
    const ann = await enrol('ann');
    await mfa.stepUp('ann', { code: ann.code() });
    await mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' });
    expect(await refusal(another().stepUp('ann', { code: ann.code() }))).toBe('code_already_used');
    expect(await refusal(another().stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))).toBe(
      'invalid_backup_code',
    );
  });

  test('R-32 the record does not grow with use', async () => {
    const { mfa, clock, enrol, token, store } = stage();
    const ann = await enrol('ann');
    const size = async (): Promise<number> => JSON.stringify(await store.record('ann')).length;
    const sizes: number[] = [];
    for (let n = 0; n < 300; n++) {
      await mfa.verify({ token: await token('ann'), code: ann.code() });
      clock.advance({ seconds: 30 });
      sizes.push(await size());
    }
    // Spent tokens are kept until they expire: from there on the size is level.
    expect(Math.max(...sizes)).toBeLessThan(3000);
    expect(Math.max(...sizes.slice(100)) - Math.min(...sizes.slice(100))).toBeLessThan(8);
  });
});
