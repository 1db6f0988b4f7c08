/** countHashes: counts the Argon2id computations of one attempt with a backup code. */
import { memoryStore } from '@mfakit/memory';
import { quickHasher } from '@mfakit/testkit';
import { startApplication } from '../application.ts';

/** One kind of attempt. */
export interface HashCount {
  readonly attempt: string;
  readonly hashes: number;
  /** How many it should be. */
  readonly allowed: number;
}

/** Makes each attempt on a user with ten codes, and counts the hashes. */
export async function countHashes(): Promise<readonly HashCount[]> {
  let hashes = 0;
  const { mfa, enrol } = startApplication(memoryStore(), {
    hasher: (job) => {
      hashes += 1;
      return quickHasher(job);
    },
  });
  const { userId } = await enrol('ann');
  const attempt = async (backupCode: string): Promise<number> => {
    hashes = 0;
    await mfa.stepUp(userId, { backupCode }).catch(() => undefined);
    return hashes;
  };
  const wrong = await attempt('0000-0000');
  const malformed = await attempt('not a backup code!');
  for (let failure = 1; failure < 10; failure += 1) await mfa.passwordFailed(userId);
  const locked = await attempt('0000-0000');
  return [
    { attempt: 'wrong', hashes: wrong, allowed: 1 },
    { attempt: 'malformed', hashes: malformed, allowed: 0 },
    { attempt: 'locked', hashes: locked, allowed: 0 },
  ];
}
