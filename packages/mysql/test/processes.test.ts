import type { MfaEvent } from '@mfakit/core';
import { testClock } from '@mfakit/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mysqlStore } from '../src/index.ts';
import { onServer, openDatabase, SKIPPED, type TestDatabase } from './database.ts';
import { startProcesses, type Processes } from './processes.ts';
import { startApplication, tally, wholeHistory } from './users.ts';
import type { Answer } from './worker.ts';

const clock = testClock();
const repeat = <T>(times: number, item: T): T[] => Array.from({ length: times }, () => item);
const outcomes = (answers: readonly Answer[]): string[] => answers.flatMap((answer) => answer.outcomes);
const bySeq = (events: readonly MfaEvent[]): MfaEvent[] => events.toSorted((one, other) => one.seq - other.seq);

onServer(`processes${SKIPPED}`, () => {
  let server: TestDatabase;
  beforeAll(async () => {
    server = await openDatabase();
  });
  afterAll(() => server.close());

  describe('eight processes on one account', () => {
    let processes: Processes;
    let database: string;
    beforeAll(async () => {
      [processes, database] = await Promise.all([startProcesses(8), server.create()]);
    });
    afterAll(() => processes.stop());

    /** Enrolls a user, and lets the workers loose with a fresh code to be guessed or used. */
    async function prepare(userId: string) {
      const { mfa, events: told, enroll } = startApplication(mysqlStore(server.pools[0], { database }), clock);
      const user = await enroll(userId);
      await processes.perform(() => ({ do: 'connect', url: server.url, database, now: clock() }));
      return { mfa, user, told };
    }

    test('R-31: one code, used eighty times at once, succeeds once', async () => {
      const { mfa, user, told } = await prepare('one-code');
      const code = user.code();
      const answers = await processes.perform(() => ({
        do: 'stepUp',
        userId: user.userId,
        inputs: repeat(10, { code }),
      }));
      expect(tally(outcomes(answers))).toEqual({ accepted: 1, code_already_used: 79 });
      const history = await wholeHistory(mfa, user.userId);
      expect(history).toEqual(bySeq([...told, ...answers.flatMap(({ events }) => events)]));
      expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
    });

    test('invariant 2: ten backup codes, each used by every process at once, succeed once each', async () => {
      const { mfa, user } = await prepare('backup-codes');
      // Fewer parallel wrong ones than would lock: every use but one of each code is a failure.
      const [one = '', other = ''] = user.backupCodes;
      const answers = await processes.perform((worker) => ({
        do: 'stepUp',
        userId: user.userId,
        inputs: [{ backupCode: worker % 2 === 0 ? one : other }],
      }));
      expect(tally(outcomes(answers))).toEqual({ accepted: 2, invalid_backup_code: 6 });
      expect((await mfa.status(user.userId)).backupCodesRemaining).toBe(8);
    });

    test('invariants 3 and 10: of a thousand wrong guesses ten are answered, and the events tell exactly that', async () => {
      const { mfa, user, told } = await prepare('guesses');
      const guess = { code: user.wrongCode() };
      const answers = await processes.perform(() => ({
        do: 'stepUp',
        userId: user.userId,
        inputs: repeat(125, guess),
      }));
      // Those who wait in a full line are refused as busy; nothing of them was checked.
      const { invalid_code: answered, locked = 0, busy = 0, ...others } = tally(outcomes(answers));
      expect([answered, locked + busy, others]).toEqual([10, 990, {}]);

      const history = await wholeHistory(mfa, user.userId);
      // None lost, none invented: what the processes were told is what is stored.
      expect(history).toEqual(bySeq([...told, ...answers.flatMap(({ events }) => events)]));
      expect(history.map(({ seq, type }) => `${seq} ${type}`)).toEqual(
        ['setup_started', 'factor_added', ...repeat(10, 'attempt_refused'), 'account_locked'].map(
          (type, index) => `${index + 1} ${type}`,
        ),
      );
    });
  });

  // Twenty Nodes that start at once have little of two cores each.
  test('twenty processes migrate new databases at once', { timeout: 120_000 }, async () => {
    // Several in a row: the first may be done before the last process has begun, but soon all go side by side.
    const databases = Array.from({ length: 5 }, (_, index) => `mfakit_test_${process.pid}_twenty_${index}`);
    const processes = await startProcesses(20);
    try {
      await processes.perform(() => ({ do: 'connect', url: server.url, database: 'test', now: clock() }));
      const answers = await processes.perform(() => ({ do: 'migrate', databases }));
      expect(outcomes(answers)).toEqual(repeat(20, 'migrated'));
      for (const database of databases) {
        expect(await mysqlStore(server.pools[0], { database }).scan({ limit: 1 })).toEqual([]);
      }
    } finally {
      await processes.stop();
      for (const database of databases) await server.drop(database);
    }
  });
});
