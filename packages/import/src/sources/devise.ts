/** devise-two-factor: 5 and 6 over Active Record Encryption, and up to 4 over attr_encrypted. */
import * as z from 'zod';
import { activeRecordKeys, readActiveRecord } from '../readers/active-record.ts';
import { readAttrEncrypted } from '../readers/attr-encrypted.ts';
import { readSecret } from '../readers/secret.ts';
import { RowError } from '../row-error.ts';
import type { ReadRow } from '../row.ts';
import { factorOf } from './factor.ts';
import { readOptions } from './options.ts';
import type { Source, SourceOption } from './source.ts';
import { flag, json, rowKey, readTable, skipped, type TableShape } from './tables.ts';
import { readUser } from './user.ts';

/** A row of `users`, as far as it is read. */
interface Row {
  readonly id: string;
  readonly otp_required_for_login?: boolean | null | undefined;
  readonly consumed_timestep?: number | null | undefined;
  readonly otp_backup_codes?: readonly string[] | null | undefined;
  readonly otp_secret?: string | null | undefined;
  readonly encrypted_otp_secret?: string | null | undefined;
  readonly encrypted_otp_secret_iv?: string | null | undefined;
  readonly encrypted_otp_secret_salt?: string | null | undefined;
}

const user: z.ZodType<Row> = z.object({
  id: rowKey,
  otp_required_for_login: flag.nullish(),
  consumed_timestep: z.int().nullish(),
  otp_backup_codes: json(z.array(z.string())).nullish(),
  otp_secret: z.string().nullish(),
  encrypted_otp_secret: z.string().nullish(),
  encrypted_otp_secret_iv: z.string().nullish(),
  encrypted_otp_secret_salt: z.string().nullish(),
});
const USERS: TableShape<Row> = { table: 'users', schema: user, id: 'id', user: 'id', main: true };

/** What the rows were written with. */
export interface DeviseOptions {
  /** Opens the secret of a row; throws a RowError. */
  readonly open: (row: Row) => string;
  readonly source: string;
  /** Whether Devise has a pepper: codes hashed with one cannot be checked here. */
  readonly peppered?: boolean;
}

/** Table `users`. */
export function* fromDevise(document: unknown, { open, source, peppered = false }: DeviseOptions): Generator<ReadRow> {
  const users = readTable(document, USERS);
  yield* users.skipped;
  for (const { name, row } of users.rows) {
    if (row.otp_required_for_login !== true) {
      yield skipped('disabled', row.id, name);
      continue;
    }
    const hashes = row.otp_backup_codes ?? [];
    yield* readUser({
      userId: row.id,
      source,
      factors: [
        {
          row: name,
          read: () =>
            factorOf(readSecret(open(row), 'base32'), {
              externalId: 'totp',
              lastStep: row.consumed_timestep ?? undefined,
            }),
        },
      ],
      ...(!peppered && {
        codes: { row: `${name} otp_backup_codes`, read: () => ({ hashes, form: { letters: 'lower' } }) },
      }),
      ...(peppered && hashes.length > 0 && { warnings: ['codes_unusable'] }),
    });
  }
}

const PEPPERED = {
  description: 'Whether config.pepper of Devise is set: its backup codes cannot be taken over then',
  oneOf: ['yes', 'no'],
  default: 'no',
} as const satisfies SourceOption;

const OPTIONS = {
  primaryKey: {
    description: 'active_record_encryption.primary_key',
    secret: true,
    environment: 'ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY',
    required: true,
  },
  keyDerivationSalt: {
    description: 'active_record_encryption.key_derivation_salt',
    secret: true,
    environment: 'ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT',
    required: true,
  },
  digest: { description: 'hash_digest_class; both are tried if it is not given', oneOf: ['SHA1', 'SHA256'] },
  peppered: PEPPERED,
} as const satisfies Record<string, SourceOption>;

/** devise-two-factor 5 and 6. */
export const devise: Source = {
  title: 'devise-two-factor 5 and 6',
  options: OPTIONS,
  prepare: (values) => {
    const given = readOptions<keyof typeof OPTIONS>(OPTIONS, values);
    const { primaryKey = '', keyDerivationSalt = '', digest, peppered } = given;
    const keys = activeRecordKeys(primaryKey, keyDerivationSalt, digest as 'SHA1' | 'SHA256' | undefined);
    const open = (row: Row): string => readActiveRecord(present(row.otp_secret), keys);
    const options = { open, source: 'devise-two-factor', peppered: peppered === 'yes' };
    return (document) => fromDevise(document, options);
  },
};

const OPTIONS_4 = {
  key: {
    description: 'otp_secret_encryption_key',
    secret: true,
    environment: 'OTP_SECRET_ENCRYPTION_KEY',
    required: true,
  },
  peppered: PEPPERED,
} as const satisfies Record<string, SourceOption>;

/** devise-two-factor up to 4. */
export const devise4: Source = {
  title: 'devise-two-factor up to 4',
  options: OPTIONS_4,
  prepare: (values) => {
    const { key = '', peppered } = readOptions<keyof typeof OPTIONS_4>(OPTIONS_4, values);
    const open = (row: Row): string =>
      readAttrEncrypted(
        {
          encrypted_otp_secret: present(row.encrypted_otp_secret),
          encrypted_otp_secret_iv: present(row.encrypted_otp_secret_iv),
          encrypted_otp_secret_salt: present(row.encrypted_otp_secret_salt),
        },
        key,
      );
    const options = { open, source: 'devise-two-factor-4', peppered: peppered === 'yes' };
    return (document) => fromDevise(document, options);
  },
};

function present(text: string | null | undefined): string {
  if (text === null || text === undefined) throw new RowError('malformed');
  return text;
}
