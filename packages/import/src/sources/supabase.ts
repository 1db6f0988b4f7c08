/** Supabase Auth, hosted or self-hosted. It has no backup codes. */
import * as z from 'zod';
import { fromBase64url } from '../readers/decode.ts';
import { readSecret } from '../readers/secret.ts';
import { readSupabase } from '../readers/supabase.ts';
import type { ReadRow, SkipReason } from '../row.ts';
import { factorOf } from './factor.ts';
import { keyOf, pairsOf, readOptions } from './options.ts';
import type { Source, SourceOption } from './source.ts';
import { byUser, instant, rowKey, readTable, skipped, type TableShape } from './tables.ts';
import { readUser } from './user.ts';

const factor = z.object({
  id: z.string().min(1).max(255),
  user_id: rowKey,
  friendly_name: z.string().nullish(),
  factor_type: z.string(),
  status: z.string(),
  created_at: instant.nullish(),
  secret: z.string().nullish(),
});
type Row = z.infer<typeof factor>;

const FACTORS: TableShape<Row> = { table: 'auth.mfa_factors', schema: factor, id: 'id', user: 'user_id', main: true };

/** Table `auth.mfa_factors`. */
export function* fromSupabase(
  document: unknown,
  { keys }: { readonly keys: ReadonlyMap<string, Uint8Array> },
): Generator<ReadRow> {
  const factors = readTable(document, FACTORS);
  yield* factors.skipped;
  for (const [userId, rows] of byUser(factors.rows, (row) => row.user_id)) {
    for (const { name, row } of rows) {
      const reason = refusalOf(row);
      if (reason !== undefined) yield skipped(reason, userId, name);
    }
    yield* readUser({
      userId,
      source: 'supabase',
      factors: rows
        .filter(({ row }) => refusalOf(row) === undefined)
        .map(({ name, row }) => ({
          row: name,
          read: () =>
            factorOf(readSecret(readSupabase({ id: row.id, secret: row.secret ?? '' }, keys), 'base32'), {
              externalId: row.id,
              label: row.friendly_name,
              createdAt: row.created_at,
            }),
        })),
    });
  }
}

function refusalOf(row: Row): SkipReason | undefined {
  if (row.factor_type !== 'totp') return 'unsupported_parameters';
  return row.status === 'verified' ? undefined : 'unconfirmed';
}

const OPTIONS = {
  keys: {
    description: 'Keys by their ids, if the operator configured any: id:key,id:key',
    secret: true,
    environment: 'GOTRUE_SECURITY_DB_ENCRYPTION_DECRYPTION_KEYS',
  },
} as const satisfies Record<string, SourceOption>;

/** Supabase. */
export const supabase: Source = {
  title: 'Supabase Auth',
  options: OPTIONS,
  prepare: (values) => {
    const given = pairsOf('keys', readOptions<keyof typeof OPTIONS>(OPTIONS, values).keys);
    const entries = [...given].map(
      ([id, text]) => [id, keyOf('keys', 'must be base64url', () => fromBase64url(text))] as const,
    );
    const keys = new Map(entries);
    return (document) => fromSupabase(document, { keys });
  },
};
