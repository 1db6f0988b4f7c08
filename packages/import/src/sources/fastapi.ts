/** FastAPI applications that keep secrets as Fernet tokens and backup codes as Argon2id. */
import type { CodeForm } from '@mfakit/core';
import * as z from 'zod';
import { fernetKeys, readFernetToken } from '../readers/fernet.ts';
import { readSecret } from '../readers/secret.ts';
import type { ReadRow } from '../row.ts';
import { CODE_FORM_OPTIONS, codeFormOf } from './code-form.ts';
import { factorOf } from './factor.ts';
import { keyOf, listOf, readOptions, wholeNumber } from './options.ts';
import type { Source, SourceOption } from './source.ts';
import { byUser, flag, rowKey, readTable, skipped, type TableShape } from './tables.ts';
import { readUser } from './user.ts';

const user = z.object({ id: rowKey, totp_enabled: flag, totp_secret_encrypted: z.string().nullish() });
const code = z.object({ user_id: rowKey, code_hash: z.string(), used_at: z.unknown() });
const usage = z.object({ user_id: rowKey, window: z.coerce.number().int() });

const USERS: TableShape<z.infer<typeof user>> = { table: 'users', schema: user, id: 'id', user: 'id', main: true };
const CODES: TableShape<z.infer<typeof code>> = { table: 'backup_codes', schema: code, id: 'id', user: 'user_id' };
const USAGE: TableShape<z.infer<typeof usage>> = { table: 'totp_usage', schema: usage, id: 'user_id', user: 'user_id' };

/** Below it, `window` is an offset from the step of its time, and tells nothing. Every step since 2017 is above. */
const FIRST_STEP = 50_000_000;

/** What the rows were written with. */
export interface FastApiOptions {
  /** {@link fernetKeys} makes them. */
  readonly keys: readonly Uint8Array[];
  /** Default: two groups of four, in upper case. */
  readonly codeForm?: CodeForm | undefined;
}

/** Tables `users`, `backup_codes` and `totp_usage`. */
export function* fromFastApi(document: unknown, { keys, codeForm }: FastApiOptions): Generator<ReadRow> {
  const [users, codes, usages] = [readTable(document, USERS), readTable(document, CODES), readTable(document, USAGE)];
  yield* [...users.skipped, ...codes.skipped, ...usages.skipped];
  const codesOf = byUser(codes.rows, (row) => row.user_id);
  const usagesOf = byUser(usages.rows, (row) => row.user_id);
  for (const { name, row } of users.rows) {
    const { id, totp_enabled: enabled, totp_secret_encrypted: token } = row;
    if (!enabled || !token) {
      yield skipped('disabled', id, name);
      continue;
    }
    const steps = (usagesOf.get(id) ?? []).map((used) => used.row.window).filter((step) => step > FIRST_STEP);
    const lastStep = steps.length > 0 ? Math.max(...steps) : undefined;
    const unused = (codesOf.get(id) ?? []).filter((named) => named.row.used_at === null);
    yield* readUser({
      userId: id,
      source: 'fastapi',
      factors: [
        {
          row: name,
          read: () => factorOf(readSecret(readFernetToken(token, keys), 'base32'), { externalId: 'totp', lastStep }),
        },
      ],
      codes: {
        row: `${name} backup_codes`,
        read: () => ({
          hashes: unused.map((named) => named.row.code_hash),
          form: codeForm ?? { letters: 'upper', groups: [4, 4] },
        }),
      },
    });
  }
}

const OPTIONS = {
  secretKey: {
    description: 'The secret that Fernet keys are derived from; several, newest first, with commas between',
    secret: true,
    environment: 'SECRET_KEY',
    required: true,
  },
  derivation: {
    description: 'How the application makes a Fernet key of it',
    oneOf: Object.keys(fernetKeys),
    default: 'sha256',
  },
  info: { description: 'info of hkdf', default: '' },
  salt: { description: 'salt of hkdf and pbkdf2', default: '' },
  iterations: { description: 'Rounds of pbkdf2', default: '100000' },
  ...CODE_FORM_OPTIONS,
} as const satisfies Record<string, SourceOption>;

/** FastAPI with Fernet. */
export const fastapi: Source = {
  title: 'FastAPI with Fernet',
  options: OPTIONS,
  prepare: (values) => {
    const given = readOptions<keyof typeof OPTIONS>(OPTIONS, values);
    const { secretKey, derivation, info = '', salt = '' } = given;
    const iterations = wholeNumber('iterations', given.iterations) ?? 0;
    const makers: Record<string, (secret: string) => Uint8Array> = {
      ...fernetKeys,
      hkdf: (secret) => fernetKeys.hkdf(secret, info, salt),
      pbkdf2: (secret) => fernetKeys.pbkdf2(secret, salt, iterations),
    };
    const keys = listOf(secretKey).map((secret) =>
      keyOf('secretKey', 'gives no Fernet key', () => {
        const made = makers[derivation ?? '']?.(secret);
        if (made?.length !== 32) throw new Error();
        return made;
      }),
    );
    const options = { keys, codeForm: codeFormOf(given) };
    return (document) => fromFastApi(document, options);
  },
};
