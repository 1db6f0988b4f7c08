/** Bad rows are skipped by themselves, with their reason and nothing of their content; bad options are named. */
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  RowError,
  SourceOptionError,
  isSkipped,
  readFernetToken,
  readSecret,
  sources,
  type SourceName,
} from '../src/index.ts';
import { secretsOf } from './canary.ts';
import { CASES, FIXTURES, type FixtureCase } from './fixtures.ts';
import { read, rowsOf } from './read.ts';

const NAMES = Object.keys(sources) as SourceName[];

/** One case of each fixture: another way of the same rows teaches nothing here. */
const ONE_EACH = FIXTURES.map((name) => CASES.find((one) => one.fixture === name) as FixtureCase);

const JUNK: readonly unknown[] = [null, undefined, -1.5, '', 'junk of no shape', {}, [], [[]], true, 2 ** 60];

describe.each(ONE_EACH)('$fixture', (one) => {
  test('any column may be junk', () => {
    for (const document of bent(one.document)) {
      const rows = rowsOf(one, document);
      for (const row of rows.filter(isSkipped)) {
        expect(Object.keys(row).toSorted()).toEqual(['reason', 'row', 'userId']);
        const told = JSON.stringify(row);
        expect(told).not.toContain('junk');
        for (const secret of secretsOf(one)) expect(told.includes(secret), 'a secret is told').toBe(false);
      }
    }
  });

  test('no rows, no users', () => {
    for (const document of [{}, { other: [{}] }, 3, null, 'text', [null], [[]]]) {
      const { users, skipped } = read(one, document);
      expect(users).toEqual([]);
      expect(skipped.every(({ reason }) => reason === 'malformed')).toBe(true);
    }
  });
});

property.prop([fc.constantFrom(...ONE_EACH), fc.jsonValue({ maxDepth: 4 })])(
  'no document makes a source throw',
  (one, document) => {
    expect(rowsOf(one, document).every((row) => isSkipped(row) || row.factors.length > 0)).toBe(true);
  },
);

test('a bad row among good ones is skipped alone', () => {
  const one = CASES.find(({ source }) => source === 'calcom') as FixtureCase;
  const [good] = (one.document as { users: readonly object[] }).users;
  const document = [{ ...good, id: 1 }, { ...good, id: 2, twoFactorEnabled: 'perhaps' }, { ...good, id: 3 }, 7];
  const { users, skipped } = read(one, document);
  expect(users.map(({ userId }) => userId)).toEqual(['1', '3']);
  expect(skipped).toEqual([
    { userId: '2', reason: 'malformed', row: 'users/2' },
    { userId: null, reason: 'malformed', row: 'users[3]' },
  ]);
});

test('codes that do not open leave the app, and are told', () => {
  const one = CASES.find(({ source }) => source === 'laravel-fortify') as FixtureCase;
  const [user] = (one.document as { users: readonly object[] }).users;
  const { users, skipped } = read(one, [{ ...user, two_factor_recovery_codes: 'e30=' }]);
  expect(users).toEqual([expect.objectContaining({ userId: '1', factors: [expect.anything()] })]);
  expect(users[0]).not.toHaveProperty('backupCodes');
  expect(skipped).toEqual([{ userId: '1', reason: 'malformed', row: 'users/1 two_factor_recovery_codes' }]);
});

describe('why rows are skipped', () => {
  test.each([
    ['a user', {}],
    ['a user', { secret: 'gezd gnbv gy3t qojq' }],
    ['disabled', { enabled: 'f' }],
    ['disabled', { secret: null }],
    ['too_short', { secret: 'GEZDGNBVGY3TQ' }],
    ['unsupported_parameters', { secret: 'A'.repeat(105) }],
    ['unsupported_parameters', { digits: 5 }],
    ['unsupported_parameters', { period: 121 }],
    ['unsupported_parameters', { algorithm: 'MD5' }],
    ['malformed', { secret: '0189' }],
    ['malformed', { last_step: 'often' }],
  ])('%s: %o', (reason, row) => {
    expect(reasonsFor(row)).toEqual([reason]);
  });

  test('a counting app is told as such', () => {
    const uri = 'otpauth://hotp/A:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=1';
    const rows = [...sources.columns.prepare({ encoding: 'uri' })({ id: 'u', secret: uri })];
    expect(rows).toEqual([{ userId: 'u', reason: 'hotp', row: 'users/u' }]);
  });

  test('accounts that are switched off or half set up', () => {
    expect(changed('fastapi', (text) => text.replace('"totp_enabled":1', '"totp_enabled":0'))).toEqual([0, 'disabled']);
    expect(changed('better-auth', (text) => text.replace('Enabled":true', 'Enabled":false'))).toEqual([0, 'disabled']);
    expect(changed('better-auth', (text) => text.replace('verified":true', 'verified":false'))).toEqual([
      0,
      'unconfirmed',
    ]);
    expect(changed('calcom', (text) => text.replace('Enabled":true', 'Enabled":false'))).toEqual([0, 'disabled']);
    expect(changed('supabase', (text) => text.replace('"verified"', '"unverified"'))).toEqual([0, 'unconfirmed']);
    expect(changed('supabase', (text) => text.replace('"totp"', '"phone"'))).toEqual([0, 'unsupported_parameters']);
    expect(changed('laravel-fortify', (text) => text.replace(/confirmed_at":"[^"]*"/, 'confirmed_at":null'))).toEqual([
      0,
      'unconfirmed',
    ]);
    expect(changed('devise-two-factor', (text) => text.replace('login":1', 'login":0'))).toEqual([0, 'disabled']);
    expect(changed('keycloak', (text) => text.replaceAll('totp', 'hotp'))).toEqual([0, 'hotp']);
    expect(changed('allauth', (text) => text.replace('"totp"', '"webauthn"'))).toEqual([0, 'unsupported_parameters']);
    expect(changed('jtwebb', (text) => text.replace(/enabled_at":"[^"]*"/, 'enabled_at":null'))).toEqual([
      0,
      'unconfirmed',
    ]);
  });
});

describe('options', () => {
  test.each(NAMES)('%s names a missing one, an unknown one and a wrong one, and never a value', (name) => {
    const { options, prepare } = sources[name];
    const given = CASES.find((one) => one.source === name)?.options ?? {};
    expect(() => prepare({ ...given, 'secret-canary': 'secret-canary' })).toThrow(
      'An option is not known to this source.',
    );
    const entries = Object.entries(options);
    for (const [option] of entries.filter(([, { required }]) => required)) {
      expect(() => prepare({ ...given, [option]: undefined })).toThrow(new SourceOptionError(option, 'is required'));
    }
    for (const [option] of entries.filter(([, { oneOf }]) => oneOf)) {
      expect(refusal(() => prepare({ ...given, [option]: 'secret-canary' }))).toMatch(`${option} must be one of`);
    }
  });

  test.each([
    ['columns', { encoding: 'hex', digits: 'secret-canary' }],
    ['columns', { encoding: 'hex', codeGroups: 'secret-canary' }],
    ['fastapi', { secretKey: 'secret-canary', derivation: 'raw' }],
    ['better-auth', {}],
    ['better-auth', { secrets: 'secret-canary' }],
    ['calcom', { key: 'secret-canary' }],
    ['supabase', { keys: 'k1:secret-canary!' }],
    ['laravel-fortify', { appKey: 'secret-canary' }],
    ['allauth', { fernetKey: 'secret-canary!' }],
  ] as const)('%s refuses %o', (name, values) => {
    const message = refusal(() => sources[name].prepare(values));
    expect(message).toMatch(/^\w+ .*\.$/);
    expect(message).not.toContain('canary');
  });
});

test('a reader names nothing of what it refuses, not even as a cause', () => {
  const refusals = [() => readSecret('secret-canary!', 'base32'), () => readFernetToken('secret-canary!', [])];
  for (const run of refusals) {
    const error = caught(run);
    expect(error).toBeInstanceOf(RowError);
    expect(error).not.toHaveProperty('cause');
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('canary');
  }
});

/** The document with each column of each row replaced by each piece of junk. */
function* bent(document: unknown): Generator {
  if (typeof document !== 'object' || document === null) return;
  for (const name of Object.keys(document)) {
    // A key may be any text, and is told.
    const isKey = ['id', 'user_id', 'userId', 'username'].includes(name);
    for (const junk of JUNK.filter((value) => !isKey || typeof value !== 'string')) yield { ...document, [name]: junk };
    const value: unknown = Reflect.get(document, name);
    if (!Array.isArray(value)) continue;
    for (const index of [0, value.length - 1]) {
      for (const inner of bent(value[index])) yield { ...document, [name]: value.with(index, inner) };
    }
  }
}

/** What a row of columns of one's own comes to. */
function reasonsFor(row: object): unknown {
  const readDocument = sources.columns.prepare({ encoding: 'base32' });
  const rows = [...readDocument({ id: 'u', secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', ...row })];
  return rows.map((one) => (isSkipped(one) ? one.reason : 'a user'));
}

/** How many users come of the rows of a source after a change of their text, and the reasons of those that do not. */
function changed(source: SourceName, change: (document: string) => string): unknown {
  const one = CASES.find((found) => found.source === source) as FixtureCase;
  const { users, skipped } = read(one, JSON.parse(change(JSON.stringify(one.document))));
  return [users.length, ...new Set(skipped.map((row) => row.reason))];
}

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was refused');
}

function refusal(run: () => unknown): string {
  const error = caught(run);
  if (!(error instanceof SourceOptionError)) throw new Error('another error');
  return error.message;
}
