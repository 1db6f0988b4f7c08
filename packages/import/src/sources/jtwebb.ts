/** `@jtwebb/auth`. Its codes are hashed with the user's id, or a key, before them: they cannot be taken over. */
import type { ImportedFactor } from '@mfakit/core';
import * as z from 'zod';
import { jtwebbKey, readJtwebb } from '../readers/jtwebb.ts';
import { readSecret } from '../readers/secret.ts';
import type { ReadRow } from '../row.ts';
import { factorOf } from './factor.ts';
import { readOptions, wholeNumber } from './options.ts';
import type { Source, SourceOption } from './source.ts';
import { instant, rowKey, readTable, skipped, type TableShape } from './tables.ts';
import { readUser } from './user.ts';

const totp = z.object({
  user_id: rowKey,
  encrypted_secret: z.string(),
  enabled_at: instant.nullish(),
  last_used_at: instant.nullish(),
  last_used_step: z.coerce.number().int().nullish(),
});
type Row = z.infer<typeof totp>;
const code = z.object({ user_id: rowKey, consumed_at: z.unknown() });
const TOTP: TableShape<Row> = { table: 'auth_totp', schema: totp, id: 'user_id', user: 'user_id', main: true };
const CODES: TableShape<z.infer<typeof code>> = {
  table: 'auth_backup_codes',
  schema: code,
  id: 'user_id',
  user: 'user_id',
};

/** What the rows were written with. */
export interface JtwebbOptions {
  /** {@link jtwebbKey} makes it. */
  readonly key: Uint8Array;
  readonly digits?: number | undefined;
  readonly periodSeconds?: number | undefined;
}

/** Tables `auth_totp` and `auth_backup_codes`. */
export function* fromJtwebb(document: unknown, options: JtwebbOptions): Generator<ReadRow> {
  const [factors, codes] = [readTable(document, TOTP), readTable(document, CODES)];
  yield* [...factors.skipped, ...codes.skipped];
  const withCodes = new Set(codes.rows.filter(({ row }) => row.consumed_at === null).map(({ row }) => row.user_id));
  for (const { name, row } of factors.rows) {
    if (!row.enabled_at) {
      yield skipped('unconfirmed', row.user_id, name);
      continue;
    }
    yield* readUser({
      userId: row.user_id,
      source: 'jtwebb',
      factors: [{ row: name, read: () => factor(row, options) }],
      ...(withCodes.has(row.user_id) && { warnings: ['codes_unusable'] }),
    });
  }
}

function factor(row: Row, { key, digits = 6, periodSeconds = 30 }: JtwebbOptions): ImportedFactor {
  const { secret } = readSecret(readJtwebb(row, key), 'base32');
  // From the time of use alone the step is known but for the clock of the device, which may have been one ahead.
  const used = row.last_used_at ? Math.floor(row.last_used_at.getTime() / 1000 / periodSeconds) + 1 : undefined;
  const lastStep = row.last_used_step ?? used;
  return factorOf({ secret, digits, periodSeconds }, { externalId: 'totp', createdAt: row.enabled_at, lastStep });
}

const OPTIONS = {
  totpEncryptionKey: {
    description: 'totpEncryptionKey of createAuthCore',
    secret: true,
    environment: 'TOTP_ENCRYPTION_KEY',
    required: true,
  },
  digits: { description: 'policy.totp.digits', default: '6' },
  periodSeconds: { description: 'policy.totp.periodSeconds', default: '30' },
} as const satisfies Record<string, SourceOption>;

/** `@jtwebb/auth`. */
export const jtwebb: Source = {
  title: '@jtwebb/auth',
  options: OPTIONS,
  prepare: (values) => {
    const { totpEncryptionKey = '', ...given } = readOptions<keyof typeof OPTIONS>(OPTIONS, values);
    const options: JtwebbOptions = {
      key: jtwebbKey(totpEncryptionKey),
      digits: wholeNumber('digits', given.digits),
      periodSeconds: wholeNumber('periodSeconds', given.periodSeconds),
    };
    return (document) => fromJtwebb(document, options);
  },
};
