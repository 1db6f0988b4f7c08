/** A row that was deleted by hand, or restored without its events: the core goes on above the newest stored event. */
import type { Mfa } from '@mfakit/core';
import { outcomeOf, testApplication, type EnrolledUser, type TestApplication } from '@mfakit/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sqliteStore } from '../src/index.ts';
import { databaseFile } from './database-file.ts';
import type { Connection, Open } from './drivers.ts';
import { onEachDriver } from './on-each-driver.ts';

/** An application over a file, and a second connection for what an operator should not do. */
interface Hurt {
  readonly application: TestApplication;
  readonly alice: EnrolledUser;
  readonly database: Connection;
  readonly newest: () => number;
}

onEachDriver('by hand', (_name, open) => {
  const damages: Record<string, (database: Connection, old: string) => void> = {
    'with the row deleted': (database) => void database.exec(`DELETE FROM mfa_record WHERE user_id = 'alice'`),
    'with an older record restored': (database, old) =>
      void database.prepare(`UPDATE mfa_record SET record = ?, revision = 'restored' WHERE user_id = 'alice'`).run(old),
  };

  describe.each(Object.entries(damages))('%s', (_damage, damage) => {
    async function hurt(): Promise<Hurt> {
      const { application, alice, database } = await enrolled(open);
      const [row] = database.prepare(`SELECT record FROM mfa_record WHERE user_id = 'alice'`).all();
      const { record } = row as { readonly record: string };
      expect(await outcomeOf(application.mfa.stepUp('alice', { code: alice.wrongCode() }))).toBe('invalid_code');
      await application.mfa.stepUp('alice', { code: alice.code() });
      damage(database, record);
      const newest = (): number => {
        const [max] = database.prepare(`SELECT max(seq) AS seq FROM mfa_event WHERE user_id = 'alice'`).all();
        return (max as { readonly seq: number | null }).seq ?? 0;
      };
      return { application, alice, database, newest };
    }

    test('of 200 wrong passwords ten are counted, and lock', async () => {
      const { application, database, newest } = await hurt();
      const before = newest();
      const outcomes = await Promise.all(
        Array.from({ length: 200 }, () => outcomeOf(application.mfa.passwordFailed('alice'))),
      );
      expect(new Set(outcomes)).toEqual(new Set(['accepted', 'locked']));
      const counted = database
        .prepare(`SELECT seq FROM mfa_event WHERE user_id = 'alice' AND seq > ? AND event ->> '$.operation' = 'login'`)
        .all(before);
      expect(counted).toHaveLength(outcomes.filter((outcome) => outcome === 'accepted').length);
      expect(counted).toHaveLength(10);
      expect(await outcomeOf(application.mfa.assertNotLocked('alice'))).toBe('locked');
    });

    test.each(['enforce', 'reset', 'passwordChanged'] as const)('%s works', async (name) => {
      const { application, newest } = await hurt();
      const before = newest();
      expect(await outcomeOf(application.mfa[name]('alice'))).toBe('accepted');
      expect(newest()).toBeGreaterThan(before);
    });

    test('setup works', async () => {
      const { application, alice, newest } = await hurt();
      const before = newest();
      await startSetup(application.mfa, alice);
      expect(newest()).toBeGreaterThan(before);
    });

    test('forget erases every event of this user alone, and the user can enroll again', async () => {
      const { application, database } = await hurt();
      await application.enroll('bob');
      await application.mfa.forget('alice');
      expect(database.prepare('SELECT DISTINCT user_id FROM mfa_event').all()).toEqual([{ user_id: 'bob' }]);
      await application.enroll('alice');
      expect((await application.mfa.status('alice')).enabled).toBe(true);
    });
  });
});

async function enrolled(open: Open): Promise<Omit<Hurt, 'newest'>> {
  const file = await databaseFile(open);
  onTestFinished(() => file.remove());
  const application = testApplication({ store: sqliteStore(file.connect()) });
  return { application, alice: await application.enroll('alice'), database: file.connect() };
}

/** A first setup, or one beside the factor that an older record still has. */
async function startSetup(mfa: Mfa, alice: EnrolledUser): Promise<void> {
  const { enabled } = await mfa.status('alice');
  await mfa.setup({ userId: 'alice' }, { accountName: 'alice', ...(enabled && { proof: alice.proof() }) });
}
