/** A row that was deleted by hand, or restored without its events: the core goes on above the newest stored event. */
import { outcomeOf, testApplication, type EnrolledUser, type TestApplication } from '@mfakit/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { d1Store } from '../src/index.ts';
import { resetTables, sql } from './tables.ts';
import { startWorkerd, type Workerd } from './workerd.ts';

let workerd: Workerd;
beforeAll(async () => {
  workerd = await startWorkerd();
}, 60_000);
afterAll(() => workerd.stop());
beforeEach(() => resetTables(workerd.database));

const seqsOf = async (userId: string): Promise<readonly number[]> => {
  const text = 'SELECT seq FROM mfa_event WHERE user_id = ? ORDER BY seq DESC';
  return (await sql(workerd.database, text, userId)).results.map(({ seq }) => Number(seq));
};

/** What an operator should not do to a user, given an older record of theirs. */
const damages: Readonly<Record<string, (old: string) => Promise<unknown>>> = {
  'with the row deleted': () => sql(workerd.database, `DELETE FROM mfa_record WHERE user_id = 'alice'`),
  'with an older record restored': (old) =>
    sql(workerd.database, `UPDATE mfa_record SET revision = 'restored', record = ? WHERE user_id = 'alice'`, old),
};

describe.each(Object.entries(damages))('%s', (_name, damage) => {
  async function hurt(): Promise<TestApplication & { readonly alice: EnrolledUser; readonly newest: number }> {
    const store = d1Store(workerd.database);
    const application = testApplication({ store });
    const alice = await application.enroll('alice');
    const old = JSON.stringify((await store.read('alice'))?.record);
    expect(await outcomeOf(application.mfa.stepUp('alice', { code: alice.wrongCode() }))).toBe('invalid_code');
    await application.mfa.stepUp('alice', { code: alice.code() });
    await damage(old);
    return { ...application, alice, newest: (await seqsOf('alice'))[0] ?? 0 };
  }

  test('of 200 wrong passwords ten are counted, and lock', async () => {
    const { mfa, newest } = await hurt();
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => outcomeOf(mfa.passwordFailed('alice'))));
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'locked')).toHaveLength(190);
    // Ten refusals and the lock.
    const added = (await seqsOf('alice')).filter((seq) => seq > newest);
    expect(added).toEqual(Array.from({ length: 11 }, (_, index) => newest + 11 - index));
    expect(await outcomeOf(mfa.assertNotLocked('alice'))).toBe('locked');
  });

  test.each(['enforce', 'reset', 'passwordChanged'] as const)('%s works', async (call) => {
    const { mfa, newest } = await hurt();
    expect(await outcomeOf(mfa[call]('alice'))).toBe('accepted');
    expect((await seqsOf('alice'))[0]).toBeGreaterThan(newest);
  });

  test('forget erases every event of this user alone, and the user can enroll again', async () => {
    const { mfa, enroll } = await hurt();
    await enroll('bob');
    await mfa.forget('alice');
    expect(await seqsOf('alice')).toEqual([]);
    expect(await seqsOf('bob')).toHaveLength(2);
    await enroll('alice');
    expect((await mfa.status('alice')).enabled).toBe(true);
  });
});
