/** A row that was deleted by hand, or restored without its events: the core goes on above the newest stored event. */
import { outcomeOf, testApplication, type EnrolledUser, type TestApplication } from '@mfakit/testkit';
import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mysqlStore } from '../src/index.ts';
import { onServer, openDatabase, SKIPPED, type TestDatabase } from './database.ts';

onServer(`missing records${SKIPPED}`, () => {
  let server: TestDatabase;
  let database: string;
  beforeAll(async () => {
    server = await openDatabase();
    database = await server.create();
  });
  afterAll(() => server.close());

  const query = async (sql: string, values: unknown[] = []): Promise<readonly RowDataPacket[]> => {
    const [rows] = await server.pools[0].query<RowDataPacket[]>(
      sql.replace('mfa_entry', `${database}.mfa_entry`),
      values,
    );
    return rows;
  };

  /** The events of a user, newest first, as they are in the table. */
  const seqsOf = async (userId: string): Promise<readonly number[]> =>
    (await query('SELECT seq FROM mfa_entry WHERE user_id = ? AND seq > 0 ORDER BY seq DESC', [userId])).map(
      ({ seq }) => Number(seq),
    );

  /** What an operator should not do to a user, given an older record of theirs. */
  type Damage = (userId: string, old: string) => Promise<unknown>;

  const damages: Readonly<Record<string, Damage>> = {
    'with the row deleted': (userId) => query('DELETE FROM mfa_entry WHERE user_id = ? AND seq = 0', [userId]),
    'with an older record restored': (userId, old) =>
      query(`UPDATE mfa_entry SET revision = 'restored', body = ? WHERE user_id = ? AND seq = 0`, [old, userId]),
  };

  let users = 0;

  describe.each(Object.entries(damages))('%s', (_name, damage) => {
    async function hurt(): Promise<TestApplication & { readonly user: EnrolledUser; readonly newest: number }> {
      users += 1;
      const store = mysqlStore(server.pools[0], { database });
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
});
