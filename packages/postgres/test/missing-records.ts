/** A record that was deleted by hand, or restored without its events: the core goes on above the newest stored event. */
import type { MfaStore } from '@mfakit/core';
import { outcomeOf, testApplication, type EnrolledUser, type TestApplication } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';

/** What an operator should not do to a user, given an older record of theirs as text. */
type Damage = (userId: string, old: string) => Promise<unknown>;

/** The database behind a store. */
export interface Behind {
  /** Is called once the tests run. */
  readonly open: () => MfaStore;
  /** The numbers of a user's events, newest first, as they are stored. */
  readonly seqsOf: (userId: string) => Promise<readonly number[]>;
  readonly damages: Readonly<Record<string, Damage>>;
}

/** Tests of it. */
export function missingRecords({ open, seqsOf, damages }: Behind): void {
  let users = 0;

  describe.each(Object.entries(damages))('%s', (_name, damage) => {
    async function hurt(): Promise<TestApplication & { readonly user: EnrolledUser; readonly newest: number }> {
      users += 1;
      const store = open();
      const application = testApplication({ store });
      const user = await application.enroll(`user-${users}`);
      const { userId } = user;
      const old = JSON.stringify((await store.read(userId))?.record);
      expect(await outcomeOf(application.mfa.stepUp(userId, { code: user.wrongCode() }))).toBe('invalid_code');
      await application.mfa.stepUp(userId, { code: user.code() });
      await damage(userId, old);
      return { ...application, user, newest: (await seqsOf(userId))[0] ?? 0 };
    }

    test('of 200 wrong passwords ten are counted, and lock', async () => {
      const { mfa, user, newest } = await hurt();
      const calls = Array.from({ length: 200 }, () => outcomeOf(mfa.passwordFailed(user.userId)));
      const outcomes = await Promise.all(calls);
      expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(10);
      expect(outcomes.filter((outcome) => outcome === 'locked')).toHaveLength(190);
      // Ten refusals and the lock.
      const added = (await seqsOf(user.userId)).filter((seq) => seq > newest);
      expect(added).toEqual(Array.from({ length: 11 }, (_, index) => newest + 11 - index));
      expect(await outcomeOf(mfa.assertNotLocked(user.userId))).toBe('locked');
    });

    test.each(['enforce', 'reset', 'passwordChanged'] as const)('%s works', async (call) => {
      const { mfa, user, newest } = await hurt();
      expect(await outcomeOf(mfa[call](user.userId))).toBe('accepted');
      expect((await seqsOf(user.userId))[0]).toBeGreaterThan(newest);
    });

    test('setup works', async () => {
      const { mfa, user, newest } = await hurt();
      const { userId } = user;
      // An older record still has its factor, which then must prove the setup.
      const { enabled } = await mfa.status(userId);
      await mfa.setup({ userId }, { accountName: userId, ...(enabled && { proof: user.proof() }) });
      expect((await seqsOf(userId))[0]).toBeGreaterThan(newest);
    });

    test('forget erases every event of this user alone, and the user can enroll again', async () => {
      const { mfa, user, enroll } = await hurt();
      const other = await enroll(`${user.userId}-other`);
      await mfa.forget(user.userId);
      expect(await seqsOf(user.userId)).toEqual([]);
      expect(await seqsOf(other.userId)).toHaveLength(2);
      await enroll(user.userId);
      expect((await mfa.status(user.userId)).enabled).toBe(true);
    });
  });
}
