/** history: gives signed-in users their own security events, page by page. */
import { LIMITS, type MfaEvent, type UsedFactor } from '@mfakit/core';
import * as z from 'zod';
import { instant } from '../fields.ts';
import { PATHS } from '../paths.ts';
import type { SessionRoute } from '../route.ts';
import { assertCurrent } from '../session-epoch.ts';
import { toSnakeCase } from '../snake-case.ts';

/** A second factor as events name it. */
export interface WireUsedFactor {
  /** `totp`, `backup_code`, or a kind that the application added. */
  readonly method: string;
  /** The factor that matched; `null` for a backup code. */
  readonly factor_id: string | null;
}

/** One security event. Which of the optional fields it has depends on its type. */
export interface WireEvent {
  /** 1, 2, 3 ... per user. */
  readonly seq: number;
  /** When it happened (ISO 8601). */
  readonly at: string;
  /** What happened: a type of the page about events. */
  readonly type: string;
  /** Client address. */
  readonly ip?: string | undefined;
  /** User agent of the request. */
  readonly user_agent?: string | undefined;
  /** The call that the event is about. */
  readonly operation?: string | undefined;
  /** Why it was refused. */
  readonly reason?: string | undefined;
  /** The count of failures after it. */
  readonly failures?: number | undefined;
  /** The kind of factor that was given. */
  readonly method?: string | undefined;
  /** The factor that it is about; `null` for a backup code. */
  readonly factor_id?: string | null | undefined;
  /** The kind of the factor, such as `totp`. */
  readonly kind?: string | undefined;
  /** The trusted device; `null`: all of them. */
  readonly device_id?: string | null | undefined;
  /** What proved the right to do it; `null` for the first factor. */
  readonly proven_by?: WireUsedFactor | null | undefined;
  /** Whether this enabled MFA. */
  readonly first?: boolean | undefined;
  /** How many backup codes there are now. */
  readonly count?: number | undefined;
  /** Backup codes that are unspent. */
  readonly backup_codes_remaining?: number | undefined;
  /** When it ends (ISO 8601); `null` if it does not by itself. */
  readonly until?: string | null | undefined;
  /** From when on (ISO 8601). */
  readonly from?: string | undefined;
  /** Names what demands MFA. */
  readonly rule?: string | undefined;
  /** Who or what brought it about. */
  readonly by?: string | undefined;
  /** The id of the key that seals from now on. */
  readonly key_id?: string | undefined;
}

const method = z.string().meta({ description: '`totp`, `backup_code`, or a kind that the application added.' });

const event: z.ZodType<WireEvent> = z.strictObject({
  seq: z.int().min(1),
  at: instant,
  type: z.string(),
  ip: z.string().optional(),
  user_agent: z.string().optional(),
  operation: z.string().optional(),
  reason: z.string().optional(),
  failures: z.int().optional(),
  method: method.optional(),
  factor_id: z.string().nullable().optional(),
  kind: method.optional(),
  device_id: z.string().nullable().optional(),
  proven_by: z.strictObject({ method, factor_id: z.string().nullable() }).nullable().optional(),
  first: z.boolean().optional(),
  count: z.int().optional(),
  backup_codes_remaining: z.int().optional(),
  until: instant.nullable().optional(),
  from: instant.optional(),
  rule: z.string().optional().meta({ description: 'Names what demands MFA.' }),
  by: z
    .string()
    .optional()
    .meta({ description: '`support`: staff did it, and neither `ip` nor `user_agent` is told.' }),
  key_id: z.string().optional(),
});

/** Which page. */
interface HistoryQuery {
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

/** Newest first; the last `seq` is the next page's `before`. */
interface HistoryReply {
  readonly events: readonly WireEvent[];
}

const pageSize = `Must be 1 to ${LIMITS.historyEvents}`;

/** The route. Numbers in the query have become numbers; unknown parameters are ignored. */
export const history: SessionRoute<HistoryQuery, HistoryReply> = {
  ...PATHS.history,
  summary: 'The security events of the signed-in user',
  who: 'session',
  inputFrom: 'query',
  input: z.object({
    before: z.int('Must be a whole number').min(1, 'Must be at least 1').optional().meta({
      description: 'Only events with a lower `seq`.',
    }),
    limit: z.int('Must be a whole number').min(1, pageSize).max(LIMITS.historyEvents, pageSize).optional().meta({
      description: 'How many events; 50 if absent.',
    }),
  }),
  reply: z.strictObject({
    events: z.array(event).readonly().meta({ description: 'Newest first; the last `seq` is the next `before`.' }),
  }),
  refusals: [],
  async call({ mfa, userId, input: { before, limit }, request }) {
    const page = { ...(before !== undefined && { before }), ...(limit !== undefined && { limit }) };
    const events = await mfa.history(userId, page);
    // After the events: a session that is current now was so when they were read.
    if (request.sessionEpoch !== undefined) assertCurrent(request, (await mfa.status(userId)).sessionEpoch);
    return { reply: { events: events.map(toWireEvent) } };
  },
};

/** What only staff and the host's policies do, even if nobody is named: the address in it is never the user's. */
const ADMINISTRATIVE: ReadonlySet<string> = new Set(['imported', 'enforced', 'exempted', 'break_glass', 'reset']);

/** An event in snake_case with ISO 8601 instants, without the user id, and without a trace of the staff behind it. */
function toWireEvent(stored: MfaEvent): WireEvent {
  // Every key that an event of any type can have: absent ones are undefined, and JSON leaves them out.
  const all: Partial<MergedEvent> = stored;
  const bySupport = stored.actor !== undefined || all.by === 'support' || stored.type === 'reset';
  const own = !bySupport && !ADMINISTRATIVE.has(stored.type);
  return {
    seq: stored.seq,
    at: toInstant(stored.at),
    type: stored.type,
    ip: own ? stored.ip : undefined,
    user_agent: own ? stored.userAgent : undefined,
    operation: all.operation && toSnakeCase(all.operation),
    // Why staff acted is theirs alone.
    reason: stored.type === 'attempt_refused' ? stored.reason : undefined,
    failures: all.failures,
    method: all.method,
    factor_id: all.factorId,
    kind: all.kind,
    device_id: all.deviceId,
    proven_by: all.provenBy && toWireFactor(all.provenBy),
    first: all.first,
    count: all.count,
    backup_codes_remaining: all.backupCodesRemaining,
    until: all.until === undefined || all.until === null ? all.until : toInstant(all.until),
    rule: all.rule,
    from: all.from === undefined ? undefined : toInstant(all.from),
    by: bySupport ? 'support' : all.by,
    key_id: all.keyId,
  };
}

/** @param epochMs - as events keep instants */
function toInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function toWireFactor({ method: used, factorId }: UsedFactor): WireUsedFactor {
  return { method: used, factor_id: factorId };
}

type KeyOf<Union> = Union extends unknown ? keyof Union : never;
type ValueOf<Union, Key> = Union extends unknown ? (Key extends keyof Union ? Union[Key] : never) : never;
/** One object type with the keys of all members of the union. */
type MergedEvent = { readonly [Key in KeyOf<MfaEvent>]: ValueOf<MfaEvent, Key> };
