/** Laravel Fortify. */
import * as z from 'zod';
import { fromBase64, fromJson } from '../readers/decode.ts';
import { readLaravel } from '../readers/laravel.ts';
import { readSecret } from '../readers/secret.ts';
import { RowError } from '../row-error.ts';
import type { ReadRow } from '../row.ts';
import { factorOf } from './factor.ts';
import { SourceOptionError, keyOf, listOf, readOptions } from './options.ts';
import type { Source, SourceOption } from './source.ts';
import { instant, rowKey, readTable, skipped, type TableShape } from './tables.ts';
import { readUser } from './user.ts';

const user = z.object({
  id: rowKey,
  two_factor_secret: z.string().nullish(),
  two_factor_recovery_codes: z.string().nullish(),
  two_factor_confirmed_at: instant.nullish(),
});
const USERS: TableShape<z.infer<typeof user>> = { table: 'users', schema: user, id: 'id', user: 'id', main: true };

/** What the rows were written with. */
export interface LaravelFortifyOptions {
  /** `APP_KEY`, then `APP_PREVIOUS_KEYS`, decoded. */
  readonly keys: readonly Uint8Array[];
  /** Whether Fortify's `confirm` is on. Default `true`: a secret without a confirmation is a set-up that was left. */
  readonly confirm?: boolean;
}

/** Table `users`. */
export function* fromLaravelFortify(
  document: unknown,
  { keys, confirm = true }: LaravelFortifyOptions,
): Generator<ReadRow> {
  const users = readTable(document, USERS);
  yield* users.skipped;
  for (const { name, row } of users.rows) {
    const { id, two_factor_secret: secret, two_factor_recovery_codes: codes, two_factor_confirmed_at: at } = row;
    if (!secret || (confirm && !at)) {
      yield skipped(secret ? 'unconfirmed' : 'disabled', id, name);
      continue;
    }
    yield* readUser({
      userId: id,
      source: 'laravel-fortify',
      factors: [
        {
          row: name,
          read: () => factorOf(readSecret(readLaravel(secret, keys), 'base32'), { externalId: 'totp', createdAt: at }),
        },
      ],
      ...(codes && { codes: { row: `${name} two_factor_recovery_codes`, read: () => readCodes(codes, keys) } }),
    });
  }
}

/** A spent code is replaced by a new one at once: all that are there are good. */
function readCodes(payload: string, keys: readonly Uint8Array[]): { readonly codes: readonly string[] } {
  const list = z.array(z.string()).safeParse(fromJson(readLaravel(payload, keys)));
  if (!list.success) throw new RowError('malformed');
  return { codes: list.data };
}

const OPTIONS = {
  appKey: { description: 'APP_KEY, with its base64:', secret: true, environment: 'APP_KEY', required: true },
  previousKeys: {
    description: 'Earlier keys, with commas between',
    secret: true,
    environment: 'APP_PREVIOUS_KEYS',
  },
  confirm: {
    description: "Whether 'confirm' of Fortify's two-factor feature is on",
    oneOf: ['yes', 'no'],
    default: 'yes',
  },
} as const satisfies Record<string, SourceOption>;

/** Laravel Fortify. */
export const laravelFortify: Source = {
  title: 'Laravel Fortify',
  options: OPTIONS,
  prepare: (values) => {
    const { appKey, previousKeys, confirm } = readOptions<keyof typeof OPTIONS>(OPTIONS, values);
    const keys = [...keysOf('appKey', appKey), ...keysOf('previousKeys', previousKeys)];
    return (document) => fromLaravelFortify(document, { keys, confirm: confirm === 'yes' });
  },
};

function keysOf(name: string, value: string | undefined): readonly Uint8Array[] {
  const rule = 'must be base64 of 16 or 32 bytes, with base64: before it';
  return listOf(value).map((text) => {
    const bytes = keyOf(name, rule, () => fromBase64(text.replace(/^base64:/, '')));
    if (![16, 32].includes(bytes.length)) throw new SourceOptionError(name, rule);
    return bytes;
  });
}
