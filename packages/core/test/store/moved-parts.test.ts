/** Invariant 9: what is sealed for one user opens for no other, however its row or a part of it is moved. */
import { describe, expect, test } from 'vitest';
import type { MfaRecord, MfaStore, SecondFactor } from '@mfakit/core';
import {
  callsTaking,
  MFA_CALLS,
  outcomeOf,
  provenBy,
  testApplication,
  type EnrolledUser,
  type TestApplication,
} from '@mfakit/testkit';

/** The application over a store in which the records have been changed. */
function tampered(app: TestApplication, change: (record: MfaRecord, userId: string) => unknown): MfaStore {
  const { store } = app.options;
  return {
    ...store,
    // The sound records stay as they are, for the next way of tampering.
    commit: async () => true,
    async read(userId) {
      const stored = await store.read(userId);
      return stored && { ...stored, record: change(structuredClone(stored.record), userId) as MfaRecord };
    },
  };
}

/** How every call ends that takes a second factor, with evidence that is right, by code and by backup code. */
async function outcomes(
  app: TestApplication,
  store: MfaStore,
  { userId, factorId }: EnrolledUser,
  holder: EnrolledUser,
): Promise<{ readonly byCode: readonly string[]; readonly byBackupCode: readonly string[] }> {
  const mfa = app.another({ store });
  await app.mfa.unlock(userId);
  const token = await app.token(userId);
  const input = { userId, token, factorId, setupCode: '', secondFactor: { code: '' }, proof: undefined };
  const endsBy = async (factor: SecondFactor): Promise<readonly string[]> => {
    const ends: string[] = [];
    for (const name of [...callsTaking('secondFactor'), ...callsTaking('proof')]) {
      ends.push(await outcomeOf(MFA_CALLS[name].run(mfa, provenBy(input, factor))));
    }
    return ends;
  };
  return {
    byCode: await endsBy({ code: holder.code() }),
    byBackupCode: await endsBy({ backupCode: holder.backupCodes[0] ?? '' }),
  };
}

describe('R-59, R-63, invariant 9', () => {
  test('neither rows nor parts of rows can be moved between users', async () => {
    const app = testApplication();
    const users = { ann: await app.enroll('ann'), bob: await app.enroll('bob') };
    const { record: ann } = (await app.options.store.read('ann')) ?? {};
    const { record: bob } = (await app.options.store.read('bob')) ?? {};
    const swaps: Record<string, (record: MfaRecord, userId: string) => unknown> = {
      rows: (_record, userId) => (userId === 'ann' ? bob : ann),
      factors: (record, userId) => ({ ...record, factors: (userId === 'ann' ? bob : ann)?.factors }),
      'an added factor': (record, userId) => ({
        ...record,
        factors: [...record.factors, ...((userId === 'ann' ? bob : ann)?.factors ?? [])],
      }),
      secrets: (record, userId) => ({
        ...record,
        factors: record.factors.map((factor) => ({
          ...factor,
          secret: (userId === 'ann' ? bob : ann)?.factors[0]?.secret,
        })),
      }),
    };
    for (const [what, change] of Object.entries(swaps)) {
      const store = tampered(app, change);
      // Each tries what is right for the row, and what is right for the user.
      for (const [user, holder] of [
        [users.ann, users.bob],
        [users.bob, users.ann],
        [users.ann, users.ann],
      ] as const) {
        const { byCode } = await outcomes(app, store, user, holder);
        // The user's own factor is still there, and answers for itself.
        const sound = what === 'an added factor' && user === holder;
        expect(byCode.includes('accepted'), `with ${what} moved`).toBe(sound);
      }
    }
    const sets = tampered(app, (record, userId) => ({
      ...record,
      backupCodes: (userId === 'ann' ? bob : ann)?.backupCodes,
    }));
    const { byBackupCode } = await outcomes(app, sets, users.ann, users.bob);
    expect(new Set(byBackupCode)).toEqual(new Set(['secret_unreadable']));
  });
});
