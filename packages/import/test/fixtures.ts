/** Rows of the real systems with their secrets, codes and times: each as a case that a test reads and imports. */
import { readFileSync, readdirSync } from 'node:fs';
import { base32nopad } from '@scure/base';
import type { OptionValues, SourceName } from '../src/index.ts';

/** A code and the instant, in seconds, at which the source accepted or refused it. */
interface Shown {
  readonly at: number;
  readonly code: string;
}

/** What the source itself made of a secret. */
interface FactorOracle {
  readonly secretBase32?: string;
  readonly algorithm: string;
  readonly digits: number;
  readonly periodSeconds: number;
  readonly lastStep?: number | null;
  readonly accepted: readonly Shown[];
  readonly refused: readonly Shown[];
  readonly replayed?: readonly Shown[];
}

/** One document of a source, with what it must give. */
export interface FixtureCase {
  readonly name: string;
  readonly fixture: string;
  readonly source: SourceName;
  readonly options: OptionValues;
  readonly document: unknown;
  readonly userId: string;
  /** In the order of the rows, without those that are skipped. */
  readonly factors: readonly FactorOracle[];
  readonly backupCodes: readonly { readonly code: string; readonly used: boolean }[];
  /** Codes that only the source can check. */
  readonly codesUnusable?: true;
}

// A fixture is JSON of no fixed shape.
// oxlint-disable-next-line typescript/no-explicit-any
type Fixture = any;

const FOLDER = new URL('fixtures/', import.meta.url);

/** The fixture of this name, parsed anew. */
function fixture(name: string): Fixture {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
}

/** Names of all fixtures. */
export const FIXTURES: readonly string[] = readdirSync(FOLDER).map((file) => file.replace('.json', ''));

/** Every case of every fixture. */
export const CASES: readonly FixtureCase[] = FIXTURES.flatMap((name) => {
  const make = CASE_MAKERS()[name];
  if (make === undefined) throw new Error(`No case reads the fixture ${name}`);
  return make(fixture(name)).map((made) => ({ backupCodes: [], ...made, fixture: name }));
});

type Made = Omit<FixtureCase, 'fixture' | 'backupCodes'> & Partial<Pick<FixtureCase, 'backupCodes'>>;

/** One row of a source that has one table and one factor a user. */
function single(source: SourceName, options: OptionValues, userId: string) {
  return ({ rows, expect }: Fixture): readonly Made[] => [
    { name: source, source, options, document: rows, userId, factors: [expect], backupCodes: expect.backupCodes ?? [] },
  ];
}

function CASE_MAKERS(): Readonly<Record<string, (from: Fixture) => readonly Made[]>> {
  return {
    authelia: ({ rows, config, expect }) => {
      const options = { encryptionKey: config.encryption_key };
      const common = { source: 'authelia', userId: 'user-1', factors: [expect] } as const;
      return [
        { ...common, name: 'schema 24', options, document: rows.schema24 },
        { ...common, name: 'schema 26', options, document: rows.schema26 },
        { ...common, name: 'export', options: {}, document: rows.exportYaml },
      ];
    },
    'better-auth-default': (from) => betterAuth(from, { secret: from.config.secret }),
    'better-auth-plain-codes-8x60': (from) =>
      betterAuth(from, { secret: from.config.secret, digits: '8', periodSeconds: '60' }),
    'better-auth-versioned-keys': (from) =>
      betterAuth(from, {
        secrets: from.config.secrets.map((key: Fixture) => `${key.version}:${key.value}`).join(','),
      }),
    calcom: (from) => single('calcom', { key: from.config.CALENDSO_ENCRYPTION_KEY }, '1')(from),
    'devise-two-factor-4': (from) =>
      single('devise-two-factor-4', { key: from.config.otp_secret_encryption_key }, '1')(from),
    'devise-two-factor-6-sha1': devise6,
    'devise-two-factor-6-sha256': devise6,
    'django-allauth-65.16': single('allauth', {}, '1'),
    'django-allauth-fernet': (from) => single('allauth', { fernetKey: from.config.fernetKey }, '1')(from),
    'django-allauth-plain': single('allauth', {}, '1'),
    'django-otp-1.1': djangoOtp,
    'django-otp-1.5': djangoOtp,
    'django-otp-1.7': djangoOtp,
    'fastapi-fernet': fastapi,
    'js-libraries': ({ rows }) =>
      rows.map((row: Fixture) => ({
        name: `${row.library} as ${row.encoding}`,
        source: 'columns',
        options: { encoding: row.encoding === 'otpauth-uri' ? 'uri' : row.encoding },
        document: { id: 'u-1', secret: row.column },
        userId: 'u-1',
        factors: [row.expect],
      })),
    'jtwebb-auth': ({ rows, config, expect }) => [
      {
        name: 'rows',
        source: 'jtwebb',
        options: { totpEncryptionKey: config.totpEncryptionKey },
        document: rows,
        userId: 'u-1',
        factors: [expect],
        backupCodes: expect.backupCodes,
        codesUnusable: true,
      },
    ],
    'keycloak-export': ({ rows, expect }) => [
      {
        name: 'realm',
        source: 'keycloak',
        options: {},
        document: rows,
        userId: 'kc-user-1',
        factors: expect.credentials,
        backupCodes: expect.backupCodes,
      },
    ],
    'laravel-fortify': ({ rows, config, alternatives, expect }) => {
      const common = { source: 'laravel-fortify', options: { appKey: config.APP_KEY }, userId: '1' } as const;
      const [user] = rows.users;
      const others = Object.entries(alternatives).map(([name, text]) => ({
        ...common,
        name,
        document: { users: [{ ...user, two_factor_secret: text, two_factor_recovery_codes: null }] },
        factors: [expect],
      }));
      return [
        { ...common, name: 'row', document: rows, factors: [expect], backupCodes: expect.backupCodes },
        ...others,
      ];
    },
    'otpauth-migration': ({ rows, expect }) =>
      secretsOfMigration(rows.uri).map((secret, index) => ({
        name: `secret ${index}`,
        source: 'columns',
        options: { encoding: 'base32' },
        document: { id: 'u-1', secret: base32nopad.encode(secret) },
        userId: 'u-1',
        factors: [expect.factors[index]],
      })),
    supabase: ({ rows, config, expect }) => {
      const common = {
        source: 'supabase',
        userId: 'aaaaaaaa-0000-4000-8000-000000000001',
        factors: [expect],
      } as const;
      return [
        { ...common, name: 'encrypted', options: { keys: `k1:${config.keys.k1}` }, document: rows.encrypted },
        { ...common, name: 'plain', options: {}, document: rows.plain },
      ];
    },
  };
}

function betterAuth(from: Fixture, options: OptionValues): readonly Made[] {
  return single('better-auth', options, from.rows.user[0].id)(from);
}

function devise6({ rows, config, expect }: Fixture): readonly Made[] {
  const { backupCodes } = expect;
  const common = { source: 'devise-two-factor', document: rows, userId: '1', factors: [expect], backupCodes } as const;
  const keys = { primaryKey: config.primary_key, keyDerivationSalt: config.key_derivation_salt };
  const digest = config.hash_digest_class.replace('OpenSSL::Digest::', '');
  return [
    { ...common, name: 'digest unknown', options: keys },
    { ...common, name: 'digest given', options: { ...keys, digest } },
  ];
}

function djangoOtp({ rows, expect }: Fixture): readonly Made[] {
  const factors = expect.devices.filter((device: Fixture) => device.importable);
  const common = { options: {}, userId: '1', factors, backupCodes: expect.backupCodes };
  const renamed = {
    authentik_stages_authenticator_totp_totpdevice: rows.otp_totp_totpdevice,
    authentik_stages_authenticator_static_staticdevice: rows.otp_static_staticdevice,
    authentik_stages_authenticator_static_statictoken: rows.otp_static_statictoken,
  };
  return [
    { ...common, name: 'django-otp', source: 'django-otp', document: rows },
    { ...common, name: 'under the names of authentik', source: 'authentik', document: renamed },
  ];
}

function fastapi({ rows, config, alternatives, expect }: Fixture): readonly Made[] {
  const common = { source: 'fastapi', userId: 'u-1', factors: [expect] } as const;
  const secretKey = config.SECRET_KEY;
  const ways: Record<string, OptionValues> = {
    'key is a Fernet key': { derivation: 'raw', secretKey: alternatives['key is a Fernet key'].key },
    'hkdf-sha256 info=totp': { derivation: 'hkdf', secretKey, info: 'totp' },
    'pbkdf2-sha256 salt=static-salt iterations=100000': { derivation: 'pbkdf2', secretKey, salt: 'static-salt' },
    'first 32 bytes, zero-padded': { derivation: 'padded', secretKey },
    'MultiFernet rotated': {
      derivation: 'raw',
      secretKey: `${alternatives['key is a Fernet key'].key}\n${alternatives['MultiFernet rotated'].key}`,
    },
  };
  const others = Object.entries(alternatives).map(([name, alternative]) => {
    const options = ways[name];
    if (options === undefined) throw new Error(`No options for ${name}`);
    const user = { ...rows.users[0], totp_secret_encrypted: (alternative as Fixture).token };
    return { ...common, name, options, document: { ...rows, users: [user], backup_codes: [] } };
  });
  return [
    { ...common, name: 'row', options: { secretKey }, document: rows, backupCodes: expect.backupCodes },
    ...others,
  ];
}

/** The secrets in the protobuf message of an `otpauth-migration` URI: field 1 of field 1. */
function secretsOfMigration(uri: string): readonly Uint8Array[] {
  const bytes = Uint8Array.from(atob(new URL(uri).searchParams.get('data') ?? ''), (char) => char.charCodeAt(0));
  return fields(bytes).map((entry) => fields(entry)[0] ?? new Uint8Array());
}

/** The fields number 1 with a length before them; all lengths of the fixture are below 128. */
function fields(bytes: Uint8Array): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const [tag = 0, length = 0] = bytes.subarray(at, at + 2);
    const delimited = (tag & 7) === 2;
    if (delimited && tag >> 3 === 1) found.push(bytes.subarray(at + 2, at + 2 + length));
    if (delimited) at += 2 + length;
    else for (at += 1; (bytes[at++] ?? 0) > 127;);
  }
  return found;
}
