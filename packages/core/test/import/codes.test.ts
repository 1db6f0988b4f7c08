/** Imported backup codes: in clear, as fast digests, and as hashes with salts of their own; each in the form of its source. */
import { createHash } from 'node:crypto';
import type { CodeHasher, ImportedCodes, ImportedUser } from '@mfakit/core';
import { outcomeOf, TEST_PASSWORD } from '@mfakit/testkit';
import { argon2id, bcrypt } from 'hash-wasm';
import { describe, expect, test } from 'vitest';
import { KEY_B, stage, type Stage } from '../harness.ts';
import { CODES, factorRow, phoneOf, userRow, rekeyed } from './rows.ts';

const digestOf = (algorithm: string, text: string): Uint8Array =>
  new Uint8Array(createHash(algorithm).update(text).digest());

const row = (backupCodes: ImportedCodes): ImportedUser => userRow({ backupCodes });

async function stepUp(on: Stage, backupCode: string): Promise<string> {
  return outcomeOf(on.mfa.stepUp('ann', { backupCode }));
}

async function remaining(on: Stage): Promise<number> {
  return (await on.mfa.status('ann')).backupCodesRemaining;
}

/** The real Argon2id of hash-wasm, also for cheap parameters. */
const real: CodeHasher = ({ message, salt, memoryKiB, passes, parallelism, digestBytes }) =>
  argon2id({
    password: message,
    salt,
    memorySize: memoryKiB,
    iterations: passes,
    parallelism,
    hashLength: digestBytes,
    outputType: 'binary',
  });

/** What is hashed here is hashed by the kit's quick hasher; what was hashed elsewhere is checked for real. */
const hasherOf = (way: string) => (way === 'as Argon2id' ? { hasher: real } : {});

/** A PHC string, as another system made it. */
const phc = (text: string, salt: number, more: { memory?: number; passes?: number; digest?: number } = {}) =>
  argon2id({
    password: text,
    salt: new Uint8Array(16).fill(salt),
    memorySize: more.memory ?? 64,
    iterations: more.passes ?? 1,
    parallelism: 1,
    hashLength: more.digest ?? 16,
    outputType: 'encoded',
  });

const bcrypted = (text: string, salt: number) =>
  bcrypt({ password: text, salt: new Uint8Array(16).fill(salt), costFactor: 4, outputType: 'encoded' });

/** Printed codes, and what a person may type for the first one, right and wrong. Each printed as its source does. */
const FORMS: Readonly<
  Record<
    string,
    { codes: readonly string[]; form?: ImportedCodes['form']; right: readonly string[]; wrong: readonly string[] }
  >
> = {
  'of Laravel Fortify: mixed case, one dash': {
    codes: ['WsnAvQwKjc-ep2ziE49Am', 'kpNZi9mfxL-IOXrRlVnvD'],
    right: ['WsnAvQwKjc-ep2ziE49Am', 'WsnAvQwKjcep2ziE49Am', ' WsnAv QwKjc ep2zi E49Am '],
    wrong: ['wsnavqwkjc-ep2zie49am', 'WsnAvQwKjc-ep2ziE49AM'],
  },
  'of better-auth: mixed case': { codes: ['j4FLh-lOrBS'], right: ['j4FLhlOrBS'], wrong: ['j4FLh-10rBS'] },
  'of django-otp: lower case, typed in capitals': {
    codes: ['5ifmvjzl', '5yzyia4z'],
    form: { letters: 'lower' },
    right: ['5IFMVJZL', '5ifm-vjzl'],
    wrong: ['51FMVJZL'],
  },
  'of Keycloak: with a U and an O': {
    codes: ['U8YJBA6RO7PT', 'JDASC1OY86E5'],
    form: { letters: 'upper' },
    right: ['u8yjba6ro7pt'],
    wrong: ['U8YJBA6R07PT'],
  },
  'of FastAPI: in groups, with the dash in the hash': {
    codes: ['68SS-4PQZ', '7JJ9-ZL4T'],
    form: { letters: 'upper', groups: [4, 4] },
    right: ['68ss4pqz', '68SS-4PQZ', '68 SS 4P QZ'],
    wrong: ['68SS-4PQY'],
  },
  'of allauth: eight digits': { codes: ['12345678', '87654321'], right: ['1234 5678'], wrong: ['12345679'] },
};

/** The four ways in which a source may have them. */
const WAYS: Readonly<Record<string, (codes: readonly string[]) => Promise<ImportedCodes>>> = {
  'in clear': async (codes) => ({ codes }),
  'as SHA-256': async (codes) => ({ prehashed: codes.map((code) => digestOf('sha256', code)), prehash: 'sha256' }),
  'as SHA-512': async (codes) => ({ prehashed: codes.map((code) => digestOf('sha512', code)), prehash: 'sha512' }),
  'as Argon2id': async (codes) => ({ hashes: await Promise.all(codes.map((code, i) => phc(code, i))) }),
  'as bcrypt': async (codes) => ({ hashes: await Promise.all(codes.map((code, i) => bcrypted(code, i))) }),
};

/** The text that a source hashes: as printed, unless its form has no groups; then without the dash. */
const hashedText = (code: string, form: ImportedCodes['form']): string =>
  form?.groups === undefined ? code.replaceAll('-', '') : code;

describe.each(Object.entries(WAYS))('%s', (way, make) => {
  test.each(Object.entries(FORMS))('codes %s', async (_name, { codes, form, right, wrong }) => {
    const on = stage({ ...hasherOf(way), lockout: { maxFailures: 100 } });
    const texts = way === 'in clear' ? codes : codes.map((code) => hashedText(code, form));
    const given = { ...(await make(texts)), ...(form !== undefined && { form }) } as ImportedCodes;
    for (const typed of right) {
      await on.mfa.forget('ann');
      on.clock.advance({ hours: 24 });
      await rekeyed(on);
      expect(await on.mfa.importUser(row(given))).toMatchObject({ outcome: 'imported', backupCodes: codes.length });
      for (const other of wrong) expect(await stepUp(on, other)).toBe('invalid_backup_code');
      expect(await stepUp(on, typed)).toBe('accepted');
      expect(await stepUp(on, typed)).toBe('invalid_backup_code');
      expect(await remaining(on)).toBe(codes.length - 1);
      for (const other of codes.slice(1)) expect(await stepUp(on, other)).toBe('accepted');
    }
  });

  test('R-46 costs one hash an attempt, or in a list one for each hash that is tried', async () => {
    const on = stage(hasherOf(way));
    await on.mfa.importUser(row(await make(['aaaaaaaa', 'bbbbbbbb', 'cccccccc'])));
    const before = on.hashes();
    expect(await stepUp(on, 'dddddddd')).toBe('invalid_backup_code');
    const inList = way === 'as Argon2id' ? 3 : way === 'as bcrypt' ? 0 : 1;
    expect(on.hashes() - before).toBe(inList);
    expect(await stepUp(on, 'aaaaaaaa')).toBe('accepted');
    expect(on.hashes() - before).toBe(way === 'as Argon2id' ? 4 : way === 'as bcrypt' ? 0 : 2);
  });
});

describe('a list of hashes', () => {
  test('of the real rows of FastAPI: 16 bytes, 19 MiB, and the spent one left out', async () => {
    const hashes = [
      '$argon2id$v=19$m=19456,t=2,p=1$1IYMkLw8ddG+qaHC1ZBr7Q$YBmc83snDFAqSwo2vLYSKQ',
      '$argon2id$v=19$m=19456,t=2,p=1$ZrPOEAti3ODWqye4oZWcag$uTPHbh8z1p4qrBXL+gDEDA',
    ];
    const on = stage({ hasher: real });
    await on.mfa.importUser(row({ hashes, form: { letters: 'upper', groups: [4, 4] } }));
    expect(await stepUp(on, '7jj9zl4t')).toBe('accepted');
    expect(await stepUp(on, '68SS-4PQZ')).toBe('accepted');
    expect(await remaining(on)).toBe(0);
  });

  test('of the real rows of devise-two-factor: bcrypt of cost 12', async () => {
    const hashes = ['$2a$12$8iz6bevG1Nyk3R4EbuxM6uNcPUz/T1qkgtgvO89dySRXyuCWos/J6'];
    const on = stage();
    await on.mfa.importUser(row({ hashes }));
    expect(await stepUp(on, '91d21703d6e1e93edab630834d5b27e1')).toBe('invalid_backup_code');
    expect(await stepUp(on, '1f5a75e8337fb5b5cefb9c49d442cc32')).toBe('accepted');
  });

  test.each(['2a', '2b', '2y'])('takes bcrypt with the prefix %s', async (prefix) => {
    const on = stage();
    const hashes = [(await bcrypted('code1234', 1)).replace('$2a$', `$${prefix}$`)];
    await on.mfa.importUser(row({ hashes }));
    expect(await stepUp(on, 'code1234')).toBe('accepted');
  });

  test('is charged before its first hash, counted once, and locks like any other', async () => {
    const on = stage({
      hasher: async (job) => {
        const { lockout } = await on.store.record('ann');
        charged.add(lockout.failures);
        return real(job);
      },
    });
    const charged = new Set<number>();
    const hashes = await Promise.all(['a', 'b', 'c'].map((code, i) => phc(code.repeat(8), i)));
    await on.mfa.importUser(row({ hashes }));
    for (let n = 1; n <= 10; n += 1) {
      charged.clear();
      expect(await stepUp(on, 'dddddddd')).toBe('invalid_backup_code');
      expect([...charged]).toEqual([n]);
    }
    expect(await stepUp(on, 'aaaaaaaa')).toBe('locked');
    const told = on.events.filter(({ type }) => type === 'attempt_charged' || type === 'attempt_refused');
    expect(told).toHaveLength(20);
  });

  test('is hashed one after the other, and ends at the first hit', async () => {
    let [running, most] = [0, 0];
    const on = stage({
      hasher: async (job) => {
        most = Math.max(most, (running += 1));
        const digest = await real(job);
        running -= 1;
        return digest;
      },
    });
    const hashes = await Promise.all(['a', 'b', 'c', 'd'].map((code, i) => phc(code.repeat(8), i)));
    await on.mfa.importUser(row({ hashes }));
    const before = on.hashes();
    expect(await stepUp(on, 'bbbbbbbb')).toBe('accepted');
    expect([on.hashes() - before, most]).toEqual([2, 1]);
  });

  test('takes its places before anything is counted: who gets none is busy, and counted is nothing', async () => {
    let goOn: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const on = stage({ hasher: (job) => held.then(() => real(job)) });
    const hashes = await Promise.all(Array.from({ length: 16 }, (_, i) => phc(`code${i}code`, i)));
    await on.mfa.importUser(row({ hashes }));
    const attempts = Array.from({ length: 40 }, () => stepUp(on, 'dddddddd'));
    const early = await Promise.all(attempts.map(async (each) => Promise.race([each, pause(1_000)])));
    const begun = early.filter((each) => each !== 'busy').length;
    // 32 places, of which those who ask hold one each: for two attempts of sixteen at most.
    expect(begun).toBeGreaterThan(0);
    expect(begun).toBeLessThan(3);
    expect((await on.store.record('ann')).lockout.failures).toBe(begun);
    goOn?.();
    expect((await Promise.all(attempts)).filter((each) => each === 'invalid_backup_code')).toHaveLength(begun);
    // The places are free again.
    expect(await stepUp(on, 'code3code')).toBe('accepted');
  });

  test('takes places for what its hashes cost, not for their number alone', async () => {
    let goOn: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const on = stage({ hasher: (job) => held.then(() => new Uint8Array(job.digestBytes)) });
    const [, , , , salt = '', digest = ''] = (await phc('aaaaaaaa', 1)).split('$');
    // Five hashes of four units: twenty places of thirty-two.
    const hashes = ['A', 'B', 'C', 'D', 'E'].map(
      (first) => `$argon2id$v=19$m=19456,t=8,p=1$${salt}$${first}${digest.slice(1)}`,
    );
    await on.mfa.importUser(row({ hashes }));
    const first = stepUp(on, 'dddddddd');
    await pause(50);
    expect(await stepUp(on, 'dddddddd')).toBe('busy');
    goOn?.();
    expect(await first).toBe('invalid_backup_code');
  });

  test('a thousand wrong codes at once cost no more than the lock allows', async () => {
    const on = stage({ hasher: real });
    const hashes = await Promise.all(Array.from({ length: 10 }, (_, i) => phc(`code${i}code`, i)));
    await on.mfa.importUser(row({ hashes }));
    const before = on.hashes();
    const told: string[] = [];
    for (let burst = 0; burst < 10; burst += 1) {
      told.push(...(await Promise.all(Array.from({ length: 100 }, () => stepUp(on, 'dddddddd')))));
    }
    expect(told.filter((each) => each === 'invalid_backup_code')).toHaveLength(10);
    expect(on.hashes() - before).toBe(100);
  });

  test('one use at a time: of fifty callers one wins', async () => {
    const on = stage({ hasher: real, lockout: { maxFailures: 100 } });
    await on.mfa.importUser(row({ hashes: [await phc('aaaaaaaa', 1), await phc('bbbbbbbb', 2)] }));
    const instances = [on.mfa, on.another(), on.another()];
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        outcomeOf((instances[i % 3] ?? on.mfa).stepUp('ann', { backupCode: 'bbbbbbbb' })),
      ),
    );
    expect(outcomes.filter((each) => each === 'accepted')).toHaveLength(1);
    expect(await remaining(on)).toBe(1);
  });

  test('ends after 180 days, or as importedCodesDays says: then it counts as empty, and costs nothing', async () => {
    for (const [options, days] of [
      [{}, 180],
      [{ importedCodesDays: 7 }, 7],
    ] as const) {
      const on = stage({ ...options, hasher: real });
      await on.mfa.importUser(row({ hashes: [await phc('aaaaaaaa', 1), await phc('bbbbbbbb', 2)] }));
      on.clock.advance({ hours: 24 * days, milliseconds: -0 });
      on.clock.set(on.clock() - 1);
      expect(await stepUp(on, 'aaaaaaaa')).toBe('accepted');
      expect(await on.mfa.status('ann')).toMatchObject({ backupCodesRemaining: 1, backupCodesImported: true });
      on.clock.advance({ milliseconds: 1 });
      const before = on.hashes();
      expect(await stepUp(on, 'bbbbbbbb')).toBe('invalid_backup_code');
      expect(on.hashes()).toBe(before);
      const status = await on.mfa.status('ann');
      expect(status.backupCodesRemaining).toBe(0);
      expect(status).not.toHaveProperty('backupCodesImported');
      const begun = await on.mfa.begin('ann');
      expect(begun).toMatchObject({ next: 'verify', methods: ['totp'] });
    }
  });

  test('a run again does not make it last longer', async () => {
    const on = stage({ hasher: real });
    const given = row({ hashes: [await phc('aaaaaaaa', 1)] });
    await on.mfa.importUser(given);
    on.clock.advance({ hours: 24 * 179 });
    await on.mfa.importUser(given);
    await on.mfa.importUser({ ...given, factors: [factorRow(2, { externalId: 'row-1' })] });
    on.clock.advance({ hours: 24 });
    expect(await stepUp(on, 'aaaaaaaa')).toBe('invalid_backup_code');
  });

  test('a digest in clear or fast does not end', async () => {
    const on = stage();
    await on.mfa.importUser(row({ codes: CODES }));
    on.clock.advance({ hours: 24 * 1_000 });
    expect(await stepUp(on, CODES[0] ?? '')).toBe('accepted');
  });

  test.each([
    ['17 hashes', 17, {}, ['codes_dropped_count']],
    ['16 hashes', 16, {}, []],
    ['20 units', 10, { memory: 19_456, passes: 4 }, []],
    ['more than 20 units', 11, { memory: 19_456, passes: 4 }, ['codes_dropped_cost']],
    ['a cost that one attempt may not have', 1, { memory: 65_536, passes: 13 }, ['codes_dropped_cost']],
  ] as const)(
    'of %s',
    async (_name, count, { memory = 64, passes = 1 }: { memory?: number; passes?: number }, warnings) => {
      const sample = await phc('aaaaaaaa', 1);
      const [, , , , salt = '', digest = ''] = sample.split('$');
      const hashes = Array.from(
        { length: count },
        (_, i) => `$argon2id$v=19$m=${memory},t=${passes},p=1$${salt}$${String.fromCharCode(65 + i)}${digest.slice(1)}`,
      );
      const on = stage();
      const result = await on.mfa.importUser(row({ hashes }));
      expect(result).toEqual({
        outcome: 'imported',
        factors: 1,
        backupCodes: warnings.length === 0 ? count : 0,
        warnings,
      });
      expect(await remaining(on)).toBe(result.backupCodes);
      expect(await on.mfa.importUser(row({ hashes }))).toMatchObject({ outcome: 'unchanged' });
    },
  );

  test.each([
    [5, 12, []],
    [6, 12, ['codes_dropped_cost']],
    [1, 14, []],
    [1, 15, ['codes_dropped_cost']],
    [16, 10, []],
  ])('of %i bcrypt hashes of cost %i', async (count, cost, warnings) => {
    const sample = await bcrypted('aaaaaaaa', 1);
    const hashes = Array.from({ length: count }, (_, i) =>
      sample.replace('$04$', `$${cost}$`).replace(/.$/, String.fromCharCode(65 + i)),
    );
    const on = stage();
    expect((await on.mfa.importUser(row({ hashes }), { dryRun: true })).warnings).toEqual(warnings);
  });
});

describe('R-43 codes that are weak', () => {
  test.each([
    ['eight digits', ['12345678', '23456789'], ['weak_codes']],
    ['ten hexadecimal digits, as cal.com', ['0123456789', 'abcdef0123'], []],
    ['nine hexadecimal digits', ['012345678', 'abcdef012'], ['weak_codes']],
    ['eight of base32, as django-otp', ['5ifmvjzl', '5yzyia4z'], []],
    ['seven of base32', ['5ifmvjz', '5yzyia4'], ['weak_codes']],
    ['seven of mixed case', ['5iFMvjz', '5yZYia4'], []],
  ])('%s', async (_name, codes, warnings) => {
    expect((await stage().mfa.importUser(row({ codes }))).warnings).toEqual(warnings);
  });

  test('a hundred are a set, more are dropped', async () => {
    const codes = Array.from({ length: 101 }, (_, i) => `code-${1000 + i}-code`);
    const on = stage();
    expect(await on.mfa.importUser(row({ codes }), { dryRun: true })).toMatchObject({
      backupCodes: 0,
      warnings: ['codes_dropped_count'],
    });
    expect(await on.mfa.importUser(row({ codes: codes.slice(1) }))).toMatchObject({ backupCodes: 100 });
  });

  test('one that is listed twice is one', async () => {
    const on = stage();
    expect(await on.mfa.importUser(row({ codes: ['aaaa-bbbb', 'aaaabbbb'] }))).toMatchObject({ backupCodes: 1 });
    expect(await stepUp(on, 'aaaabbbb')).toBe('accepted');
    expect(await remaining(on)).toBe(0);
  });
});

describe('an imported set in use', () => {
  test('is told with every success, until the user makes new codes', async () => {
    const on = stage();
    await on.mfa.importUser(row({ codes: CODES }));
    const phone = phoneOf(factorRow(1));
    expect(await on.mfa.stepUp('ann', { code: phone.code(on.clock()) })).toMatchObject({ backupCodesImported: true });
    on.clock.advance({ seconds: 30 });
    const proof = { password: TEST_PASSWORD, code: phone.code(on.clock()) };
    const { backupCodes } = await on.mfa.regenerate('ann', proof);
    const verified = await on.mfa.stepUp('ann', { backupCode: backupCodes[0] ?? '' });
    expect(verified).not.toHaveProperty('backupCodesImported');
    expect((await on.store.record('ann')).backupCodes).not.toHaveProperty('form');
  });

  test('is not told once its last code is spent', async () => {
    const on = stage();
    await on.mfa.importUser(row({ codes: ['aaaa-bbbb'] }));
    expect(await on.mfa.stepUp('ann', { backupCode: 'aaaa-bbbb' })).not.toHaveProperty('backupCodesImported');
  });
});

describe('what cannot be a code of this set', () => {
  test.each([
    [{ codes: ['AAAA-BBBB'], form: { letters: 'upper', groups: [4, 4] } }, ['AAAABBB', 'AAAABBBBB', 'AAAA-BBBB-C']],
    [{ codes: ['aaaabbbb'] }, ['aaaab', '', 'aaaa_bbbb', '\u00E4aaabbbb', 'a'.repeat(65)]],
  ] as const)('is refused as malformed, and not counted', async (given, typed) => {
    const on = stage();
    await on.mfa.importUser(row(given));
    for (const backupCode of typed) expect(await stepUp(on, backupCode)).toBe('invalid_input');
    expect((await on.store.record('ann')).lockout.failures).toBe(0);
    expect(on.hashes()).toBe(1);
  });
});

test('a set that no key opens is told, not counted, and no code of it is tried', async () => {
  const on = stage({ hasher: real });
  await on.mfa.importUser(row({ hashes: [await phc('aaaaaaaa', 1)] }));
  const stranger = on.another({ keys: [KEY_B] });
  expect(await outcomeOf(stranger.stepUp('ann', { backupCode: 'aaaaaaaa' }))).toBe('secret_unreadable');
  expect((await on.store.record('ann')).lockout.failures).toBe(0);
});

test('the form, the hashing and the end of a set are bound to it', async () => {
  const on = stage({ hasher: real });
  await on.mfa.importUser(row({ hashes: [await phc('aaaaaaaa', 1)] }));
  const before = await on.store.record('ann');
  const set = before.backupCodes;
  const changes = [
    { ...set, until: (set?.until ?? 0) + 1 },
    { ...set, until: undefined },
    { ...set, form: 'upper' },
    { ...set, hashing: undefined },
    { ...set, hashing: 'sha256' },
  ];
  for (const changed of changes) {
    await on.store.edit('ann', () => ({ ...before, backupCodes: JSON.parse(JSON.stringify(changed)) as unknown }));
    expect(await stepUp(on, 'aaaaaaaa')).toBe('secret_unreadable');
    on.clock.advance({ seconds: 30 });
  }
  await on.store.edit('ann', () => before);
  expect(await stepUp(on, 'aaaaaaaa')).toBe('accepted');
});

function pause(ms: number): Promise<'waits'> {
  return new Promise((resolve) => setTimeout(() => resolve('waits'), ms));
}
