/** probe: what this runtime gives: the hasher that is taken, a life of a user, and a few figures. */
import { MfaError, createMfa, type Mfa } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { testClock, virtualAuthenticator } from '@mfakit/testkit';
import { at, enrolMany, KEY, startApplication, type Login } from './application.ts';
import { coreHashers, sampleJob } from './hashers.ts';
import { find, interleave, ratio } from './interleave.ts';
import { matchTotp } from './internals.ts';
import { loopDelay } from './loop-delay.ts';

/** What was found. */
export interface Probe {
  readonly hasher: string;
  /** What went wrong in the life of a user; `null`: nothing. */
  readonly failure: string | null;
  readonly matchUs: number;
  readonly verifyUs: number;
  readonly hashUs: number;
  readonly tenUs: number;
  /** A whole `setup` with ten backup codes, to the ten hashes alone. */
  readonly setupToRaw: number;
  /** Whether the hasher computes outside of JavaScript and WebAssembly. */
  readonly native: boolean;
  readonly tenDelayUs: number;
}

/** Measures this runtime. */
export async function probe(smoke: boolean): Promise<Probe> {
  const [taken] = coreHashers();
  if (taken === undefined) throw new Error('no hasher');
  const application = startApplication(memoryStore());
  const users = await enrolMany(application, smoke ? 3 : 100);
  let logins: readonly Login[] = [];
  const key = new Uint8Array(20).fill(7);
  const parameters = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 } as const;
  const quick = smoke ? { rounds: 1, samples: 3 } : { rounds: 9, samples: 100 };
  const [match, verify] = await interleave(
    [
      { name: 'match', run: () => matchTotp(key, '123456', parameters, 1.7e12, 1) },
      {
        name: 'verify',
        prepare: async () => {
          logins = await application.logins(users);
        },
        run: (index) => application.mfa.verify(at(logins, index)),
      },
    ],
    quick,
  );
  const codes = smoke ? 1 : 10;
  const hashTen = (): Promise<unknown> => Promise.all(Array.from({ length: codes }, () => taken.hasher(sampleJob())));
  const { mfa } = startApplication(memoryStore(), { hasher: taken.hasher, backupCodes: { count: codes } });
  let newcomers = 0;
  const hashed = await interleave(
    [
      { name: 'one', run: () => taken.hasher(sampleJob()) },
      { name: 'ten', run: hashTen },
      { name: 'setup', run: () => mfa.setup({ userId: `new-${(newcomers += 1)}` }, { accountName: 'new' }) },
    ],
    { rounds: smoke ? 1 : 9, samples: 1 },
  );
  const { p99Ms } = await loopDelay(smoke ? async () => undefined : hashTen);
  return {
    hasher: taken.name,
    failure: await lifeOfAUser(),
    matchUs: match?.us ?? Number.NaN,
    verifyUs: verify?.us ?? Number.NaN,
    hashUs: find(hashed, 'one').us,
    tenUs: find(hashed, 'ten').us,
    setupToRaw: ratio(find(hashed, 'setup'), find(hashed, 'ten')),
    native: taken.native,
    tenDelayUs: p99Ms * 1000,
  };
}

/** Enrols with the default hasher, signs in by code and by backup code, and expects the refusals in between. */
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
