/** A ciphertext with one bit changed, or moved to another user, opens nowhere. */
import { base64, base64urlnopad, hex } from '@scure/base';
import { describe, expect, test } from 'vitest';
import { CASES, type FixtureCase } from './fixtures.ts';
import { read } from './read.ts';
import { sources } from '../src/index.ts';

/** Bytes within a text: how to get them out, and to put others in. */
interface Sealed {
  readonly bytes: Uint8Array;
  readonly withBytes: (bytes: Uint8Array) => string;
}

/** The authenticated parts of a secret, by source. */
const SEALED: Partial<Record<FixtureCase['source'], (row: Row) => Record<string, readonly Sealed[]>>> = {
  fastapi: ({ totp_secret_encrypted: text = '' }) => ({ totp_secret_encrypted: [base64url(text)] }),
  'better-auth': ({ secret = '' }) => ({ secret: [hexOf(secret)] }),
  supabase: ({ secret = '' }) => ({ secret: ['data', 'nonce'].map((name) => inJson(secret, [name])) }),
  allauth: ({ data = '' }) => ({ data: [fernetInJson(data)] }),
  'laravel-fortify': ({ two_factor_secret: text = '' }) => ({ two_factor_secret: laravel(text) }),
  'devise-two-factor': ({ otp_secret: text = '' }) => ({
    otp_secret: [['p'], ['h', 'iv'], ['h', 'at']].map((path) => inJson(text, path)),
  }),
  'devise-two-factor-4': (row) => ({
    encrypted_otp_secret: [rubyBase64(row['encrypted_otp_secret'] ?? '')],
    encrypted_otp_secret_iv: [rubyBase64(row['encrypted_otp_secret_iv'] ?? '')],
    encrypted_otp_secret_salt: [rubyBase64(row['encrypted_otp_secret_salt'] ?? '')],
  }),
  authelia: ({ secret = '' }) => ({ secret: [{ bytes: base64.decode(secret), withBytes: base64.encode }] }),
  jtwebb: ({ encrypted_secret: text = '' }) => ({ encrypted_secret: [0, 1, 2].map((index) => parted(text, index)) }),
};

type Row = Readonly<Record<string, string>>;

const sealedCases = CASES.filter((one) => {
  const plain = ['django-allauth-plain', 'django-allauth-65.16'].includes(one.fixture);
  return one.source in SEALED && !plain && !['plain', 'export'].includes(one.name);
});

test('every source with a MAC is there', () => {
  expect(new Set(sealedCases.map((one) => one.source))).toEqual(new Set(Object.keys(SEALED)));
});

describe.each(sealedCases)('$fixture: $name', (one) => {
  test('no byte can be changed', () => {
    const readDocument = sources[one.source].prepare(one.options);
    let changed = 0;
    for (const { column, part, row, table } of sealedParts(one)) {
      // One bit of each byte.
      for (const index of part.bytes.keys()) {
        const bit = index * 8 + (index % 8);
        const text = part.withBytes(flipped(part.bytes, bit));
        const document = { ...Object(one.document), [table]: [{ ...row, [column]: text }] };
        const rows = [...readDocument(document)];
        expect(
          rows.map((found) => ('reason' in found ? found.reason : 'a user')),
          `${column}, bit ${bit}`,
        ).toEqual(['unreadable']);
        changed += 1;
      }
    }
    expect(changed).toBeGreaterThan(40);
  });

  test('no other key opens it', () => {
    const { skipped, users } = sortedWith(one, otherKeys(one.options));
    expect(users.flatMap((user) => user.factors)).toEqual([]);
    expect(skipped.map(({ reason }) => reason)).toContain('unreadable');
  });
});

describe('a row that was moved to another user', () => {
  test('does not open at @jtwebb/auth', () => {
    expect(moved('jtwebb', 'rows', 'user_id', 'auth_totp')).toEqual([[], [['someone-else', 'unreadable']]]);
  });

  test('does not open at Authelia from schema 26 on', () => {
    const table = 'totp_configurations';
    expect(moved('authelia', 'schema 26', 'username', table)).toEqual([[], [['someone-else', 'unreadable']]]);
  });

  test('does not open at Supabase', () => {
    const owner = 'aaaaaaaa-0000-4000-8000-000000000001';
    expect(moved('supabase', 'encrypted', 'id', 'auth.mfa_factors')).toEqual([[], [[owner, 'unreadable']]]);
  });
});

describe("cal.com's cipher without a MAC", () => {
  const one = CASES.find(({ source }) => source === 'calcom');
  const [row] = Reflect.get(Object(one?.document), 'users') as readonly Row[];
  const [iv = '', ciphertext = ''] = (row?.['twoFactorSecret'] ?? '').split(':');

  function withSecret(secret: string): ReturnType<typeof read> {
    if (one === undefined) throw new Error('no such case');
    return read(one, { users: [{ ...row, twoFactorSecret: secret, backupCodes: null }] });
  }

  test('a changed ciphertext is refused', () => {
    const bytes = hex.decode(ciphertext);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const { users, skipped } = withSecret(`${iv}:${hex.encode(flipped(bytes, bit))}`);
      expect(users, `bit ${bit}`).toEqual([]);
      expect(['unreadable', 'malformed']).toContain(skipped[0]?.reason);
    }
  });

  test('a changed iv is refused, or gives another letter: nothing can tell that', () => {
    const bytes = hex.decode(iv);
    const [right] = withSecret(`${iv}:${ciphertext}`).users;
    const all = Array.from({ length: 128 }, (_, bit) => withSecret(`${hex.encode(flipped(bytes, bit))}:${ciphertext}`));
    const refused = all.filter(({ users }) => users.length === 0);
    expect(refused.length).toBeGreaterThan(40);
    for (const { skipped } of refused) expect(['unreadable', 'malformed']).toContain(skipped[0]?.reason);
    for (const { users } of all) expect(users[0]?.factors).not.toEqual(right?.factors);
  });
});

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}

function moved(source: string, name: string, column: string, table: string): unknown {
  const one = CASES.find((found) => found.source === source && found.name === name);
  if (one === undefined) throw new Error('no such case');
  const [row] = Reflect.get(Object(one.document), table) as readonly Row[];
  const { users, skipped } = read(one, { [table]: [{ ...row, [column]: 'someone-else' }] });
  return [users, skipped.map(({ userId, reason }) => [userId, reason])];
}

/** The sealed parts of the first row that has any, without the codes. */
function sealedParts(one: FixtureCase) {
  const tables = Object.entries(Object(one.document) as Record<string, readonly Row[]>);
  return tables.flatMap(([table, rows]) =>
    rows.slice(0, 1).flatMap((row) => {
      const bare = { ...row, backupCodes: null, two_factor_recovery_codes: null };
      const found =
        table === 'user' || table.includes('codes') || table === 'auth_user' ? {} : SEALED[one.source]?.(row);
      return Object.entries(found ?? {}).flatMap(([column, parts]) =>
        column in row ? parts.map((part) => ({ table, row: bare, column, part })) : [],
      );
    }),
  );
}

function sortedWith(one: FixtureCase, options: FixtureCase['options']): ReturnType<typeof read> {
  return read({ ...one, options });
}

/** The same options with another key: its last character that is no padding is another one. */
function otherKeys(options: FixtureCase['options']): FixtureCase['options'] {
  const secret = [
    'secretKey',
    'secret',
    'secrets',
    'keys',
    'fernetKey',
    'appKey',
    'primaryKey',
    'key',
    'encryptionKey',
  ];
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      [...secret, 'totpEncryptionKey'].includes(name) ? otherKey(value ?? '') : value,
    ]),
  );
}

function otherKey(text: string): string {
  return text.replaceAll(/(?<=[:,\n]|^)[^:,\n](?=[^:,\n]{9})/g, (character) => (character === 'A' ? 'B' : 'A'));
}

function base64url(text: string): Sealed {
  const padding = /=*$/.exec(text)?.[0] ?? '';
  return {
    bytes: base64urlnopad.decode(text.replace(/=+$/, '')),
    withBytes: (bytes) => base64urlnopad.encode(bytes) + padding,
  };
}

function hexOf(text: string): Sealed {
  const [, prefix = '', digits = ''] = /^(\$ba\$\d+\$)?(.*)$/.exec(text) ?? [];
  return { bytes: hex.decode(digits), withBytes: (bytes) => prefix + hex.encode(bytes) };
}

function inJson(text: string, path: readonly string[]): Sealed {
  const value = path.reduce<unknown>((at, name) => Reflect.get(Object(at), name), JSON.parse(text)) as string;
  return {
    bytes: base64.decode(value),
    withBytes: (bytes) => text.replace(JSON.stringify(value), JSON.stringify(base64.encode(bytes))),
  };
}

function fernetInJson(text: string): Sealed {
  const { secret } = JSON.parse(text) as { secret: string };
  const sealed = base64url(secret);
  return { bytes: sealed.bytes, withBytes: (bytes) => JSON.stringify({ secret: sealed.withBytes(bytes) }) };
}

function laravel(text: string): readonly Sealed[] {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const payload = JSON.parse(decoder.decode(base64.decode(text))) as Record<string, string>;
  const put = (name: string, value: string): string =>
    base64.encode(encoder.encode(JSON.stringify({ ...payload, [name]: value })));
  return ['iv', 'value', 'mac', 'tag']
    .filter((name) => payload[name])
    .map((name) => {
      const coder = name === 'mac' ? hex : base64;
      return { bytes: coder.decode(payload[name] ?? ''), withBytes: (bytes) => put(name, coder.encode(bytes)) };
    });
}

function rubyBase64(text: string): Sealed {
  return {
    bytes: base64.decode(text.trim().replace(/^_/, '')),
    withBytes: (bytes) => `${text.startsWith('_') ? '_' : ''}${base64.encode(bytes)}\n`,
  };
}

function parted(text: string, index: number): Sealed {
  const parts = text.split('.');
  return {
    bytes: base64urlnopad.decode(parts[index] ?? ''),
    withBytes: (bytes) => parts.with(index, base64urlnopad.encode(bytes)).join('.'),
  };
}
