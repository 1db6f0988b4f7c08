/** django-allauth with its MFA app. */
import type { ImportedCodes, ImportedFactor } from '@mfakit/core';
import * as z from 'zod';
import { readAllauthCodes } from '../readers/allauth-codes.ts';
import { readFernetToken } from '../readers/fernet.ts';
import { readSecret } from '../readers/secret.ts';
import { RowError } from '../row-error.ts';
import type { ReadRow } from '../row.ts';
import { factorOf } from './factor.ts';
import { keyOf, listOf, readOptions, wholeNumber } from './options.ts';
import type { Source, SourceOption } from './source.ts';
import { byUser, instant, json, rowKey, readTable, skipped, type TableShape } from './tables.ts';
import { readUser } from './user.ts';
import { fernetKeys } from '../readers/fernet.ts';

const authenticator = z.object({
  id: rowKey,
  user_id: rowKey,
  type: z.string(),
  data: json(z.record(z.string(), z.unknown())),
  created_at: instant.nullish(),
});
type Row = z.infer<typeof authenticator>;
const ROWS: TableShape<Row> = {
  table: 'mfa_authenticator',
  schema: authenticator,
  id: 'id',
  user: 'user_id',
  main: true,
};

const totp = z.object({ secret: z.string() });
const recovery = z.union([
  z.object({ migrated_codes: z.array(z.string()) }),
  z.object({ seed: z.string(), used_mask: z.int().min(0) }),
]);

/** The settings of allauth that its rows do not hold. */
export interface AllauthOptions {
  /** What the adapter's `decrypt` does. Default: nothing, as its own adapter. */
  readonly decrypt?: (text: string) => string;
  readonly digits?: number | undefined;
  readonly periodSeconds?: number | undefined;
  readonly codeCount?: number | undefined;
  readonly codeDigits?: number | undefined;
}

/** Table `mfa_authenticator`. */
export function* fromAllauth(document: unknown, options: AllauthOptions = {}): Generator<ReadRow> {
  const authenticators = readTable(document, ROWS);
  yield* authenticators.skipped;
  for (const [userId, rows] of byUser(authenticators.rows, (row) => row.user_id)) {
    const codes = rows.find(({ row }) => row.type === 'recovery_codes');
    for (const { name, row } of rows) {
      if (!['totp', 'recovery_codes'].includes(row.type)) yield skipped('unsupported_parameters', userId, name);
    }
    yield* readUser({
      userId,
      source: 'allauth',
      factors: rows
        .filter(({ row }) => row.type === 'totp')
        .map(({ name, row }) => ({ row: name, read: () => factor(row, options) })),
      ...(codes && { codes: { row: codes.name, read: () => codesOf(codes.row, options) } }),
    });
  }
}

function factor(
  row: Row,
  { decrypt = (text) => text, digits = 6, periodSeconds = 30 }: AllauthOptions,
): ImportedFactor {
  const parsed = totp.safeParse(row.data);
  if (!parsed.success) throw new RowError('malformed');
  const { secret } = readSecret(decrypt(parsed.data.secret), 'base32');
  return factorOf({ secret, digits, periodSeconds }, { externalId: row.id, createdAt: row.created_at });
}

function codesOf(row: Row, { decrypt = (text) => text, codeCount, codeDigits }: AllauthOptions): ImportedCodes {
  const parsed = recovery.safeParse(row.data);
  if (!parsed.success) throw new RowError('malformed');
  if ('migrated_codes' in parsed.data) return { codes: parsed.data.migrated_codes.map(decrypt) };
  const { seed, used_mask: usedMask } = parsed.data;
  const settings = { ...(codeCount && { count: codeCount }), ...(codeDigits && { digits: codeDigits }) };
  return { codes: readAllauthCodes(decrypt(seed), usedMask, settings) };
}

const OPTIONS = {
  fernetKey: {
    description: 'Key of an adapter that encrypts with Fernet; several, newest first, with commas between',
    secret: true,
    environment: 'ALLAUTH_FERNET_KEY',
  },
  digits: { description: 'MFA_TOTP_DIGITS', default: '6' },
  periodSeconds: { description: 'MFA_TOTP_PERIOD', default: '30' },
  codeCount: { description: 'MFA_RECOVERY_CODE_COUNT', default: '10' },
  codeDigits: { description: 'MFA_RECOVERY_CODE_DIGITS', default: '8' },
} as const satisfies Record<string, SourceOption>;

/** django-allauth. */
export const allauth: Source = {
  title: 'django-allauth',
  options: OPTIONS,
  prepare: (values) => {
    const given = readOptions<keyof typeof OPTIONS>(OPTIONS, values);
    const keys = listOf(given.fernetKey).map((text) =>
      keyOf('fernetKey', 'must be a Fernet key', () => fernetKeys.raw(text)),
    );
    const options: AllauthOptions = {
      ...(keys.length > 0 && { decrypt: (text: string) => readFernetToken(text, keys) }),
      digits: wholeNumber('digits', given.digits),
      periodSeconds: wholeNumber('periodSeconds', given.periodSeconds),
      codeCount: wholeNumber('codeCount', given.codeCount),
      codeDigits: wholeNumber('codeDigits', given.codeDigits),
    };
    return (document) => fromAllauth(document, options);
  },
};
