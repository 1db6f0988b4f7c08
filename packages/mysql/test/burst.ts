/** Burst: many calls of many users at once while something breaks, and what must hold of them afterwards. */
import type { MfaStore } from '@mfakit/core';
import type { EnrolledUser, TestClock } from '@mfakit/testkit';
import { expect } from 'vitest';
import { outcomeOf, startApplication, wholeHistory } from './users.ts';

/** How a call may end while the database breaks. Anything else is a defect. */
const ALLOWED = ['accepted', 'invalid_code', 'code_already_used', 'invalid_backup_code', 'store_unavailable'];

/** One call that was made. */
interface Told {
  readonly user: EnrolledUser;
  readonly input: { readonly code: string } | { readonly backupCode: string };
  readonly outcome: string;
}

/** Several users of one application, and everything that they were told. */
export interface Burst {
  /** Four calls of every user at once: one code twice, a backup code, a wrong guess. `onAnswer` sees each end. */
  fire(onAnswer?: (answered: number) => void): Promise<readonly string[]>;
  /** Looks, over a sound connection, whether every promise was kept. */
  expectKept(sound: MfaStore): Promise<void>;
}

/** Enrolls users over a store that still works. */
export async function prepareBurst(store: MfaStore, clock: TestClock, users: number): Promise<Burst> {
  const { mfa, events, enroll } = startApplication(store, clock);
  const enrolled: EnrolledUser[] = [];
  for (let index = 0; index < users; index += 1) enrolled.push(await enroll(`user-${index}`));
  const told: Told[] = [];
  let round = 0;

  async function make(user: EnrolledUser, input: Told['input'], onAnswer: () => void): Promise<string> {
    const outcome = await outcomeOf(mfa.stepUp(user.userId, input));
    told.push({ user, input, outcome });
    onAnswer();
    return outcome;
  }

  return {
    fire(onAnswer) {
      clock.advance({ seconds: 30 });
      let answered = 0;
      const answer = (): void => onAnswer?.((answered += 1));
      const calls = enrolled.flatMap((user) => {
        const code = user.code();
        const inputs = [{ code }, { backupCode: user.backupCodes[round] ?? '' }, { code }, { code: user.wrongCode() }];
        return inputs.map((input) => make(user, input, answer));
      });
      round += 1;
      return Promise.all(calls);
    },

    async expectKept(sound) {
      // Every caller got an answer or `store_unavailable`: `fire` has settled, and with nothing else than these.
      expect(told.map(({ outcome }) => outcome).filter((outcome) => !ALLOWED.includes(outcome))).toEqual([]);
      const after = startApplication(sound, clock).mfa;
      for (const { userId } of enrolled) {
        const history = await wholeHistory(after, userId);
        expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
        // Every outcome that was told is in the store, with its event. The store may hold more: answers that were lost.
        const toldEvents = events.filter((event) => event.userId === userId);
        expect(history).toEqual(expect.arrayContaining(toldEvents));
        const successes = told.filter(({ user, outcome }) => user.userId === userId && outcome === 'accepted').length;
        const verified = history.filter(({ type }) => type === 'verified');
        expect(verified.length).toBeGreaterThanOrEqual(successes);
        // One per code and one per backup code of each round, however often each was tried.
        for (const method of ['totp', 'backup_code']) {
          const times = verified.filter((event) => event.type === 'verified' && event.method === method).length;
          expect(times).toBeLessThanOrEqual(round);
        }
      }
      // No code that was accepted works again.
      await Promise.all(
        told
          .filter(({ outcome }) => outcome === 'accepted')
          .map(async ({ user, input }) => {
            const again = await outcomeOf(after.stepUp(user.userId, input));
            expect(['code_already_used', 'invalid_code', 'invalid_backup_code']).toContain(again);
          }),
      );
    },
  };
}
