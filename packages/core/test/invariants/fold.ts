/** Fold: what the history alone says about a user, for comparison with the record. */
import { UNTIL_UNLOCK, type MfaEvent, type MfaRecord } from '@mfakit/core';

/** The part of a record that events determine. */
export interface Told {
  readonly factorIds: readonly string[];
  readonly pendingId: string | null;
  readonly pendingFailures: number;
  readonly backupCodes: number;
  readonly failures: number;
  readonly lockedUntil: number | null;
  readonly enforcedFrom: number | null;
  readonly lastEventSeq: number;
}

const NOTHING: Told = {
  factorIds: [],
  pendingId: null,
  pendingFailures: 0,
  backupCodes: 0,
  failures: 0,
  lockedUntil: null,
  enforcedFrom: null,
  lastEventSeq: 0,
};

/** Codes in a new set. */
const SET_SIZE = 10;

/** @param history - oldest first */
export function fold(history: readonly MfaEvent[]): Told {
  return history.reduce((told, event) => ({ ...next(told, event), lastEventSeq: event.seq }), NOTHING);
}

/** The same part, taken from a record. */
export function tellOf(record: MfaRecord): Told {
  return {
    factorIds: record.factors.map(({ id }) => id),
    pendingId: record.pending?.factor.id ?? null,
    pendingFailures: record.pending?.failures ?? 0,
    backupCodes: record.backupCodes?.remaining ?? 0,
    failures: record.lockout.failures,
    lockedUntil: record.lockout.lockedUntil,
    enforcedFrom: record.enforcement?.from ?? null,
    lastEventSeq: record.lastEventSeq,
  };
}

function next(told: Told, event: MfaEvent): Told {
  switch (event.type) {
    case 'setup_started':
      return { ...proven(told, event.provenBy), pendingId: event.factorId, pendingFailures: 0 };
    case 'setup_voided':
      return { ...told, pendingId: null, pendingFailures: 0 };
    case 'factor_added': {
      const backupCodes = event.first ? SET_SIZE : told.backupCodes;
      return {
        ...told,
        factorIds: [...told.factorIds, event.factorId],
        pendingId: null,
        pendingFailures: 0,
        backupCodes,
      };
    }
    case 'factor_removed':
      return remaining(
        proven(told, event.provenBy),
        told.factorIds.filter((id) => id !== event.factorId),
      );
    case 'disabled':
      return remaining(proven(told, event.provenBy), []);
    case 'password_changed':
      return told;
    case 'reset':
      return remaining(told, []);
    case 'backup_codes_regenerated':
      return { ...proven(told, event.provenBy), backupCodes: event.count };
    case 'verified':
      return { ...told, failures: event.failures, lockedUntil: null, backupCodes: event.backupCodesRemaining };
    case 'attempt_charged':
      return { ...told, failures: event.failures, lockedUntil: null };
    case 'attempt_refused':
      if (event.operation === 'confirm') return { ...told, pendingFailures: event.failures };
      // If it was charged before or was a replay, it is not a new failure, and the lock stands.
      return event.failures === told.failures ? told : { ...told, failures: event.failures, lockedUntil: null };
    case 'account_locked':
      return { ...told, lockedUntil: event.until ?? UNTIL_UNLOCK };
    case 'account_unlocked':
      return { ...told, failures: 0, lockedUntil: null };
    case 'enforced':
      return { ...told, enforcedFrom: event.from };
    case 'exempted':
      return { ...told, enforcedFrom: null };
    case 'forgotten':
      return NOTHING;
    case 'rekeyed':
    case 'secret_unreadable':
      return told;
  }
}

/** A full success resets the failures, and spends the backup code if one was used. */
function proven(told: Told, provenBy: { readonly method: string } | null): Told {
  if (provenBy === null) return told;
  const spent = provenBy.method === 'backup_code' ? 1 : 0;
  return { ...told, failures: 0, lockedUntil: null, backupCodes: told.backupCodes - spent };
}

function remaining(told: Told, factorIds: readonly string[]): Told {
  const backupCodes = factorIds.length === 0 ? 0 : told.backupCodes;
  return { ...told, factorIds, backupCodes, pendingId: null, pendingFailures: 0 };
}
