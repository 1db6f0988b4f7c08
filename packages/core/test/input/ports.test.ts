/** What a port gives is checked: a broken one refuses the call, and changes nothing. */
import { createMfa, type RandomSource } from '@mfakit/core';
import { outcomeOf, virtualAuthenticator } from '@mfakit/testkit';
import { describe, expect, test, vi } from 'vitest';
import { stage } from '../harness.ts';

const SHORT: RandomSource = (bytes) => new Uint8Array(bytes - 1).fill(7);

describe('R-07 random', () => {
  test('is not drawn from by createMfa', () => {
    const random = vi.fn<RandomSource>(SHORT);
    createMfa({ ...stage().options, random });
    expect(random).not.toHaveBeenCalled();
  });

  test.each<[string, (bytes: number) => unknown]>([
    ['too few bytes', SHORT],
    ['an array', (bytes) => Array.from({ length: bytes }, () => 7)],
    ['nothing', () => undefined],
  ])('that gives %s refuses every call that draws, and nothing is stored', async (_, random) => {
    const on = stage();
    const ann = await on.enroll('ann');
    const { uri } = await on.mfa.setup({ userId: 'eve' }, { accountName: 'eve' });
    const token = await on.token('ann');
    const before = await on.store.dump('ann', 'eve');
    const broken = on.another({ random: random as RandomSource });
    const complaint = /^random must give a Uint8Array of \d+ bytes?$/;
    for (const call of [
      broken.setup({ userId: 'eve' }, { accountName: 'eve' }),
      broken.confirm({ userId: 'eve' }, { code: virtualAuthenticator(uri).code(on.clock()) }),
      broken.begin('ann'),
      broken.verify({ token, code: ann.code() }),
      broken.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }),
      broken.regenerate('ann', ann.proof()),
      broken.passwordFailed('ann'),
    ]) {
      await expect(call).rejects.toThrow(TypeError);
      await expect(call).rejects.toThrow(complaint);
    }
    expect(await on.store.dump('ann', 'eve')).toBe(before);
  });
});

test('a hasher that gives the wrong length, or something else, activates nothing and accepts nothing', async () => {
  for (const digest of [new Uint8Array(31), new Uint8Array(33), 'x'.repeat(32), [], undefined]) {
    const on = stage();
    const ann = await on.enroll('ann');
    const broken = on.another({ hasher: async () => digest as Uint8Array });
    expect(await outcomeOf(broken.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))).toBe('busy');
    expect(await outcomeOf(broken.regenerate('ann', ann.proof()))).toBe('busy');
    const { uri } = await on.mfa.setup({ userId: 'eve' }, { accountName: 'eve' });
    const code = virtualAuthenticator(uri).code(on.clock());
    expect(await outcomeOf(broken.confirm({ userId: 'eve' }, { code }))).toBe('busy');
    expect((await on.mfa.status('eve')).enabled).toBe(false);
    expect((await on.mfa.status('ann')).backupCodesRemaining).toBe(10);
  }
});
