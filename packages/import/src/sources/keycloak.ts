/** Keycloak: the users of a realm export. */
import type { ImportedFactor } from '@mfakit/core';
import * as z from 'zod';
import { readKeycloak, readKeycloakCodes } from '../readers/keycloak.ts';
import type { ReadRow } from '../row.ts';
import { factorOf } from './factor.ts';
import { readOptions } from './options.ts';
import type { Source } from './source.ts';
import { rowKey, readTable, skipped, type TableShape } from './tables.ts';
import { readUser } from './user.ts';

const credential = z.object({
  id: rowKey,
  type: z.string(),
  userLabel: z.string().nullish(),
  createdDate: z.number().nullish(),
  // The admin REST API leaves it out; the export has it.
  secretData: z.string(),
  credentialData: z.string(),
});
type Credential = z.infer<typeof credential>;
const user = z.object({ id: rowKey, credentials: z.array(z.unknown()).default([]) });
const USERS: TableShape<z.infer<typeof user>> = { table: 'users', schema: user, id: 'id', user: 'id', main: true };

/** Type and id of a credential: what a password has too. */
const TYPES = ['otp', 'recovery-authn-codes'];

/** The list `users` of an export. */
export function* fromKeycloak(document: unknown): Generator<ReadRow> {
  const users = readTable(document, USERS);
  yield* users.skipped;
  for (const { name, row } of users.rows) {
    const mine = row.credentials.filter((value) =>
      TYPES.includes(z.object({ type: z.string() }).safeParse(value).data?.type ?? 'otp'),
    );
    const credentials = readTable(mine, {
      table: `${name} credentials`,
      schema: credential,
      id: 'id',
      user: 'userId',
      main: true,
    });
    for (const bad of credentials.skipped) yield { ...bad, userId: row.id };
    const otp = credentials.rows.filter((named) => named.row.type === 'otp');
    const codes = credentials.rows.find((named) => named.row.type === 'recovery-authn-codes');
    if (otp.length === 0 && credentials.skipped.length === 0) yield skipped('disabled', row.id, name);
    yield* readUser({
      userId: row.id,
      source: 'keycloak',
      factors: otp.map((named) => ({ row: named.name, read: () => factor(named.row) })),
      ...(codes && {
        codes: {
          row: codes.name,
          read: () => ({ prehashed: readKeycloakCodes(codes.row), prehash: 'sha512', form: { letters: 'upper' } }),
        },
      }),
    });
  }
}

function factor(row: Credential): ImportedFactor {
  const createdAt = typeof row.createdDate === 'number' ? new Date(row.createdDate) : undefined;
  return factorOf(readKeycloak(row), { externalId: row.id, label: row.userLabel, createdAt });
}

/** Keycloak. */
export const keycloak: Source = {
  title: 'Keycloak',
  options: {},
  prepare: (values) => {
    readOptions({}, values);
    return fromKeycloak;
  },
};
