import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { MfaEvent } from '@mfakit/core';
import type { EnrolledUser } from '@mfakit/testkit';
import { sqliteStore } from '../src/index.ts';
import { application, enroll } from './application.ts';
import { databaseFile, emptyFile, type DatabaseFile } from './database-file.ts';
import type { Open } from './drivers.ts';
import { onEachDriver } from './on-each-driver.ts';
import { createProcesses, type Attempt, type Process, type Processes } from './processes.ts';

const PROCESSES = 8;

let processes: Processes;
beforeAll(async () => {
  processes = await createProcesses();
});
afterAll(async () => processes.end());

onEachDriver('eight processes with one file', (name, open) => {
  const all: Process[] = [];
  beforeAll(async () => {
    all.push(...(await Promise.all(Array.from({ length: PROCESSES }, () => processes.start({ driver: name })))));
  });
  const openAll = async (file: DatabaseFile): Promise<readonly Process[]> => {
    await Promise.all(all.map((one) => one.perform({ do: 'open', path: file.path })));
    return all;
  };

  test('R-31, invariant 1: one code, used by all at once, succeeds once', async () => {
    const { file, user, history } = await fileWithUser(open);
    const attempts = times(5, { userId: user.userId, code: user.code() });
    const outcomes = await race(await openAll(file), attempts);
    expect(count(outcomes)).toEqual({ accepted: 1, code_already_used: PROCESSES * 5 - 1 });
    const types = (await history()).map((event) => event.type);
    expect(count(types)).toEqual({ setup_started: 1, factor_added: 1, verified: 1, attempt_refused: 1 });
  });

  test('R-47, invariant 2: one backup code succeeds once, two different ones both count', async () => {
    const { file, user, history } = await fileWithUser(open);
    const [first = '', second = ''] = user.backupCodes;
    const attempts = [first, second].map((backupCode) => ({ userId: user.userId, backupCode }));
    const outcomes = await race((await openAll(file)).slice(0, 4), attempts);
    expect(count(outcomes)).toEqual({ accepted: 2, invalid_backup_code: 6 });
    expect((await history()).filter((event) => event.type === 'verified')).toHaveLength(2);
  });

  test('one device cookie, used by all at once, passes each time and is replaced once; a replay ends it', async () => {
    const { file, user, history } = await fileWithUser(open);
    const { userId } = user;
    const mfa = application(sqliteStore(file.connect()));
    const begun = await mfa.begin(userId);
    if (begun.next !== 'verify') throw new Error(`begin says ${begun.next}`);
    const trusted = await mfa.verify({ token: begun.token, code: user.code(), trustDevice: {} });
    const stolen = trusted.device?.cookie ?? '';
    const everyone = await openAll(file);
    const begin = async (devices: readonly string[], later: number): Promise<readonly string[]> => {
      const outcomes: string[] = [];
      const task = { do: 'begin', userId, devices: devices.flatMap((device) => times(5, device)), later } as const;
      await Promise.all(everyone.map((one) => one.perform(task, (_, outcome) => outcomes.push(outcome))));
      return outcomes;
    };
    const { 'signed-in': same, ...cookies } = count(await begin([stolen], 0));
    expect([same, Object.values(cookies)]).toEqual([PROCESSES * 5 - 1, [1]]);
    const [owner = ''] = Object.keys(cookies);

    const replayed = await begin([stolen, owner], 61_000);
    const given = replayed.filter((outcome) => outcome.includes('.'));
    expect(given.length).toBeLessThanOrEqual(1);
    const after = await begin([stolen, owner, ...given], 61_000);
    expect(new Set(after)).toEqual(new Set(['verify']));
    const forgotten = (await history()).filter((event) => event.type === 'device_forgotten');
    expect(forgotten).toMatchObject([{ by: 'reuse' }]);
  });

  test('R-35, invariant 3: of 1,000 wrong guesses exactly 10 are answered', async () => {
    const { file, user, history } = await fileWithUser(open);
    const attempts = times(1000 / PROCESSES, { userId: user.userId, code: user.wrongCode() });
    const outcomes = await race(await openAll(file), attempts);
    // Those who wait in a full line are refused as busy; nothing of them was checked.
    const { invalid_code: answered, locked = 0, busy = 0, ...others } = count(outcomes);
    expect([answered, locked + busy, others]).toEqual([10, 990, {}]);
    const types = (await history()).map((event) => event.type);
    expect(count(types)).toEqual({ setup_started: 1, factor_added: 1, attempt_refused: 10, account_locked: 1 });
  });

  test('groups of two processes on one file are stored side by side, each commit once', async () => {
    const { file } = await fileWithUser(open);
    const store = sqliteStore(file.connect());
    const users: EnrolledUser[] = [];
    for (let user = 0; user < 40; user += 1) users.push(await enroll(store, `user-${user}`));
    const outcomes = await race(
      (await openAll(file)).slice(0, 2),
      users.map(({ userId, code }) => ({ userId, code: code() })),
    );
    expect(count(outcomes)).toEqual({ accepted: 40, code_already_used: 40 });
    for (const { userId } of users) {
      const events = await application(store).history(userId, { limit: 200 });
      expect(count(events.map(({ type }) => type))).toMatchObject({ verified: 1 });
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => events.length - index));
    }
  });

  test('all may migrate one new file at once', async () => {
    const file = emptyFile(open);
    onTestFinished(() => file.remove());
    await openAll(file);
    await Promise.all(all.map((one) => one.perform({ do: 'migrate' })));
    expect(file.connect().prepare('PRAGMA journal_mode').all()).toEqual([{ journal_mode: 'wal' }]);
    expect((await enroll(sqliteStore(file.connect()), 'alice')).backupCodes).toHaveLength(10);
  });
});

/** A file with one enrolled user. `history` gives all their events, which must be numbered without a gap. */
async function fileWithUser(open: Open): Promise<{
  readonly file: DatabaseFile;
  readonly user: EnrolledUser;
  readonly history: () => Promise<readonly MfaEvent[]>;
}> {
  const file = await databaseFile(open);
  onTestFinished(() => file.remove());
  const store = sqliteStore(file.connect());
  const user = await enroll(store, 'alice');
  const history = async (): Promise<readonly MfaEvent[]> => {
    const events = await application(store).history(user.userId, { limit: 200 });
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => events.length - index));
    return events;
  };
  return { file, user, history };
}

/** Every process makes all attempts in parallel. */
async function race(all: readonly Process[], attempts: readonly Attempt[]): Promise<readonly string[]> {
  const outcomes: string[] = [];
  const task = { do: 'attempt', attempts, inParallel: true } as const;
  await Promise.all(all.map((one) => one.perform(task, (_, outcome) => outcomes.push(outcome))));
  return outcomes;
}

function times<T>(number: number, item: T): readonly T[] {
  return Array.from({ length: number }, () => item);
}

function count(items: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[item] = (counts[item] ?? 0) + 1;
  return counts;
}
