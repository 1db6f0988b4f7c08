/** Reads a record from a store: upgrades it, checks it, and refuses it if it is not sound. */
import * as z from 'zod/mini';
import type { $ZodError, $ZodType, $ZodTypeDiscriminable } from 'zod/v4/core';
import { MfaError } from '../errors.ts';
import { trustedDevices } from '../devices/stored.ts';
import { backupCodeSet, pendingBackupCodes } from '../factors/backup-codes/stored.ts';
import { importMarker } from '../import/stored.ts';
import { count, instant, sealed, storedObject, text } from './fields.ts';
import type { EnrolledKind } from '../factors/factor-kind.ts';
import { SPENT_CHALLENGES, TRAIL_LENGTH, type MfaRecord } from './record.ts';
import { UPGRADES, upgradeRecord, type Upgrade } from './upgrade.ts';

/** The schema that this release writes. */
const SCHEMA = 1;

/** What the reader has to know about a kind of factor. */
export type StoredKind = Pick<EnrolledKind, 'method' | 'stagedFields' | 'activeFields'>;

/**
 * Checks a record that came from a store.
 * @throws {MfaError} `store_unavailable` if it is damaged, of a newer schema, or holds a factor of an unknown kind
 */
export type ReadRecord = (stored: unknown) => MfaRecord;

/** Makes the reader for the kinds of factor that an application has. */
export function createReadRecord(kinds: readonly StoredKind[], upgrades: readonly Upgrade[] = UPGRADES): ReadRecord {
  const schema = recordSchema(kinds);
  return (stored) => {
    const current = upgradeRecord(stored, upgrades);
    const parsed = z.safeParse(schema, current);
    if (parsed.success) return parsed.data;
    throw new MfaError('store_unavailable', { message: complaint(current, parsed.error) });
  };
}

function recordSchema(kinds: readonly StoredKind[]): $ZodType<MfaRecord> {
  const every = { id: text, label: text, secret: sealed, createdAt: instant };
  const staged = kinds.map(({ method, stagedFields }) =>
    storedObject({ kind: z.literal(method), ...every, ...stagedFields }),
  );
  const active = kinds.map(({ method, stagedFields, activeFields }) =>
    storedObject({ kind: z.literal(method), ...every, ...stagedFields, ...activeFields, lastUsedAt: instant }),
  );
  const shape = {
    schema: z.literal(SCHEMA),
    epoch: count,
    sessionEpoch: count,
    factors: z.array(byKind(active)),
    pending: z.nullable(
      storedObject({
        factor: byKind(staged),
        backupCodes: z.nullable(pendingBackupCodes),
        password: z.boolean(),
        expiresAt: instant,
        failures: count,
      }),
    ),
    voidedSetup: z.optional(text),
    backupCodes: z.nullable(backupCodeSet),
    lockout: storedObject({
      failures: count,
      passwordFailures: count,
      inSession: z.optional(z.literal(true)),
      lockedUntil: z.nullable(instant),
      streak: count,
      passwordStreak: z.optional(count),
    }),
    guesses: storedObject({ level: z.number().check(z.nonnegative()), at: instant }),
    uncounted: storedObject({ slot: count, ids: z.array(text) }),
    enforcement: z.nullable(storedObject({ from: instant })),
    graceSince: z.optional(instant),
    exemptUntil: z.nullable(instant),
    spentChallenges: z.array(storedObject({ id: text, expiresAt: instant })).check(z.maxLength(SPENT_CHALLENGES)),
    spentThrough: instant,
    trail: z.array(z.string().check(z.maxLength(32))).check(z.maxLength(TRAIL_LENGTH)),
    devices: z.optional(trustedDevices),
    imported: z.optional(importMarker),
    forgottenAt: z.nullable(instant),
    lastEventSeq: count,
  };
  const codesIfFactors = z.refine<MfaRecord>(
    (record) => (record.backupCodes === null) === (record.factors.length === 0),
  );
  // The schema of a kind says more about its factors than zod can infer here.
  return storedObject(shape, codesIfFactors) as unknown as $ZodType<MfaRecord>;
}

/** Discriminates by `kind`, so that the message names the place of a damaged field. */
function byKind(schemas: readonly $ZodType[]): $ZodType {
  return z.discriminatedUnion('kind', schemas as unknown as [$ZodTypeDiscriminable]);
}

/** Says what is wrong. Names the place, never the value. */
function complaint(stored: unknown, { issues: [issue] }: $ZodError): string {
  const record = typeof stored === 'object' && stored !== null ? (stored as Readonly<Record<string, unknown>>) : {};
  if ('schema' in record && record['schema'] !== SCHEMA) {
    return 'The stored record has a schema that this release does not know.';
  }
  const path = issue?.path ?? [];
  // The only unions are those of the kinds.
  if (issue?.code === 'invalid_union') {
    return 'The stored record holds a factor of a kind that createMfa was not given.';
  }
  return `The stored record is damaged at ${path.length === 0 ? 'its root' : path.join('.')}.`;
}
