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

/** `MFAKIT_TEST_LONG=1`: a minute at the pace of hash-wasm, and a minute with the hasher that the library brings. */
const LONG = process.env['MFAKIT_TEST_LONG'] === '1';
const SECONDS = LONG ? 60 : 2;
const LIMIT_MS = 3000;
/** What an enrollment takes alone, with the default hasher on an idle machine: see `docs/operate/sizing.md`. */
const ALONE_MS = 850;
const CONNECTIONS = 12;
/** Two at a time, and so many milliseconds each. */
function paced(milliseconds: number): CodeHasher {
  const threads = [Promise.resolve(), Promise.resolve()];
  let next = 0;
  return async (job) => {
    const turn = next++ % 2;
    const done = (threads[turn] ?? Promise.resolve()).then(
      () => new Promise<void>((end) => setTimeout(end, milliseconds)),
    );
    threads[turn] = done;
    await done;
    return quickHasher(job);
  };
}

function percentile95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Infinity;
}

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

const HASHERS: readonly (readonly [string, CodeHasher])[] = LONG
  ? [
      ['two threads of 140 ms a hash', paced(140)],
      ['the default hasher', defaultHasher()],
    ]
  : [['two threads of 5 ms a hash', paced(5)]];

test.each(HASHERS)(
  `${SECONDS} s of a flood by one session, %s: others enroll and sign in in time, and none is busy`,
  async (name, hasher) => {
    const app = testApplication({ hasher });
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
        const begun = performance.now();
        await app.mfa.verify({ token: await app.token(userId), backupCode: backupCodes[0] ?? '' });
        signIns.push(performance.now() - begun);
      }
    };
    // Any refusal of theirs, `busy` among them, fails the test.
    await Promise.all([other(0), other(1)]);
    const outcomes = await flooding;
    const after = await enrollOne(app, 'alone-again');

    const [enrolled, signedIn] = [percentile95(enrollments), percentile95(signIns)];
    if (LONG) {
      console.log(
        `${name}: an enrollment alone ${alone.milliseconds.toFixed(0)} ms, and ${after.milliseconds.toFixed(0)} ms; ` +
          `${enrollments.length} under the flood, p95 ${enrolled.toFixed(0)} ms; sign-ins p95 ${signedIn.toFixed(0)} ms; ` +
          `the flood: ${JSON.stringify(Object.fromEntries(outcomes))}`,
      );
    }
    // A machine that is busy with something else is slower alone, too.
    const slowness = Math.max(1, Math.max(alone.milliseconds, after.milliseconds) / ALONE_MS);
    expect(enrollments.length).toBeGreaterThan(2);
    expect(enrolled).toBeLessThan(LIMIT_MS * slowness);
    expect(signedIn).toBeLessThan(LIMIT_MS * slowness);
    // The flood did what it was made for.
    const sent = ['setup accepted', 'confirm accepted', 'wrong invalid_backup_code', 'right accepted'];
    expect(sent.filter((line) => !outcomes.has(line))).toEqual([]);
    expect(outcomes.get('regenerate accepted')).toBeGreaterThan(0);
  },
  (SECONDS + 120) * 1000,
);
