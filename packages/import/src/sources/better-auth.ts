/** better-auth with its two-factor plugin. */
import * as z from 'zod';
import { RowError } from '../row-error.ts';
import { readBetterAuth, type BetterAuthSecrets } from '../readers/better-auth.ts';
import { readSecret } from '../readers/secret.ts';
import type { ReadRow } from '../row.ts';
import { factorOf } from './factor.ts';
import { SourceOptionError, pairsOf, readOptions, wholeNumber } from './options.ts';
import type { Source, SourceOption } from './source.ts';
import { flag, json, rowKey, readTable, skipped, type TableShape } from './tables.ts';
import { readUser } from './user.ts';

const user = z.object({ id: rowKey, twoFactorEnabled: flag.nullish() });
const twoFactor = z.object({
  id: rowKey,
  userId: rowKey,
  secret: z.string(),
  backupCodes: z.string().nullish(),
  verified: flag.nullish(),
});

const USERS: TableShape<z.infer<typeof user>> = { table: 'user', schema: user, id: 'id', user: 'id', main: true };
const FACTORS: TableShape<z.infer<typeof twoFactor>> = {
  table: 'twoFactor',
  schema: twoFactor,
  id: 'id',
  user: 'userId',
};

/** What the rows were written with. */
export interface BetterAuthOptions {
  readonly secrets: BetterAuthSecrets;
  /** `twoFactor({ totpOptions })`. */
  readonly digits?: number | undefined;
  readonly periodSeconds?: number | undefined;
  /** `text`, the default: the UTF-8 bytes of the plaintext are the key, as better-auth has it. */
  readonly encoding?: 'text' | 'base32' | undefined;
}

/** Tables `user` and `twoFactor`. */
export function* fromBetterAuth(document: unknown, options: BetterAuthOptions): Generator<ReadRow> {
  const [users, factors] = [readTable(document, USERS), readTable(document, FACTORS)];
  yield* [...users.skipped, ...factors.skipped];
  const enabled = new Map(users.rows.map(({ row }) => [row.id, row.twoFactorEnabled === true]));
  for (const { name, row } of factors.rows) {
    const on = enabled.get(row.userId);
    if (on !== true || row.verified === false) {
      const reason = on === undefined ? 'malformed' : on ? 'unconfirmed' : 'disabled';
      yield skipped(reason, row.userId, name);
      continue;
    }
    const codes = row.backupCodes;
    yield* readUser({
      userId: row.userId,
      source: 'better-auth',
      factors: [{ row: name, read: () => factor(row.secret, options) }],
      ...(codes && { codes: { row: `${name} backupCodes`, read: () => readCodes(codes, options.secrets) } }),
    });
  }
}

function factor(ciphertext: string, options: BetterAuthOptions): ReturnType<typeof factorOf> {
  const { secrets, digits = 6, periodSeconds = 30, encoding = 'text' } = options;
  const text = readBetterAuth(ciphertext, secrets);
  const { secret } = readSecret(text, encoding === 'text' ? 'ascii' : 'base32');
  return factorOf({ secret, digits, periodSeconds }, { externalId: 'totp' });
}

/** A list in clear, or its ciphertext. Spent codes have left it. */
function readCodes(text: string, secrets: BetterAuthSecrets): { readonly codes: readonly string[] } {
  const list = json(z.array(z.string())).safeParse(text.startsWith('[') ? text : readBetterAuth(text, secrets));
  if (!list.success) throw new RowError('malformed');
  return { codes: list.data };
}

const OPTIONS = {
  secret: { description: '`secret` of better-auth', secret: true, environment: 'BETTER_AUTH_SECRET' },
  secrets: {
    description: '`secrets` with their versions: 2:…,1:…',
    secret: true,
    environment: 'BETTER_AUTH_SECRETS',
  },
  digits: { description: 'totpOptions.digits', default: '6' },
  periodSeconds: { description: 'totpOptions.period', default: '30' },
  encoding: {
    description: 'Whether the text of the secret is the key, or base32 of it',
    oneOf: ['text', 'base32'],
    default: 'text',
  },
} as const satisfies Record<string, SourceOption>;

/** better-auth. */
export const betterAuth: Source = {
  title: 'better-auth',
  options: OPTIONS,
  prepare: (values) => {
    const given = readOptions<keyof typeof OPTIONS>(OPTIONS, values);
    const versions = pairsOf('secrets', given.secrets);
    if (!given.secret && versions.size === 0) throw new SourceOptionError('secret', 'or secrets is required');
    const options: BetterAuthOptions = {
      secrets: { secret: given.secret, versions },
      digits: wholeNumber('digits', given.digits),
      periodSeconds: wholeNumber('periodSeconds', given.periodSeconds),
      encoding: given.encoding as BetterAuthOptions['encoding'],
    };
    return (document) => fromBetterAuth(document, options);
  },
};
