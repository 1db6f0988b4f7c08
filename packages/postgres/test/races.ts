/** Races: eight operating system processes on one account, over any store that processes share. */
import type { Mfa, MfaEvent, MfaStore } from '@mfakit/core';
import { testClock, type EnrolledUser } from '@mfakit/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Processes } from './processes.ts';
import type { Answer, Calls } from './serve-tasks.ts';
import { startApplication, tally, wholeHistory } from './users.ts';

/** Where the processes meet. */
export interface Place<Where> {
  readonly store: MfaStore;
  /** What the workers need to connect. */
  readonly where: Where;
}

const repeat = <T>(times: number, item: T): T[] => Array.from({ length: times }, () => item);
const outcomes = (answers: readonly Answer[]): string[] => answers.flatMap((answer) => answer.outcomes);
const bySeq = (events: readonly MfaEvent[]): MfaEvent[] => events.toSorted((one, other) => one.seq - other.seq);

/** The cookie of a browser that the user trusts. */
async function trust(mfa: Mfa, user: EnrolledUser): Promise<string> {
  const begun = await mfa.begin(user.userId);
  if (begun.next !== 'verify') throw new Error(`begin says ${begun.next}`);
  const { device } = await mfa.verify({ token: begun.token, code: user.code(), trustDevice: {} });
  if (device === undefined) throw new Error('The browser was not trusted.');
  return device.cookie;
}

/**
 * Tests of the races.
 * @param start - starts so many workers
 * @param place - is asked once the tests run
 */
export function races<Where extends object>(
  start: (count: number) => Promise<Processes<Calls | ({ readonly do: 'connect'; readonly now: number } & Where)>>,
  place: () => Place<Where>,
): void {
  describe('eight processes on one account', () => {
    const clock = testClock();
    let processes: Awaited<ReturnType<typeof start>>;
    beforeAll(async () => {
      processes = await start(8);
    });
    afterAll(() => processes.stop());

    /** Enrolls a user, and connects the workers. */
    async function prepare(userId: string) {
      const { store, where } = place();
      const application = startApplication(store, clock);
      const user = await application.enroll(userId);
      const connect = async (): Promise<unknown> =>
        processes.perform(() => ({ do: 'connect', ...where, now: clock() }));
      await connect();
      return { mfa: application.mfa, user, told: application.events, connect };
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

    test('one device cookie, used eighty times at once, passes each time and is replaced once', async () => {
      const { mfa, user, told, connect } = await prepare('rotation');
      const { userId } = user;
      const stolen = await trust(mfa, user);
      const begin = async (devices: readonly string[]): Promise<readonly Answer[]> =>
        processes.perform((worker) => ({
          do: 'begin',
          userId,
          devices: repeat(10, devices[worker % devices.length] ?? ''),
        }));
      const answers = await begin([stolen]);
      const { 'signed-in': same, ...cookies } = tally(outcomes(answers));
      expect([same, Object.values(cookies)]).toEqual([79, [1]]);
      const [owner = ''] = Object.keys(cookies);

      // Replayed after its minute beside the good one: it is found once, and from then on neither passes.
      clock.advance({ seconds: 61 });
      await connect();
      const replayed = await begin([stolen, owner]);
      const [byThief, byOwner] = [0, 1].map((rest) => outcomes(replayed.filter((_, i) => i % 2 === rest)));
      expect(tally(byThief ?? [])).toEqual({ verify: 40 });
      expect((byOwner ?? []).filter((outcome) => outcome.length > 9).length).toBeLessThanOrEqual(1);
      await connect();
      expect(
        tally(outcomes(await begin([stolen, owner, ...(byOwner ?? []).filter((outcome) => outcome.includes('.'))]))),
      ).toEqual({ verify: 80 });
      const history = await wholeHistory(mfa, userId);
      const all = [...told, ...[...answers, ...replayed].flatMap(({ events }) => events)];
      expect(history).toEqual(bySeq(all));
      expect(history.filter(({ type }) => type === 'device_forgotten')).toMatchObject([{ by: 'reuse' }]);
      expect((await mfa.status(userId)).devices).toEqual([]);
    });

    test('the first sign-in of a user, eighty times at once, starts the grace once', async () => {
      const { store, where } = place();
      const { mfa } = startApplication(store, clock);
      await processes.perform(() => ({ do: 'connect', ...where, now: clock() }));
      const userId = 'newcomer';
      const answers = await processes.perform(() => ({ do: 'begin', userId, devices: repeat(10, '') }));
      expect(tally(outcomes(answers))).toEqual({ 'signed-in': 80 });
      const until = clock() + 14 * 86_400_000;
      const told = [{ userId, seq: 1, at: clock(), type: 'grace_started', until, rule: 'newcomers' }];
      expect(answers.flatMap(({ events }) => events)).toEqual(told);
      expect(await wholeHistory(mfa, userId)).toEqual(told);
      expect(await mfa.status(userId)).toMatchObject({
        enforcement: { from: new Date(until), rule: 'newcomers' },
        graceSince: new Date(clock()),
      });
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
      // None lost, none invented: what the processes were told is what is stored.
      expect(history).toEqual(bySeq([...told, ...answers.flatMap(({ events }) => events)]));
      expect(history.map(({ seq, type }) => `${seq} ${type}`)).toEqual(
        ['setup_started', 'factor_added', ...repeat(10, 'attempt_refused'), 'account_locked'].map(
          (type, index) => `${index + 1} ${type}`,
        ),
      );
    });
  });
}
