/** Wire events: security events as their own user sees them. */
import type { MfaEvent, Operation, UsedFactor } from '@mfakit/core';
import type { WireEvent, WireUsedFactor } from './wire.ts';

const OPERATIONS: Readonly<Record<Operation, string>> = {
  login: 'login',
  verify: 'verify',
  stepUp: 'step_up',
  setup: 'setup',
  confirm: 'confirm',
  disable: 'disable',
  removeFactor: 'remove_factor',
  regenerate: 'regenerate',
};

/** An event in snake_case with ISO 8601 instants, without the user id. */
export function toWireEvent(event: MfaEvent): WireEvent {
  // Every key that an event of any type can have: absent ones are undefined, and JSON leaves them out.
  const all: Partial<MergedEvent> = event;
  return {
    seq: event.seq,
    at: toInstant(event.at),
    type: event.type,
    ip: event.ip,
    user_agent: event.userAgent,
    operation: all.operation && OPERATIONS[all.operation],
    reason: all.reason,
    failures: all.failures,
    method: all.method,
    factor_id: all.factorId,
    proven_by: all.provenBy && toWireFactor(all.provenBy),
    first: all.first,
    count: all.count,
    backup_codes_remaining: all.backupCodesRemaining,
    until: all.until === undefined || all.until === null ? all.until : toInstant(all.until),
    from: all.from === undefined ? undefined : toInstant(all.from),
    by: all.by,
    key_id: all.keyId,
  };
}

/** @param epochMs - as events keep instants */
function toInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function toWireFactor({ method, factorId }: UsedFactor): WireUsedFactor {
  return { method, factor_id: factorId };
}

type KeyOf<Union> = Union extends unknown ? keyof Union : never;
type ValueOf<Union, Key> = Union extends unknown ? (Key extends keyof Union ? Union[Key] : never) : never;
/** One object type with the keys of all members of the union. */
type MergedEvent = { readonly [Key in KeyOf<MfaEvent>]: ValueOf<MfaEvent, Key> };
