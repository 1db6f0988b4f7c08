/** Columns of an application's own, over otplib, speakeasy, otpauth or anything alike. */
import type { CodeForm, ImportedCodes } from '@mfakit/core';
import * as z from 'zod';
import { RowError } from '../row-error.ts';
import { fromBase64, fromHex } from '../readers/decode.ts';
import { readSecret, type SecretEncoding } from '../readers/secret.ts';
import type { ReadRow } from '../row.ts';
import { CODE_FORM_OPTIONS, codeFormOf } from './code-form.ts';
import { factorOf } from './factor.ts';
import { readOptions, wholeNumber } from './options.ts';
import type { Source, SourceOption } from './source.ts';
import { byUser, flag, instant, json, rowKey, readTable, skipped, type TableShape } from './tables.ts';
import { readUser } from './user.ts';

const user = z.object({
  id: rowKey,
  secret: z.string().nullish(),
  enabled: flag.default(true),
  factor: rowKey.default('totp'),
  algorithm: z.string().nullish(),
  digits: z.coerce.number().nullish(),
  period: z.coerce.number().nullish(),
  last_step: z.coerce.number().int().nullish(),
  label: z.string().nullish(),
  created_at: instant.nullish(),
  backup_codes: json(z.array(z.string())).nullish(),
});
type Row = z.infer<typeof user>;

const USERS: TableShape<Row> = { table: 'users', schema: user, id: 'id', user: 'id', main: true };

/** How the columns are to be understood. */
export interface ColumnsOptions {
  readonly encoding: SecretEncoding;
  readonly backupCodes?: 'clear' | 'hashes' | 'sha256' | 'sha512' | undefined;
  readonly codeForm?: CodeForm | undefined;
  readonly algorithm?: string | undefined;
  readonly digits?: number | undefined;
  readonly periodSeconds?: number | undefined;
}

/** Rows with columns of your own, under the names that the guide gives them. */
export function* fromColumns(document: unknown, options: ColumnsOptions): Generator<ReadRow> {
  const users = readTable(document, USERS);
  yield* users.skipped;
  const on = users.rows.filter(({ row }) => row.enabled && row.secret);
  for (const { name, row } of users.rows) {
    if (!row.enabled || !row.secret) yield skipped('disabled', row.id, name);
  }
  for (const [userId, rows] of byUser(on, ({ id }) => id)) {
    const codes = [...new Set(rows.flatMap(({ row }) => row.backup_codes ?? []))];
    yield* readUser({
      userId,
      source: 'columns',
      factors: rows.map(({ name, row }) => ({ row: name, read: () => factor(row, options) })),
      codes: { row: `${rows[0]?.name ?? userId} backup_codes`, read: () => codesOf(codes, options) },
    });
  }
}

function factor(row: Row, options: ColumnsOptions): ReturnType<typeof factorOf> {
  const { encoding, algorithm, digits, periodSeconds } = options;
  const read = readSecret(row.secret ?? '', encoding);
  const parameters = {
    algorithm: row.algorithm?.toUpperCase() ?? read.algorithm ?? algorithm,
    digits: row.digits ?? read.digits ?? digits,
    periodSeconds: row.period ?? read.periodSeconds ?? periodSeconds,
  };
  const known = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return factorOf(
    { secret: read.secret, ...Object.fromEntries(known) },
    { externalId: row.factor, label: row.label, createdAt: row.created_at, lastStep: row.last_step ?? undefined },
  );
}

function codesOf(texts: readonly string[], { backupCodes = 'clear', codeForm }: ColumnsOptions): ImportedCodes {
  const form = codeForm && { form: codeForm };
  if (backupCodes === 'clear') return { codes: texts, ...form };
  if (backupCodes === 'hashes') return { hashes: texts, ...form };
  const length = backupCodes === 'sha256' ? 32 : 64;
  const prehashed = texts.map((text) => (text.length === 2 * length ? fromHex(text) : fromBase64(text)));
  if (prehashed.some((digest) => digest.length !== length)) throw new RowError('malformed');
  return { prehashed, prehash: backupCodes, ...form };
}

const OPTIONS = {
  encoding: {
    description: 'How the secret is written',
    required: true,
    oneOf: ['base32', 'hex', 'ascii', 'uri'],
  },
  backupCodes: {
    description: 'How backup_codes are stored: in clear, as Argon2id or bcrypt hashes, or as digests',
    oneOf: ['clear', 'hashes', 'sha256', 'sha512'],
    default: 'clear',
  },
  ...CODE_FORM_OPTIONS,
  algorithm: { description: 'If the row does not tell: SHA1, SHA256 or SHA512', default: 'SHA1' },
  digits: { description: 'If the row does not tell', default: '6' },
  periodSeconds: { description: 'If the row does not tell', default: '30' },
} as const satisfies Record<string, SourceOption>;

/** Columns of your own. */
export const columns: Source = {
  title: 'Columns of your own (otplib, speakeasy, otpauth)',
  options: OPTIONS,
  prepare: (values) => {
    const { encoding, backupCodes, algorithm, ...given } = readOptions<keyof typeof OPTIONS>(OPTIONS, values);
    const options: ColumnsOptions = {
      encoding: encoding as SecretEncoding,
      backupCodes: backupCodes as ColumnsOptions['backupCodes'],
      codeForm: codeFormOf(given),
      algorithm,
      digits: wholeNumber('digits', given.digits),
      periodSeconds: wholeNumber('periodSeconds', given.periodSeconds),
    };
    return (document) => fromColumns(document, options);
  },
};
