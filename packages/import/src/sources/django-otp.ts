/** django-otp, and authentik, which has the same tables under other names. */
import type { ImportedFactor } from '@mfakit/core';
import * as z from 'zod';
import { readSecret } from '../readers/secret.ts';
import { RowError } from '../row-error.ts';
import type { ReadRow, SkipReason } from '../row.ts';
import { factorOf } from './factor.ts';
import { readOptions } from './options.ts';
import type { Source } from './source.ts';
import { byUser, flag, instant, rowKey, readTable, skipped, type TableShape } from './tables.ts';
import { readUser } from './user.ts';

const device = z.object({
  id: rowKey,
  user_id: rowKey,
  name: z.string().nullish(),
  confirmed: flag,
  key: z.string(),
  step: z.int(),
  t0: z.int(),
  digits: z.int(),
  drift: z.int().default(0),
  last_t: z.int().nullish(),
  created_at: instant.nullish(),
});
type Device = z.infer<typeof device>;
const counting = z.object({ id: rowKey, user_id: rowKey });
const holder = z.object({ id: rowKey, user_id: rowKey, confirmed: flag });
const token = z.object({ device_id: rowKey, token: z.string().min(1) });

/** The names of the tables. */
export interface DjangoOtpTables {
  readonly source: string;
  readonly totp: string;
  readonly hotp: string;
  readonly static: string;
  readonly tokens: string;
}

const DJANGO: DjangoOtpTables = {
  source: 'django-otp',
  totp: 'otp_totp_totpdevice',
  hotp: 'otp_hotp_hotpdevice',
  static: 'otp_static_staticdevice',
  tokens: 'otp_static_statictoken',
};
const AUTHENTIK: DjangoOtpTables = {
  source: 'authentik',
  totp: 'authentik_stages_authenticator_totp_totpdevice',
  hotp: 'authentik_stages_authenticator_hotp_hotpdevice',
  static: 'authentik_stages_authenticator_static_staticdevice',
  tokens: 'authentik_stages_authenticator_static_statictoken',
};

/** The tables of TOTP devices, of static devices, and of their tokens. */
export function* fromDjangoOtp(document: unknown, tables: DjangoOtpTables = DJANGO): Generator<ReadRow> {
  const shape = { id: 'id', user: 'user_id' };
  const devices = readTable(document, { ...shape, table: tables.totp, schema: device, main: true });
  const hotp = readTable(document, { ...shape, table: tables.hotp, schema: counting });
  const holders = readTable(document, { ...shape, table: tables.static, schema: holder });
  const tokens = readTable(document, tokenShape(tables));
  yield* [...devices.skipped, ...hotp.skipped, ...holders.skipped, ...tokens.skipped];
  for (const { name, row } of hotp.rows) yield skipped('hotp', row.user_id, name);
  for (const { name, row } of holders.rows) if (!row.confirmed) yield skipped('unconfirmed', row.user_id, name);
  const tokensOf = byUser(tokens.rows, (row) => row.device_id);
  const holdersOf = byUser(holders.rows, (row) => row.user_id);
  for (const [userId, rows] of byUser(devices.rows, (row) => row.user_id)) {
    const confirmed = (holdersOf.get(userId) ?? []).filter(({ row }) => row.confirmed);
    const codes = confirmed.flatMap(({ row }) => tokensOf.get(row.id) ?? []).map(({ row }) => row.token);
    yield* readUser({
      userId,
      source: tables.source,
      factors: rows.map(({ name, row }) => ({ row: name, read: () => factor(row) })),
      // Those of Django's own are lower-case base32; an administrator may have set others.
      codes: {
        row: tables.tokens,
        read: () => ({
          codes: [...new Set(codes)],
          form: { letters: codes.every((code) => code === code.toLowerCase()) ? 'lower' : 'keep' },
        }),
      },
    });
  }
}

function tokenShape({ tokens }: DjangoOtpTables): TableShape<z.infer<typeof token>> {
  return { table: tokens, schema: token, id: 'id', user: 'user_id' };
}

function factor(row: Device): ImportedFactor {
  const refused: SkipReason | undefined = row.confirmed ? (row.t0 === 0 ? undefined : 't0') : 'unconfirmed';
  if (refused !== undefined) throw new RowError(refused);
  return factorOf(
    { ...readSecret(row.key, 'hex'), digits: row.digits, periodSeconds: row.step },
    {
      externalId: row.id,
      label: row.name,
      createdAt: row.created_at,
      lastStep: row.last_t ?? undefined,
      driftSteps: row.drift,
    },
  );
}

function source(title: string, tables: DjangoOtpTables): Source {
  return {
    title,
    options: {},
    prepare: (values) => {
      readOptions({}, values);
      return (document) => fromDjangoOtp(document, tables);
    },
  };
}

/** django-otp. */
export const djangoOtp: Source = source('django-otp', DJANGO);

/** authentik. */
export const authentik: Source = source('authentik', AUTHENTIK);
