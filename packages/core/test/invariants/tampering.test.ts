/** Invariant 9: every character of what is sealed, and every way of moving it about. */
import { describe, expect, test } from 'vitest';
import type { MfaRecord, MfaStore } from '@mfakit/core';
import { harness, KEY_B, PASSWORD, refusal, type EnrolledUser, type Harness } from '../harness.ts';

/** The application over a store in which the records have been changed. */
function tampered(app: Harness, change: (record: MfaRecord, userId: string) => unknown): MfaStore {
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

/** Everything that a user could prove, with evidence that is right. */
async function outcomes(app: Harness, store: MfaStore, userId: string, user: EnrolledUser): Promise<readonly string[]> {
  const mfa = app.another({ store });
  await app.mfa.unlock(userId);
  const [backupCode = ''] = user.backupCodes;
  const factors = [{ code: user.code() }, { backupCode }];
  const calls = factors.flatMap((factor) => [
    () => mfa.stepUp(userId, factor),
    () => mfa.disable(userId, { password: PASSWORD, ...factor }),
    () => mfa.regenerate(userId, { password: PASSWORD, ...factor }),
  ]);
  const answers: string[] = [];
  for (const call of calls) answers.push(await refusal(call()));
  return answers;
}

function flip(sealed: string, place: number): string {
  return sealed.slice(0, place) + (sealed[place] === 'Q' ? 'g' : 'Q') + sealed.slice(place + 1);
}

describe('R-59, R-63, invariant 9', () => {
  test('no changed character of a sealed secret or set opens', async () => {
    const app = harness();
    const ann = await app.enrol('ann');
    const { factors, backupCodes } = (await app.options.store.read('ann'))?.record ?? {};
    const [secret, digests] = [factors?.[0]?.secret ?? '', backupCodes?.secret ?? ''];
    const [backupCode = ''] = ann.backupCodes;
    for (let place = 0; place < secret.length; place++) {
      const change = (record: MfaRecord): unknown =>
        JSON.parse(JSON.stringify(record).replace(secret, flip(secret, place)));
      const mfa = app.another({ store: tampered(app, change) });
      expect(await refusal(mfa.stepUp('ann', { code: ann.code() })), `at ${place}`).toBe('secret_unreadable');
    }
    for (let place = 0; place < digests.length; place += 7) {
      const change = (record: MfaRecord): unknown =>
        JSON.parse(JSON.stringify(record).replace(digests, flip(digests, place)));
      const mfa = app.another({ store: tampered(app, change) });
      expect(await refusal(mfa.stepUp('ann', { backupCode })), `at ${place}`).toBe('secret_unreadable');
    }
    expect(await refusal(app.mfa.stepUp('ann', { backupCode }))).toBe('accepted');
    expect(await refusal(app.mfa.stepUp('ann', { code: ann.code() }))).toBe('accepted');
  });

  test('neither rows nor parts of rows can be moved between users', async () => {
    const app = harness();
    const users = { ann: await app.enrol('ann'), bob: await app.enrol('bob') };
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
      for (const [userId, user] of [
        ['ann', users.bob],
        ['bob', users.ann],
        ['ann', users.ann],
      ] as const) {
        const answers = await outcomes(app, store, userId, user);
        expect(answers.slice(0, 3), `with ${what} moved`).not.toContain('accepted');
      }
    }
    const sets = tampered(app, (record, userId) => ({
      ...record,
      backupCodes: (userId === 'ann' ? bob : ann)?.backupCodes,
    }));
    expect((await outcomes(app, sets, 'ann', users.bob)).slice(3)).toEqual(Array(3).fill('secret_unreadable'));
  });

  test('wrong keys open nothing, and no token', async () => {
    const app = harness();
    const ann = await app.enrol('ann');
    const token = await app.token('ann');
    const stranger = app.another({ keys: [KEY_B] });
    expect(await refusal(stranger.verify({ token, code: ann.code() }))).toBe('invalid_token');
    expect(await refusal(stranger.stepUp('ann', { code: ann.code() }))).toBe('secret_unreadable');
    expect(await refusal(stranger.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))).toBe('secret_unreadable');
    expect(app.events.at(-1)).toMatchObject({ type: 'secret_unreadable', operation: 'stepUp' });
    expect(await refusal(app.mfa.verify({ token, code: ann.code() }))).toBe('accepted');
  });

  test.each([
    ['no record at all', () => 'nothing'],
    ['a newer schema', (record: MfaRecord) => ({ ...record, schema: 2 })],
    ['a missing lock', ({ lockout: _lockout, ...rest }: MfaRecord) => rest],
    ['factors without backup codes', (record: MfaRecord) => ({ ...record, backupCodes: null })],
    ['backup codes without factors', (record: MfaRecord) => ({ ...record, factors: [] })],
    [
      'a failure count that is text',
      (record: MfaRecord) => ({ ...record, lockout: { ...record.lockout, failures: '0' } }),
    ],
    ['an unknown field', (record: MfaRecord) => ({ ...record, bypass: true })],
  ])('a damaged record refuses every call: %s', async (_what, change) => {
    const app = harness();
    const ann = await app.enrol('ann');
    const store = tampered(app, change);
    expect(new Set(await outcomes(app, store, 'ann', ann))).toEqual(new Set(['store_unavailable']));
    const mfa = app.another({ store });
    for (const call of [mfa.begin('ann'), mfa.status('ann'), mfa.assertNotLocked('ann'), mfa.passwordFailed('ann')]) {
      expect(await refusal(call)).toBe('store_unavailable');
    }
  });
});
