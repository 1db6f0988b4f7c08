/** Nothing of a row is in clear in the record, the events or an error; and a marker that was tampered with keeps imports out. */
import { inspect } from 'node:util';
import type { ImportedCodes, ImportedUser, MfaRecord } from '@mfakit/core';
import { base32nopad, base64, base64nopad } from '@scure/base';
import { describe, expect, test } from 'vitest';
import { KEY_B, stage, type Stage } from '../harness.ts';
import { CODES, factorRow, secretOf, userRow } from './rows.ts';

const DIGEST = Uint8Array.from({ length: 64 }, (_, i) => 255 - i);
const PHC_TAIL = base64nopad.encode(DIGEST.subarray(0, 16));
const BCRYPT_TAIL = 'N1Nyk3R4EbuxM6uNcPUz';

/** Each way in which a source has codes, with the canaries in it. */
const WAYS: Readonly<Record<string, readonly [ImportedCodes, readonly string[]]>> = {
  'in clear': [{ codes: CODES }, CODES.flatMap((code) => [code, code.replace('-', '')])],
  prehashed: [{ prehashed: [DIGEST], prehash: 'sha512' }, [base64.encode(DIGEST), Buffer.from(DIGEST).toString('hex')]],
  'as hashes': [
    {
      hashes: [
        `$argon2id$v=19$m=64,t=1,p=1$${'A'.repeat(22)}$${PHC_TAIL}`,
        `$2a$04$8iz6bevG${BCRYPT_TAIL}${'a'.repeat(25)}`,
      ],
    },
    [PHC_TAIL, BCRYPT_TAIL, 'argon2id', '$2a$'],
  ],
};

const SECRET = secretOf(1);
const SPELLINGS = [
  base32nopad.encode(SECRET),
  Buffer.from(SECRET).toString('hex'),
  base64nopad.encode(SECRET),
  Buffer.from(SECRET).toString('base64url'),
];

async function whatIsKept(on: Stage, row: ImportedUser): Promise<string> {
  const results = [await on.mfa.importUser(row, { dryRun: true }), await on.mfa.importUser(row)];
  const status = await on.mfa.status('ann');
  return [await on.store.dump('ann'), JSON.stringify([on.events, results, status])].join('\n').toUpperCase();
}

test.each(Object.entries(WAYS))(
  'R-60 codes %s, and the secret, are nowhere in clear',
  async (_way, [backupCodes, canaries]) => {
    const on = stage();
    const text = await whatIsKept(on, userRow({ backupCodes }));
    const found = [...canaries, ...SPELLINGS, 'row-1'].filter((canary) => text.includes(canary.toUpperCase()));
    expect(found).toEqual([]);
  },
);

test.each(Object.entries(WAYS))(
  'nor, of codes %s, in the error of a hasher or a store that fails',
  async (_way, [backupCodes, canaries]) => {
    const on = stage({ hasher: () => Promise.reject(new Error('no memory')) });
    on.store.fail('commit', new Error('connection reset'));
    const error: unknown = await on.mfa.importUser(userRow({ backupCodes })).catch((thrown: unknown) => thrown);
    const text = inspect(error, { depth: 9 }).toUpperCase();
    expect(error).toBeInstanceOf(Error);
    expect(
      [...canaries.filter((each) => each.length > 8), ...SPELLINGS].filter((canary) =>
        text.includes(canary.toUpperCase()),
      ),
    ).toEqual([]);
  },
);

const flip = (text = ''): string => text.slice(0, -2) + (text.at(-2) === 'A' ? 'B' : 'A') + text.slice(-1);

describe('invariant 9: a marker that was tampered with', () => {
  const changed = userRow({ factors: [{ ...factorRow(1), secret: secretOf(2) }] });

  test.each([
    ['a character of the fingerprints', flip],
    ['what is sealed elsewhere in the record', (_prints, { backupCodes }) => backupCodes?.secret ?? ''],
  ] satisfies [string, (prints: string, record: MfaRecord) => string][])('%s', async (_name, change) => {
    const on = stage();
    await on.mfa.importUser(userRow());
    await on.store.edit('ann', (record) => ({
      ...record,
      imported: record.imported && { ...record.imported, prints: change(record.imported.prints, record) },
    }));
    const before = await on.store.read('ann');
    for (const row of [userRow(), changed]) expect(await on.mfa.importUser(row)).toMatchObject({ outcome: 'kept' });
    expect(await on.store.read('ann')).toEqual(before);
  });

  test('of another user', async () => {
    const on = stage();
    await on.mfa.importUser(userRow());
    await on.mfa.importUser(userRow({ userId: 'bob' }));
    const { imported } = await on.store.record('bob');
    await on.store.edit('ann', (record) => ({ ...record, imported }));
    expect(await on.mfa.importUser(changed)).toMatchObject({ outcome: 'kept' });
  });

  test('under a key that is unknown is reported, and not moved', async () => {
    const on = stage();
    await on.mfa.importUser(userRow());
    const stranger = on.another({ keys: [KEY_B] });
    for await (const page of stranger.rekey()) expect(page).toMatchObject({ rekeyed: 0, unreadable: 1 });
  });
});
