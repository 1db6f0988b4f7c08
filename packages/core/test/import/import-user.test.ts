/** importUser: what becomes of a user of another system, once, again, and after changes here. */
import type { ImportedUser, ImportResult } from '@mfakit/core';
import { outcomeOf, TEST_PASSWORD, virtualAuthenticator } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { KEY_A, KEY_B, stage, type Stage } from '../harness.ts';
import { CODES, factorRow, phoneOf, secretOf, userRow, rekeyed } from './rows.ts';

const ROW = userRow();
const [FACTOR = factorRow(1)] = ROW.factors;
const PHONE = phoneOf(FACTOR);
/** The same user, once the source gave them another secret. */
const NEW_SECRET = userRow({ factors: [{ ...FACTOR, secret: secretOf(2) }] });
/** The same user with other codes. */
const NEW_CODES = userRow({ backupCodes: { codes: CODES.map((code) => code.replace('abc', 'xyz')) } });

async function imported(row = ROW, on = stage()): Promise<Stage> {
  expect(await on.mfa.importUser(row)).toMatchObject({ outcome: 'imported' });
  on.events.length = 0;
  return on;
}

/** How a step-up of ann with an answer ends. */
async function stepUp(on: Stage, answer: { readonly code: string } | { readonly backupCode: string }): Promise<string> {
  return outcomeOf(on.mfa.stepUp('ann', answer));
}

async function spend(on: Stage, place: number): Promise<void> {
  expect(await stepUp(on, { backupCode: CODES[place] ?? '' })).toBe('accepted');
}

/** Imports a row, and shows what came of it; first as a dry run, which must say the same and write nothing. */
async function importAgain(on: Stage, row: ImportedUser): Promise<ImportResult> {
  const before = await on.store.read(row.userId);
  const told = on.events.length;
  const hashes = on.hashes();
  const rehearsed = await on.mfa.importUser(row, { dryRun: true });
  expect(await on.store.read(row.userId)).toEqual(before);
  expect([on.events.length, on.hashes()]).toEqual([told, hashes]);
  const result = await on.mfa.importUser(row);
  expect(rehearsed).toEqual(result);
  return result;
}

describe('a new user', () => {
  test('is imported, and a dry run says so: codes of the app and backup codes are good, each once', async () => {
    const on = stage();
    expect(await importAgain(on, ROW)).toEqual({ outcome: 'imported', factors: 1, backupCodes: 10, warnings: [] });
    const code = PHONE.code(on.clock());
    expect(await outcomeOf(on.mfa.verify({ token: await on.token('ann'), code }))).toBe('accepted');
    expect(await stepUp(on, { code })).toBe('code_already_used');
    await spend(on, 3);
    expect(await stepUp(on, { backupCode: CODES[3] ?? '' })).toBe('invalid_backup_code');
    expect((await on.mfa.status('ann')).backupCodesRemaining).toBe(9);
  });

  test('is told in one event, by the actor; enforceFrom adds another', async () => {
    const on = stage();
    const from = new Date(on.clock() + 86_400_000);
    await on.mfa.importUser({ ...ROW, enforceFrom: from }, {}, { actor: 'moving day' });
    const [factor] = (await on.mfa.status('ann')).factors;
    const stamp = { userId: 'ann', at: on.clock(), actor: 'moving day' };
    expect(on.events).toEqual([
      {
        type: 'imported',
        outcome: 'imported',
        source: 'old-app',
        factorIds: [factor?.id],
        backupCodes: 10,
        seq: 1,
        ...stamp,
      },
      { type: 'enforced', from: from.getTime(), seq: 2, ...stamp },
    ]);
    expect((await on.mfa.status('ann')).enforcement).toEqual({ from });
  });

  test('keeps the parameters of each factor, its label and its age; labels that meet get numbers', async () => {
    const on = stage();
    const createdAt = new Date('2024-02-29T12:00:00Z');
    const factors = [
      factorRow(1, { algorithm: 'SHA256', digits: 8, periodSeconds: 60, label: 'Phone', createdAt }),
      factorRow(2, { algorithm: 'SHA512', digits: 7, label: 'Phone' }),
      factorRow(3),
    ];
    await on.mfa.importUser(userRow({ factors }));
    const { factors: shown } = await on.mfa.status('ann');
    expect(shown.map(({ label }) => label)).toEqual(['Phone', 'Phone 2', 'Authenticator app']);
    expect(shown[0]?.createdAt).toEqual(createdAt);
    expect(shown[1]?.createdAt).toEqual(new Date(on.clock()));
    for (const factor of factors) expect(await stepUp(on, { code: phoneOf(factor).code(on.clock()) })).toBe('accepted');
  });

  test('without backup codes has none, and can make some', async () => {
    const on = await imported(userRow({ backupCodes: undefined }));
    const { backupCodesRemaining } = await on.mfa.status('ann');
    expect(backupCodesRemaining).toBe(0);
    expect(await stepUp(on, { backupCode: 'ABCD-EFGH-JKMN-PQRS' })).toBe('invalid_backup_code');
    const proof = { password: TEST_PASSWORD, code: PHONE.code(on.clock()) };
    expect((await on.mfa.regenerate('ann', proof)).backupCodes).toHaveLength(10);
  });

  test('keeps the failures that the login has counted, and the lock', async () => {
    const on = stage();
    for (let n = 0; n < 10; n += 1) await on.mfa.passwordFailed('ann');
    expect(await on.mfa.importUser(ROW)).toMatchObject({ outcome: 'imported' });
    expect(await outcomeOf(on.mfa.begin('ann'))).toBe('locked');
  });

  test('is imported though a setup was begun and given up', async () => {
    const on = stage();
    await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
    expect(await importAgain(on, ROW)).toMatchObject({ outcome: 'kept', factors: 0, backupCodes: 0 });
    on.clock.advance({ seconds: 600 });
    expect(await importAgain(on, ROW)).toMatchObject({ outcome: 'imported' });
    expect(await stepUp(on, { code: PHONE.code(on.clock()) })).toBe('accepted');
  });
});

describe('a code that the source accepted', () => {
  test('is refused here, and the next one is accepted', async () => {
    const on = stage();
    const lastStep = Math.floor(on.clock() / 30_000);
    await on.mfa.importUser(userRow({ factors: [{ ...FACTOR, lastStep }] }));
    expect(await stepUp(on, { code: PHONE.code(on.clock()) })).toBe('code_already_used');
    on.clock.advance({ seconds: 30 });
    expect(await stepUp(on, { code: PHONE.code(on.clock()) })).toBe('accepted');
  });

  test('if the last use is unknown, no code of this minute is good', async () => {
    const on = stage();
    const result = await on.mfa.importUser(userRow({ factors: [{ ...FACTOR, lastStep: undefined }] }));
    expect(result.warnings).toEqual(['last_use_unknown']);
    const at = on.clock();
    for (const seconds of [-30, 0, 30])
      expect(await stepUp(on, { code: PHONE.code(at + seconds * 1000) })).toBe('code_already_used');
    on.clock.advance({ seconds: 30 });
    expect(await stepUp(on, { code: PHONE.code(on.clock()) })).toBe('code_already_used');
    expect(await stepUp(on, { code: PHONE.code(on.clock() + 30_000) })).toBe('accepted');
  });

  test('is refused too if it was accepted there after the import: a second run tells', async () => {
    const on = await imported();
    const lastStep = Math.floor(on.clock() / 30_000);
    const row = userRow({ factors: [{ ...FACTOR, lastStep }] });
    const { record: before } = (await on.store.read('ann')) ?? {};
    expect(await importAgain(on, row)).toMatchObject({ outcome: 'unchanged' });
    expect(on.events).toEqual([]);
    expect(await stepUp(on, { code: PHONE.code(on.clock()) })).toBe('code_already_used');
    // And never falls: the row of the first run says less.
    await on.mfa.importUser(ROW);
    expect(await stepUp(on, { code: PHONE.code(on.clock()) })).toBe('code_already_used');
    expect(before?.lastEventSeq).toBe(1);
  });

  test.each([30, 60, 20, 45])(
    'one that was accepted here is not good again by an update to a period of %i seconds',
    async (periodSeconds) => {
      const on = await imported();
      const used = PHONE.code(on.clock());
      const until = (Math.floor(on.clock() / 30_000) + 1) * 30_000;
      expect(await stepUp(on, { code: used })).toBe('accepted');
      const factors = [{ ...FACTOR, externalId: 'renumbered', periodSeconds }];
      expect(await importAgain(on, userRow({ factors }))).toMatchObject({ outcome: 'updated' });
      const phone = phoneOf({ ...FACTOR, periodSeconds });
      const begins = Math.floor(on.clock() / (periodSeconds * 1000)) * periodSeconds * 1000;
      expect(await stepUp(on, { code: phone.code(begins) })).toBe('code_already_used');
      on.clock.set(until + periodSeconds * 1000);
      expect(await stepUp(on, { code: phone.code(on.clock()) })).toBe('accepted');
    },
  );
});

describe('run again', () => {
  test('the same row is unchanged, and nothing is written', async () => {
    const on = await imported();
    const before = await on.store.read('ann');
    expect(await importAgain(on, ROW)).toEqual({ outcome: 'unchanged', factors: 1, backupCodes: 10, warnings: [] });
    expect(await on.store.read('ann')).toEqual(before);
    expect(on.events).toEqual([]);
  });

  test('it is unchanged in whatever order the source lists factors and codes', async () => {
    const factors = [factorRow(1), factorRow(2)];
    const on = await imported(userRow({ factors }));
    const turned = userRow({ factors: factors.toReversed(), backupCodes: { codes: CODES.toReversed() } });
    expect(await importAgain(on, turned)).toMatchObject({ outcome: 'unchanged', factors: 2 });
  });

  test('it is unchanged for a user who signs in here, spends codes, makes new ones, or was reset', async () => {
    const on = await imported();
    await spend(on, 0);
    expect(await importAgain(on, ROW)).toMatchObject({ outcome: 'unchanged', backupCodes: 9 });
    await on.mfa.regenerate('ann', { password: TEST_PASSWORD, code: PHONE.code(on.clock()) });
    expect(await importAgain(on, ROW)).toMatchObject({ outcome: 'unchanged', backupCodes: 10 });
    expect(await stepUp(on, { backupCode: CODES[5] ?? '' })).toBe('invalid_backup_code');
    await on.mfa.reset('ann');
    expect(await importAgain(on, ROW)).toMatchObject({ outcome: 'unchanged', factors: 0, backupCodes: 0 });
  });

  test('another secret is an update: the factor keeps its id, and what was spent here stays spent', async () => {
    const on = await imported();
    const { factors } = await on.mfa.status('ann');
    await spend(on, 0);
    const token = await on.token('ann');
    const result = await importAgain(on, NEW_SECRET);
    expect(result).toEqual({ outcome: 'updated', factors: 1, backupCodes: 9, warnings: [] });
    expect((await on.mfa.status('ann')).factors.map(({ id }) => id)).toEqual(factors.map(({ id }) => id));
    expect(await stepUp(on, { backupCode: CODES[0] ?? '' })).toBe('invalid_backup_code');
    expect(await stepUp(on, { code: PHONE.code(on.clock()) })).toBe('invalid_code');
    expect(await stepUp(on, { code: phoneOf({ ...FACTOR, secret: secretOf(2) }).code(on.clock()) })).toBe('accepted');
    await spend(on, 1);
    const again = { token, backupCode: CODES[2] ?? '' };
    expect(await outcomeOf(on.mfa.verify(again))).toBe('invalid_token');
    expect(on.events.filter(({ type }) => type === 'imported')).toMatchObject([{ outcome: 'updated', backupCodes: 9 }]);
  });

  test('an update that takes a factor away ends the sessions; one of codes alone does not', async () => {
    const on = await imported();
    const { sessionEpoch } = await on.mfa.status('ann');
    await on.mfa.importUser(NEW_CODES);
    expect((await on.mfa.status('ann')).sessionEpoch).toBe(sessionEpoch);
    await on.mfa.importUser({ ...NEW_SECRET, backupCodes: NEW_CODES.backupCodes });
    expect((await on.mfa.status('ann')).sessionEpoch).toBeGreaterThan(sessionEpoch);
  });

  test('after an update that kept the codes, one spent here before it still bars new ones', async () => {
    const on = await imported();
    await spend(on, 0);
    await on.mfa.importUser(NEW_SECRET);
    const row = { ...NEW_SECRET, backupCodes: NEW_CODES.backupCodes };
    expect(await importAgain(on, row)).toMatchObject({ outcome: 'kept', backupCodes: 9 });
  });

  test('other codes replace those of which none was spent here', async () => {
    const on = await imported();
    expect(await importAgain(on, NEW_CODES)).toMatchObject({ outcome: 'updated', backupCodes: 10 });
    expect(await stepUp(on, { backupCode: CODES[0] ?? '' })).toBe('invalid_backup_code');
    expect(await stepUp(on, { backupCode: 'xyzde0-FGHIJ0' })).toBe('accepted');
  });

  test('the rest of the codes, after one was spent there, replaces them: the spent one is no longer good', async () => {
    const on = await imported();
    const row = userRow({ backupCodes: { codes: CODES.slice(1) } });
    expect(await importAgain(on, row)).toMatchObject({ outcome: 'updated', backupCodes: 9 });
    expect(await stepUp(on, { backupCode: CODES[0] ?? '' })).toBe('invalid_backup_code');
    await spend(on, 1);
  });

  test('once one was spent here, other codes change nothing', async () => {
    const on = await imported();
    await spend(on, 0);
    const before = await on.store.read('ann');
    expect(await importAgain(on, NEW_CODES)).toMatchObject({ outcome: 'kept', backupCodes: 9 });
    expect(await importAgain(on, { ...NEW_SECRET, backupCodes: NEW_CODES.backupCodes })).toMatchObject({
      outcome: 'kept',
    });
    expect(await on.store.read('ann')).toEqual(before);
  });

  test('enforceFrom says nothing to a user who is not new', async () => {
    const on = await imported();
    const row = { ...NEW_SECRET, enforceFrom: new Date(on.clock()) };
    expect(await importAgain(on, row)).toMatchObject({ outcome: 'updated' });
    expect((await on.mfa.status('ann')).enforcement).toBeNull();
  });
});

/** What changes a user here, so that a changed row is kept out. */
const CHANGES: Readonly<Record<string, (on: Stage) => Promise<unknown>>> = {
  'a device was added here': async (on) => {
    const proof = { password: TEST_PASSWORD, code: PHONE.code(on.clock()) };
    const { uri } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof });
    await on.mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(on.clock()) });
  },
  'a device was removed here': async (on) => {
    const [, second] = (await on.mfa.status('ann')).factors;
    const proof = { password: TEST_PASSWORD, code: PHONE.code(on.clock()) };
    await on.mfa.removeFactor('ann', second?.id ?? '', proof);
  },
  'MFA was disabled here': (on) => on.mfa.disable('ann', { password: TEST_PASSWORD, code: PHONE.code(on.clock()) }),
  'the user was reset here': (on) => on.mfa.reset('ann'),
  'codes were made here': (on) => on.mfa.regenerate('ann', { password: TEST_PASSWORD, code: PHONE.code(on.clock()) }),
  'a setup waits here': (on) =>
    on.mfa.setup(
      { userId: 'ann' },
      { accountName: 'ann', proof: { password: TEST_PASSWORD, code: PHONE.code(on.clock()) } },
    ),
  'the password was changed here': (on) => on.mfa.passwordChanged('ann'),
};

describe('a changed row is kept out once', () => {
  const two = [FACTOR, factorRow(7)];
  const rows: readonly (readonly [string, ImportedUser])[] = [
    ['another secret', userRow({ factors: [{ ...FACTOR, secret: secretOf(2) }, factorRow(7)] })],
    ['other codes', userRow({ factors: two, backupCodes: NEW_CODES.backupCodes })],
  ];
  test.each(
    Object.entries(CHANGES).flatMap(([name, change]) => rows.map(([what, row]) => [name, what, change, row] as const)),
  )('%s (%s)', async (_name, _what, change, row) => {
    const on = await imported(userRow({ factors: two }));
    await change(on);
    const before = await on.store.read('ann');
    expect(await importAgain(on, row)).toMatchObject({ outcome: 'kept', warnings: [] });
    expect(await on.store.read('ann')).toEqual(before);
  });
});

describe('is kept as it is', () => {
  test('a user who enrolled here', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    expect(await importAgain(on, ROW)).toEqual({ outcome: 'kept', factors: 1, backupCodes: 10, warnings: [] });
    expect(await stepUp(on, { code: ann.code() })).toBe('accepted');
  });

  test('a user of another source', async () => {
    const on = await imported();
    expect(await importAgain(on, userRow({ source: 'older-app' }))).toMatchObject({ outcome: 'kept' });
  });

  test('a user who was enforced before: enforce after the import, or by it', async () => {
    const on = stage();
    await on.mfa.enforce('ann');
    expect(await importAgain(on, ROW)).toMatchObject({ outcome: 'kept', factors: 0 });
  });

  test('one who was forgotten, while the tombstone stands; later the row is new', async () => {
    const on = await imported();
    await on.mfa.forget('ann');
    expect(await importAgain(on, ROW)).toEqual({ outcome: 'kept', factors: 0, backupCodes: 0, warnings: [] });
    expect((await on.store.record('ann')).imported).toBeUndefined();
    on.clock.advance({ hours: 24 });
    await rekeyed(on);
    expect(await importAgain(on, ROW)).toMatchObject({ outcome: 'imported' });
  });

  test('one whose fingerprints no key opens', async () => {
    const on = await imported();
    const stranger = on.another({ keys: [KEY_B] });
    expect(await stranger.importUser(ROW)).toMatchObject({ outcome: 'kept' });
    expect(await stranger.importUser(NEW_SECRET)).toMatchObject({ outcome: 'kept' });
  });
});

test('after rekey a run changes nothing, even once the old key is gone', async () => {
  const on = await imported();
  for await (const page of on.another({ keys: [KEY_B, KEY_A] }).rekey()) expect(page.rekeyed).toBe(1);
  const later = on.another({ keys: [KEY_B] });
  expect(await later.importUser(ROW)).toMatchObject({ outcome: 'unchanged' });
  expect(await later.importUser(NEW_SECRET)).toMatchObject({ outcome: 'updated' });
});

describe('R-06 a secret', () => {
  test.each([
    [10, true],
    [15, true],
    [16, false],
    [20, false],
    [64, false],
  ])('of %i bytes verifies; weak: %s', async (bytes, weak) => {
    const factor = factorRow(1, { secret: secretOf(1, bytes) });
    const on = stage();
    const { warnings } = await on.mfa.importUser(userRow({ factors: [factor] }));
    expect(warnings).toEqual(weak ? ['short_secret'] : []);
    expect(await stepUp(on, { code: phoneOf(factor).code(on.clock()) })).toBe('accepted');
    const [shown] = (await on.mfa.status('ann')).factors;
    expect(shown?.weak).toBe(weak ? true : undefined);
  });

  test('that was made here is never weak, and a weak one cannot be made', async () => {
    const on = stage({ totp: { secretBytes: 16 } });
    await on.enroll('ann');
    expect((await on.mfa.status('ann')).factors[0]).not.toHaveProperty('weak');
    expect(() => stage({ totp: { secretBytes: 15 } })).toThrow(RangeError);
  });
});

const offBy = (driftSteps: number): ImportedUser => userRow({ factors: [{ ...FACTOR, driftSteps }] });

test('a clock that is further off than codes are accepted is warned of', async () => {
  const on = stage();
  expect((await on.mfa.importUser(offBy(-2), { dryRun: true })).warnings).toEqual(['drift']);
  expect((await on.mfa.importUser(offBy(1), { dryRun: true })).warnings).toEqual([]);
});
