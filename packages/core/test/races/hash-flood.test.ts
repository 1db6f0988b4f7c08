/** A flood by one session against the enrollments and sign-ins of others: fair turns at the hasher. */
import type { CodeHasher, SetupResult } from '@mfakit/core';
import { defaultHasher } from '../../src/crypto/argon2id.ts';
import {
  outcomeOf,
  quickHasher,
  TEST_PASSWORD,
  testApplication,
  virtualAuthenticator,
  type TestApplication,
} from '@mfakit/testkit';
import { expect, test } from 'vitest';

/** `MFAKIT_TEST_LONG=1`: a minute with the hasher that the library brings, instead of two seconds with a stand-in. */
const LONG = process.env['MFAKIT_TEST_LONG'] === '1';
const SECONDS = LONG ? 60 : 2;
const CONNECTIONS = 12;
/** Two at a time, 5 ms each. */
function standIn(): CodeHasher {
  const threads = [Promise.resolve(), Promise.resolve()];
  let next = 0;
  return async (job) => {
    const turn = next++ % 2;
    const done = (threads[turn] ?? Promise.resolve()).then(() => new Promise<void>((end) => setTimeout(end, 5)));
    threads[turn] = done;
    await done;
    return quickHasher(job);
  };
}

const percentile95 = (sorted: readonly number[]): number => sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Infinity;

/** A whole enrollment, and how long it took. */
async function enrollOne(
  { mfa, clock }: TestApplication,
  userId: string,
): Promise<{ readonly backupCodes: readonly string[]; readonly milliseconds: number }> {
  const begun = performance.now();
  const { uri, backupCodes } = await mfa.setup({ userId }, { accountName: 'visitor' });
  await mfa.confirm({ userId }, { code: virtualAuthenticator(uri).code(clock()) });
  return { backupCodes, milliseconds: performance.now() - begun };
}

/** Everything that one account can send, round after round, each call on many connections at once. */
async function flood(app: TestApplication, until: number): Promise<ReadonlyMap<string, number>> {
  const { mfa } = app;
  const mallory = { userId: 'mallory' };
  const outcomes = new Map<string, number>();
  const send = async (name: string, call: (n: number) => Promise<unknown>): Promise<void> => {
    const told = await Promise.all(Array.from({ length: CONNECTIONS }, (_, n) => outcomeOf(call(n))));
    for (const outcome of told) outcomes.set(`${name} ${outcome}`, (outcomes.get(`${name} ${outcome}`) ?? 0) + 1);
  };
  while (Date.now() < until) {
    const setups: SetupResult[] = [];
    await send('setup', async () => setups.push(await mfa.setup(mallory, { accountName: 'mallory' })));
    const { uri, backupCodes } = await mfa.setup(mallory, { accountName: 'mallory' });
    const code = virtualAuthenticator(uri).code(app.clock());
    await send('confirm', () => mfa.confirm(mallory, { code }));
    await send('wrong', () => mfa.stepUp('mallory', { backupCode: 'ZZZZ-ZZZZ-ZZZZ-ZZZZ' }));
    await app.another().unlock('mallory');
    await send('right', (n) => mfa.stepUp('mallory', { backupCode: backupCodes[n % 5] ?? '' }));
    await app.another().unlock('mallory');
    const proof = (n: number) => ({ password: TEST_PASSWORD, backupCode: backupCodes[5 + (n % 5)] ?? '' });
    await send('regenerate', (n) => mfa.regenerate('mallory', proof(n)));
    // Support gives the account back, so that the next round can begin: the worst that could be.
    await app.another().unlock('mallory');
    await app.another().reset('mallory');
  }
  return outcomes;
}

test(
  `${SECONDS} s of a flood by one session: others enroll and sign in by backup code in time, and none is busy`,
  async () => {
    const app = testApplication({ hasher: LONG ? defaultHasher() : standIn() });
    const alone = await enrollOne(app, 'alone');
    const until = Date.now() + SECONDS * 1000;
    const flooding = flood(app, until);
    const enrollments: number[] = [];
    const signIns: number[] = [];

    const other = async (visitor: number): Promise<void> => {
      for (let round = 0; Date.now() < until; round++) {
        const userId = `visitor-${visitor}-${round}`;
        const { backupCodes, milliseconds } = await enrollOne(app, userId);
        enrollments.push(milliseconds);
        const between = performance.now();
        await app.mfa.verify({ token: await app.token(userId), backupCode: backupCodes[0] ?? '' });
        signIns.push(performance.now() - between);
      }
    };
    // Any refusal of theirs, `busy` among them, fails the test.
    await Promise.all([other(0), other(1)]);
    const outcomes = await flooding;

    enrollments.sort((a, b) => a - b);
    signIns.sort((a, b) => a - b);
    if (LONG) {
      console.log(
        `an enrollment alone ${alone.milliseconds.toFixed(0)} ms; enrollments ${enrollments.length}, p95 ${percentile95(enrollments).toFixed(0)} ms, longest ${enrollments.at(-1)?.toFixed(0)} ms; ` +
          `sign-ins ${signIns.length}, p95 ${percentile95(signIns).toFixed(0)} ms; flood ${JSON.stringify(Object.fromEntries(outcomes))}`,
      );
    }
    expect(enrollments.length).toBeGreaterThan(LONG ? 20 : 2);
    expect(percentile95(enrollments)).toBeLessThan(3000);
    expect(percentile95(signIns)).toBeLessThan(3000);
    // The flood did what it was made for.
    for (const sent of [
      'setup accepted',
      'confirm accepted',
      'wrong invalid_backup_code',
      'right accepted',
      'regenerate accepted',
    ]) {
      expect(outcomes.get(sent) ?? 0, sent).toBeGreaterThan(0);
    }
  },
  (SECONDS + 60) * 1000,
);
