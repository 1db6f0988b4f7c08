import type { MfaRecord } from '@mfakit/core';
import { outcomeOf } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage } from '../harness.ts';

const withSecret = (record: MfaRecord, change: (secret: string) => string): MfaRecord => ({
  ...record,
  factors: record.factors.map((factor) => ({ ...factor, secret: change(factor.secret) })),
});
const withDigests = (record: MfaRecord, change: (digests: string) => string): MfaRecord => ({
  ...record,
  backupCodes: record.backupCodes && { ...record.backupCodes, secret: change(record.backupCodes.secret) },
});
const swapAt = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

describe('R-63, invariant 9: a stored text changed in any character', () => {
  test('a secret: no code passes', async () => {
    const { mfa, store, enroll } = stage();
    const ann = await enroll('ann');
    const sound = await store.record('ann');
    const length = sound.factors[0]?.secret.length ?? 0;
    expect(length).toBeGreaterThan(90);
    for (let at = 0; at < length; at++) {
      await store.edit('ann', () => withSecret(sound, (secret) => swapAt(secret, at)));
      expect(await outcomeOf(mfa.stepUp('ann', { code: ann.code() })), `character ${at}`).toBe('secret_unreadable');
    }
    await store.edit('ann', ({ lastEventSeq }) => ({ ...sound, lastEventSeq }));
    expect((await mfa.stepUp('ann', { code: ann.code() })).method).toBe('totp');
  });

  test('digests of backup codes: no backup code passes', async () => {
    const { mfa, store, hashes, enroll } = stage();
    const ann = await enroll('ann');
    const sound = await store.record('ann');
    const length = sound.backupCodes?.secret.length ?? 0;
    const before = hashes();
    for (let at = 0; at < length; at++) {
      await store.edit('ann', () => withDigests(sound, (digests) => swapAt(digests, at)));
      const attempt = mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' });
      expect(await outcomeOf(attempt), `character ${at}`).toBe('secret_unreadable');
    }
    expect(hashes()).toBe(before);
  });

  test('the salt or the number of a set: no backup code passes', async () => {
    const { mfa, store, enroll } = stage();
    const ann = await enroll('ann');
    const sound = await store.record('ann');
    const { backupCodes: set } = sound;
    if (set === null) throw new Error('no set');
    for (const changed of [{ id: swapAt(set.id, 0) }, { remaining: 9 }, { remaining: 11 }]) {
      await store.edit('ann', () => ({ ...sound, backupCodes: { ...set, ...changed } }));
      const attempt = mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' });
      expect(await outcomeOf(attempt)).toBe('secret_unreadable');
    }
  });
});

describe('R-59, invariant 9: what is moved does not open', () => {
  test('the sealed texts of two users swapped: both are refused, and both are told', async () => {
    const { mfa, store, events, enroll } = stage();
    const ann = await enroll('ann');
    const bob = await enroll('bob');
    const [a, b] = [await store.record('ann'), await store.record('bob')];
    await store.edit('ann', () => b);
    await store.edit('bob', () => a);
    events.length = 0;
    for (const [userId, user] of [
      ['ann', ann],
      ['ann', bob],
      ['bob', ann],
      ['bob', bob],
    ] as const) {
      expect(await outcomeOf(mfa.stepUp(userId, { code: user.code() }))).toBe('secret_unreadable');
      expect(await outcomeOf(mfa.stepUp(userId, { backupCode: user.backupCodes[0] ?? '' }))).toBe('secret_unreadable');
    }
    expect(events.map(({ userId, type }) => `${userId} ${type}`)).toEqual([
      // Once for the factor and once for the backup codes, however often it is tried within half a minute.
      ...Array.from({ length: 2 }, () => 'ann secret_unreadable'),
      ...Array.from({ length: 2 }, () => 'bob secret_unreadable'),
    ]);
  });

  test('a secret put in the place of another factor of the same user', async () => {
    const { mfa, store, clock, enroll } = stage();
    const ann = await enroll('ann');
    await mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: ann.proof() });
    clock.advance({ seconds: 30 });
    const { pending } = await store.record('ann');
    await store.edit('ann', (record) => withSecret(record, () => pending?.factor.secret ?? ''));
    expect(await outcomeOf(mfa.stepUp('ann', { code: ann.code() }))).toBe('secret_unreadable');
  });

  test('a secret in the place of digests, and the other way round', async () => {
    const { mfa, store, enroll } = stage();
    const ann = await enroll('ann');
    const sound = await store.record('ann');
    const [secret, digests] = [sound.factors[0]?.secret ?? '', sound.backupCodes?.secret ?? ''];
    await store.edit('ann', () =>
      withDigests(
        withSecret(sound, () => digests),
        () => secret,
      ),
    );
    expect(await outcomeOf(mfa.stepUp('ann', { code: ann.code() }))).toBe('secret_unreadable');
    expect(await outcomeOf(mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))).toBe('secret_unreadable');
  });
});

test('R-63 what is unreadable is not counted, and locks nobody out', async () => {
  const { mfa, store, enroll } = stage();
  const ann = await enroll('ann');
  await store.edit('ann', (record) => withSecret(record, (secret) => swapAt(secret, 40)));
  for (let n = 0; n < 15; n++)
    expect(await outcomeOf(mfa.stepUp('ann', { code: ann.code() }))).toBe('secret_unreadable');
  expect((await store.record('ann')).lockout.failures).toBe(0);
  expect((await mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' })).method).toBe('backup_code');
});

test('R-63 a password check that throws refuses, stays counted, and passes nobody', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  const fault = new Error('ldap is down');
  const mfa = on.another({ verifyPassword: () => Promise.reject(fault) });
  const error: unknown = await mfa.disable('ann', ann.proof()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'store_unavailable',
    cause: fault,
    message: expect.not.stringContaining('ldap'),
  });
  expect((await on.mfa.status('ann')).enabled).toBe(true);
  expect((await on.store.record('ann')).lockout.failures).toBe(1);
  // Nothing of the evidence was spent.
  expect(await outcomeOf(on.mfa.disable('ann', ann.proof()))).toBe('accepted');
});

test.each([1, 'true', {}, 'yes', null, undefined, [true]])(
  'R-63 a password check that answers %j is no yes',
  async (answer) => {
    const on = stage();
    const ann = await on.enroll('ann');
    const mfa = on.another({ verifyPassword: async () => answer as never });
    expect(await outcomeOf(mfa.disable('ann', ann.proof()))).toBe('invalid_password');
  },
);
