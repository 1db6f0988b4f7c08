/** Authelia: rows of its database, or its own export. It has no backup codes. */
import type { ImportedFactor } from '@mfakit/core';
import * as z from 'zod';
import { autheliaKeys, readAuthelia, type AutheliaKeys } from '../readers/authelia.ts';
import { readAutheliaExport } from '../readers/authelia-export.ts';
import { fromBase64, fromUtf8 } from '../readers/decode.ts';
import { readSecret } from '../readers/secret.ts';
import { RowError } from '../row-error.ts';
import type { ReadRow } from '../row.ts';
import { factorOf } from './factor.ts';
import { readOptions } from './options.ts';
import type { Source, SourceOption } from './source.ts';
import { attempt, instant, rowKey, readTable, type TableShape } from './tables.ts';
import { readUser } from './user.ts';

const configuration = z.object({
  username: rowKey,
  created_at: instant.nullish(),
  algorithm: z.string(),
  digits: z.coerce.number(),
  period: z.coerce.number(),
  secret: z.string(),
});
type Row = z.infer<typeof configuration>;
const ROWS: TableShape<Row> = {
  table: 'totp_configurations',
  schema: configuration,
  id: 'username',
  user: 'username',
  main: true,
};

/** Table `totp_configurations`, or the text of `authelia storage user totp export`. */
export function* fromAuthelia(
  document: unknown,
  { keys }: { readonly keys?: AutheliaKeys | undefined } = {},
): Generator<ReadRow> {
  const exported = typeof document === 'string';
  const entries = exported ? attempt('', 'export', () => readAutheliaExport(document)) : document;
  const refused = exported && 'reason' in (entries as object);
  const configurations = readTable(refused ? undefined : entries, ROWS);
  yield* configurations.skipped;
  for (const { name, row } of configurations.rows) {
    const open = exported ? () => fromUtf8(fromBase64(row.secret)) : () => opened(row, keys);
    yield* readUser({
      userId: row.username,
      source: 'authelia',
      factors: [{ row: name, read: () => factor(row, open()) }],
    });
  }
}

function opened(row: Row, keys: AutheliaKeys | undefined): string {
  if (keys === undefined) throw new RowError('unreadable');
  return readAuthelia(row, keys);
}

function factor(row: Row, secret: string): ImportedFactor {
  const { algorithm, digits, period: periodSeconds, created_at: createdAt } = row;
  return factorOf(
    { ...readSecret(secret, 'base32'), algorithm, digits, periodSeconds },
    { externalId: 'totp', createdAt },
  );
}

const OPTIONS = {
  encryptionKey: {
    description: 'storage.encryption_key; not needed for its own export',
    secret: true,
    environment: 'AUTHELIA_STORAGE_ENCRYPTION_KEY',
  },
} as const satisfies Record<string, SourceOption>;

/** Authelia. */
export const authelia: Source = {
  title: 'Authelia',
  options: OPTIONS,
  prepare: (values) => {
    const { encryptionKey } = readOptions<keyof typeof OPTIONS>(OPTIONS, values);
    const keys = encryptionKey ? autheliaKeys(encryptionKey) : undefined;
    return (document) => fromAuthelia(document, { keys });
  },
};
