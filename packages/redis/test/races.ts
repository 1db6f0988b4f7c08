/** Races: eight operating system processes on one account, over a server or a cluster. */
import type { MfaEvent } from '@mfakit/core';
import { testClock } from '@mfakit/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApplication, tally, wholeHistory } from '../../postgres/test/users.ts';
import { redisStore, type RedisClient } from '../src/index.ts';
import { startProcesses, type Processes } from './processes.ts';
import type { Answer } from './worker.ts';

/** Where the processes meet. */
export interface Place {
  readonly url: string;
  readonly cluster: boolean;
  readonly client: RedisClient;
  readonly prefix: string;
}

const repeat = <T>(times: number, item: T): T[] => Array.from({ length: times }, () => item);
const outcomes = (answers: readonly Answer[]): string[] => answers.flatMap((answer) => answer.outcomes);
const bySeq = (events: readonly MfaEvent[]): MfaEvent[] => events.toSorted((one, other) => one.seq - other.seq);

/** Tests of the races. @param place - is asked once the tests run */
export function races(place: () => Place): void {
  describe('eight processes on one account', () => {
    const clock = testClock();
    let processes: Processes;
    beforeAll(async () => {
      processes = await startProcesses(8);
    });
    afterAll(() => processes.stop());

    /** Enrolls a user, and connects the workers. */
    async function prepare(userId: string) {
      const { client, ...where } = place();
      const application = startApplication(redisStore(client, { prefix: where.prefix }), clock);
      const user = await application.enroll(userId);
      await processes.perform(() => ({ do: 'connect', ...where, now: clock() }));
      return { mfa: application.mfa, user, told: application.events };
    }

    test('R-31: one code, used eighty times at once, succeeds once', async () => {
      const { mfa, user, told } = await prepare('one-code');
      const { userId } = user;
      const code = user.code();
      const answers = await processes.perform(() => ({ do: 'stepUp', userId, inputs: repeat(10, { code }) }));
      expect(tally(outcomes(answers))).toEqual({ accepted: 1, code_already_used: 79 });
      const history = await wholeHistory(mfa, userId);
      expect(history).toEqual(bySeq([...told, ...answers.flatMap(({ events }) => events)]));
      expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
    });

    test('invariant 2: two backup codes, each used by four processes at once, succeed once each', async () => {
      const { mfa, user } = await prepare('backup-codes');
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
      const { userId } = user;
      const guess = { code: user.wrongCode() };
      const answers = await processes.perform(() => ({ do: 'stepUp', userId, inputs: repeat(125, guess) }));
      // Those who wait in a full line are refused as busy; nothing of them was checked.
      const { invalid_code: answered, locked = 0, busy = 0, ...others } = tally(outcomes(answers));
      expect([answered, locked + busy, others]).toEqual([10, 990, {}]);
      const history = await wholeHistory(mfa, userId);
      expect(history).toEqual(bySeq([...told, ...answers.flatMap(({ events }) => events)]));
      expect(history.map(({ seq, type }) => `${seq} ${type}`)).toEqual(
        ['setup_started', 'factor_added', ...repeat(10, 'attempt_refused'), 'account_locked'].map(
          (type, index) => `${index + 1} ${type}`,
        ),
      );
    });
  });
}
