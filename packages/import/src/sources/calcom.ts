/** cal.com, and the Next.js templates that copied its columns. */
import * as z from 'zod';
import { readCalcom } from '../readers/calcom.ts';
import { fromJson } from '../readers/decode.ts';
import { readSecret } from '../readers/secret.ts';
import type { ReadRow } from '../row.ts';
import { factorOf } from './factor.ts';
import { SourceOptionError, readOptions } from './options.ts';
import type { Source, SourceOption } from './source.ts';
import { flag, rowKey, readTable, skipped, type TableShape } from './tables.ts';
import { readUser } from './user.ts';

const user = z.object({
  id: rowKey,
  twoFactorEnabled: flag,
  twoFactorSecret: z.string().nullish(),
  backupCodes: z.string().nullish(),
});
const USERS: TableShape<z.infer<typeof user>> = { table: 'users', schema: user, id: 'id', user: 'id', main: true };

/** Table `users`. The cipher has no MAC: a changed row may come out as another secret of the right shape. */
export function* fromCalcom(document: unknown, { key }: { readonly key: string }): Generator<ReadRow> {
  const users = readTable(document, USERS);
  yield* users.skipped;
  for (const { name, row } of users.rows) {
    const { id, twoFactorEnabled, twoFactorSecret: secret, backupCodes } = row;
    if (!twoFactorEnabled || !secret) {
      yield skipped('disabled', id, name);
      continue;
    }
    yield* readUser({
      userId: id,
      source: 'calcom',
      factors: [
        {
          row: name,
          read: () => factorOf(readSecret(readCalcom(secret, key, 'secret'), 'base32'), { externalId: 'totp' }),
        },
      ],
      ...(backupCodes && { codes: { row: `${name} backupCodes`, read: () => readCodes(backupCodes, key) } }),
    });
  }
}

/** Spent codes are `null` in the list. */
function readCodes(ciphertext: string, key: string): { codes: readonly string[]; form: { letters: 'lower' } } {
  const list = fromJson(readCalcom(ciphertext, key, 'codes')) as readonly (string | null)[];
  return { codes: list.filter((code) => code !== null), form: { letters: 'lower' } };
}

const OPTIONS = {
  key: {
    description: '32 characters, or as many bytes of latin-1',
    secret: true,
    environment: 'CALENDSO_ENCRYPTION_KEY',
    required: true,
  },
} as const satisfies Record<string, SourceOption>;

/** cal.com's shape. */
export const calcom: Source = {
  title: 'cal.com, and templates that copied it',
  options: OPTIONS,
  prepare: (values) => {
    const { key = '' } = readOptions<keyof typeof OPTIONS>(OPTIONS, values);
    if (key.length !== 32 || /[^\0-\u{ff}]/u.test(key))
      throw new SourceOptionError('key', 'must be 32 characters of one byte each');
    return (document) => fromCalcom(document, { key });
  },
};
