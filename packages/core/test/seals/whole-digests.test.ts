/** A backup code is accepted if its whole digest is stored, whatever bytes two digests share. */
import type { CodeHasher } from '@mfakit/core';
import { outcomeOf } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { stage } from '../harness.ts';

/** Digests that differ in one byte alone: a number of its own for each code. */
function almostAlike(place: number): CodeHasher {
  const numbers = new Map<string, number>();
  return async ({ message, salt, digestBytes }) => {
    const code = Buffer.concat([salt, message]).toString('hex');
    const number = numbers.get(code) ?? numbers.size + 1;
    numbers.set(code, number);
    const digest = new Uint8Array(digestBytes);
    digest[place] = number;
    return digest;
  };
}

test.each(Array.from({ length: 32 }, (_, place) => place))('digests that differ in byte %i alone', async (place) => {
  const on = stage({ hasher: almostAlike(place) });
  const ann = await on.enroll('ann');
  const stepUp = async (backupCode = ''): Promise<string> => outcomeOf(on.mfa.stepUp('ann', { backupCode }));
  expect(await stepUp('ZZZZ-ZZZZ-ZZZZ-ZZZZ')).toBe('invalid_backup_code');
  expect((await on.mfa.status('ann')).backupCodesRemaining).toBe(10);
  expect(await stepUp(ann.backupCodes[3])).toBe('accepted');
  expect(await stepUp(ann.backupCodes[3])).toBe('invalid_backup_code');
  expect(await stepUp(ann.backupCodes[4])).toBe('accepted');
  expect((await on.mfa.status('ann')).backupCodesRemaining).toBe(8);
});
