/** probe: examines this runtime: which hasher core takes, whether a user's whole life works, and a few figures. */
import { MfaError, createMfa, type Mfa } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { testClock, virtualAuthenticator } from '@mfakit/testkit';
import { KEY, startApplication } from './application.ts';
import { DEFAULT_HASHER, HASHERS, sampleJob } from './hashers.ts';
import { find, interleave, ratio } from './interleave.ts';
import { loopDelay } from './loop-delay.ts';
import { matchingCandidates, threeCandidates } from './matching.ts';
import { verifyCandidate } from './verify-candidate.ts';

/** What the probe found. */
export interface Probe {
  readonly hasher: string;
  /** What went wrong in the life of a user; `null` if nothing did. */
  readonly failure: string | null;
  readonly matchUs: number;
  readonly verifyUs: number;
  /** An attempt with a wrong backup code: one hash. */
  readonly wrongCodeUs: number;
  /** A whole enrollment with ten backup codes: `setup` and `confirm`. */
  readonly setupUs: number;
  /** The ratio of that to ten hashes with the runtime's own function; `null` if it has none. */
  readonly setupToRaw: number | null;
  /** The delays while an enrollment ran. */
  readonly setupDelayUs: number;
}

/** Measures this runtime. */
export async function probe(smoke: boolean): Promise<Probe> {
  const plan = smoke ? { rounds: 1, samples: 3 } : { rounds: 9, samples: 100 };
  const verify = await verifyCandidate('verify', memoryStore(), plan.samples);
  const calls = await interleave([verify, ...(await matchingCandidates())], plan);

  const codes = smoke ? 1 : 10;
  const { mfa, enrol } = startApplication(memoryStore(), { hasher: 'default', backupCodes: { count: codes } });
  const { userId } = await enrol('ann');
  let newcomers = 0;
  const setup = (): Promise<unknown> => enrol(`new-${(newcomers += 1)}`);
  const own = HASHERS.find(({ name }) => name === DEFAULT_HASHER.name);
  const raw = own && {
    name: 'raw',
    run: () => Promise.all(Array.from({ length: codes }, () => own.hasher(sampleJob()))),
  };
  const hashed = await interleave(
    [
      {
        name: 'wrong',
        prepare: () => mfa.unlock(userId),
        run: () => mfa.stepUp(userId, { backupCode: '0000-0000' }).catch(() => undefined),
      },
      { name: 'setup', run: setup },
      ...(raw === undefined ? [] : [raw]),
    ],
    { rounds: smoke ? 1 : 9, warmupRounds: smoke ? 0 : 1, samples: 1 },
  );
  const { p99Ms } = await loopDelay(smoke ? async () => undefined : setup);
  return {
    hasher: DEFAULT_HASHER.name,
    failure: await lifeOfAUser(),
    matchUs: threeCandidates(calls, 'right').us,
    verifyUs: find(calls, 'verify').us,
    wrongCodeUs: find(hashed, 'wrong').us,
    setupUs: find(hashed, 'setup').us,
    setupToRaw: raw === undefined ? null : ratio(find(hashed, 'setup'), find(hashed, 'raw')),
    setupDelayUs: p99Ms * 1000,
  };
}

/** Enrolls with the default hasher, signs in by code and by backup code, and expects the refusals in between. */
async function lifeOfAUser(): Promise<string | null> {
  const clock = testClock();
  const options = { issuer: 'Acme', store: memoryStore(), keys: [KEY], clock, backupCodes: { count: 2 } };
  const mfa = createMfa({ ...options, verifyPassword: 'passwordless' });
  const { uri, backupCodes } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
  const phone = virtualAuthenticator(uri);
  await mfa.confirm({ userId: 'ann' }, { code: phone.code(clock()) });
  clock.advance({ seconds: 30 });
  const code = phone.code(clock());
  const [backupCode = ''] = backupCodes;
  const steps: readonly (readonly [expected: string, call: (mfa: Mfa) => Promise<unknown>])[] = [
    ['accepted', () => mfa.stepUp('ann', { code })],
    ['code_already_used', () => mfa.stepUp('ann', { code })],
    ['accepted', () => mfa.stepUp('ann', { backupCode })],
    ['invalid_backup_code', () => mfa.stepUp('ann', { backupCode })],
    ['accepted', () => mfa.disable('ann', { backupCode: backupCodes[1] ?? '' })],
    ['not_enabled', () => mfa.stepUp('ann', { code })],
  ];
  for (const [expected, call] of steps) {
    const outcome = await call(mfa).then(
      () => 'accepted',
      (error: unknown) => (error instanceof MfaError ? error.code : String(error)),
    );
    if (outcome !== expected) return `${outcome} instead of ${expected}`;
  }
  return null;
}
