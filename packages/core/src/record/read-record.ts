/** Reads a record from a store: upgrades it, checks it, and refuses it if it is not sound. */
import * as z from 'zod';
import { MfaError } from '../errors.ts';
import { trustedDevices } from '../devices/stored.ts';
import { backupCodeSet, pendingBackupCodes } from '../factors/backup-codes/stored.ts';
import { importMarker } from '../import/stored.ts';
import { count, instant, sealed, text } from './fields.ts';
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
    const parsed = schema.safeParse(current);
    if (parsed.success) return parsed.data;
    throw new MfaError('store_unavailable', { message: complaint(current, parsed.error) });
  };
}

function recordSchema(kinds: readonly StoredKind[]): z.ZodType<MfaRecord> {
  const every = { id: text, label: text, secret: sealed, createdAt: instant };
  const staged = kinds.map(({ method, stagedFields }) =>
    z.strictObject({ kind: z.literal(method), ...every, ...stagedFields }),
  );
  const active = kinds.map(({ method, stagedFields, activeFields }) =>
    z.strictObject({ kind: z.literal(method), ...every, ...stagedFields, ...activeFields, lastUsedAt: instant }),
  );
  const schema = z
    .strictObject({
      schema: z.literal(SCHEMA),
      epoch: count,
      sessionEpoch: count,
      factors: z.array(byKind(active)),
      pending: z
        .strictObject({
          factor: byKind(staged),
          backupCodes: pendingBackupCodes.nullable(),
          password: z.boolean(),
          expiresAt: instant,
          failures: count,
        })
        .nullable(),
      voidedSetup: text.optional(),
      backupCodes: backupCodeSet.nullable(),
      lockout: z.strictObject({
        failures: count,
        passwordFailures: count,
        inSession: z.literal(true).optional(),
        lockedUntil: instant.nullable(),
        streak: count,
        passwordStreak: count.optional(),
      }),
      guesses: z.strictObject({ level: z.number().nonnegative(), at: instant }),
      uncounted: z.strictObject({ slot: count, ids: z.array(text) }),
      enforcement: z.strictObject({ from: instant }).nullable(),
      graceSince: instant.optional(),
      exemptUntil: instant.nullable(),
      spentChallenges: z.array(z.strictObject({ id: text, expiresAt: instant })).max(SPENT_CHALLENGES),
      spentThrough: instant,
      trail: z.array(z.string().max(32)).max(TRAIL_LENGTH),
      devices: trustedDevices.optional(),
      imported: importMarker.optional(),
      forgottenAt: instant.nullable(),
      lastEventSeq: count,
    })
    .refine((record) => (record.backupCodes === null) === (record.factors.length === 0));
  // The schema of a kind says more about its factors than zod can infer here.
  return schema as unknown as z.ZodType<MfaRecord>;
}

/** Discriminates by `kind`, so that the message names the place of a damaged field. */
function byKind(schemas: readonly z.ZodObject<{ readonly kind: z.ZodLiteral<string> }>[]): z.ZodType {
  return z.discriminatedUnion('kind', schemas as unknown as [z.ZodObject<{ readonly kind: z.ZodLiteral<string> }>]);
}

/** Says what is wrong. Names the place, never the value. */
function complaint(stored: unknown, { issues: [issue] }: z.ZodError): string {
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
