/** Fold: what the history alone says about a user, for comparison with the record. */
import { UNTIL_UNLOCK, type MfaEvent, type MfaRecord } from '@mfakit/core';

/** The part of a record that events determine. */
export interface Told {
  readonly factorIds: readonly string[];
  readonly pendingId: string | null;
  readonly pendingFailures: number;
  readonly backupCodes: number;
  readonly failures: number;
  /** Those of them that may have been wrong passwords. */
  readonly passwordFailures: number;
  readonly lockedUntil: number | null;
  readonly enforcedFrom: number | null;
  /** When the user's grace began to count. */
  readonly graceSince: number | null;
  /** Trusted devices in the order of their ids, each with its own failures. */
  readonly devices: readonly (readonly [string, number])[];
  readonly lastEventSeq: number;
}

/** What is known of a user about whom nothing has happened. */
export const NOTHING: Told = {
  factorIds: [],
  pendingId: null,
  pendingFailures: 0,
  backupCodes: 0,
  failures: 0,
  passwordFailures: 0,
  lockedUntil: null,
  enforcedFrom: null,
  graceSince: null,
  devices: [],
  lastEventSeq: 0,
};

/** The operations whose proof includes the password. */
const WITH_PASSWORD: readonly string[] = ['setup', 'disable', 'removeFactor', 'regenerate'];

/** Codes in a new set. */
const SET_SIZE = 10;

/** What one event alone does not say if calls interleave: whether it settles a charge that still counts. */
export interface Settles {
  readonly standing: boolean;
}

/** @param history - oldest first, of calls that ran one after the other */
export function fold(history: readonly MfaEvent[]): Told {
  return history.reduce((told, event) => after(told, event), NOTHING);
}

/** What is known after one event more. */
export function after(told: Told, event: MfaEvent, settles?: Settles): Told {
  return { ...next(told, event, settles), lastEventSeq: event.seq };
}

/** The same part, taken from a record. */
export function tellOf(record: MfaRecord): Told {
  return {
    factorIds: record.factors.map(({ id }) => id),
    pendingId: record.pending?.factor.id ?? null,
    pendingFailures: record.pending?.failures ?? 0,
    backupCodes: record.backupCodes?.remaining ?? 0,
    failures: record.lockout.failures,
    passwordFailures: record.lockout.passwordFailures,
    lockedUntil: record.lockout.lockedUntil,
    enforcedFrom: record.enforcement?.from ?? null,
    graceSince: record.graceSince ?? null,
    devices: (record.devices ?? []).map(({ id, failures = 0 }) => [id, failures] as const).toSorted(byId),
    lastEventSeq: record.lastEventSeq,
  };
}

function next(told: Told, event: MfaEvent, settles?: Settles): Told {
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
        devices: [],
      };
    }
    case 'factor_removed':
      return remaining(
        proven(told, event.provenBy),
        told.factorIds.filter((id) => id !== event.factorId),
      );
    case 'disabled':
      return remaining(proven(told, event.provenBy), []);
    case 'password_changed': {
      const failures = told.failures - told.passwordFailures;
      const lockedUntil = failures === 0 ? null : told.lockedUntil;
      return { ...told, failures, passwordFailures: 0, lockedUntil, devices: [] };
    }
    case 'reset':
      return remaining(told, []);
    case 'backup_codes_regenerated':
      return { ...proven(told, event.provenBy), backupCodes: event.count };
    case 'verified':
      // What stays counted after a success of the second factor alone are wrong passwords.
      return {
        ...told,
        failures: event.failures,
        passwordFailures: event.failures,
        lockedUntil: running(told, event),
        backupCodes: event.backupCodesRemaining,
      };
    case 'attempt_charged':
      return {
        ...told,
        failures: event.failures,
        passwordFailures: told.passwordFailures + (WITH_PASSWORD.includes(event.operation) ? 1 : 0),
        lockedUntil: running(told, event),
      };
    case 'attempt_refused':
      if (event.operation === 'confirm') return { ...told, pendingFailures: event.failures };
      // Not a new failure if it was charged before, or was a replay. A backup code is looked at if the password was right.
      if (event.failures === told.failures) {
        const settled = settles?.standing ?? event.reason === 'invalid_backup_code';
        const right = settled && event.reason !== 'invalid_password' && WITH_PASSWORD.includes(event.operation);
        return right ? { ...told, passwordFailures: told.passwordFailures - 1 } : told;
      }
      return {
        ...told,
        failures: event.failures,
        passwordFailures: told.passwordFailures + (event.reason === 'invalid_password' ? 1 : 0),
        lockedUntil: running(told, event),
        devices: told.devices.map(([id, failed]) => [id, failed + (id === event.deviceId ? 1 : 0)]),
      };
    case 'account_locked':
      return { ...told, lockedUntil: event.until ?? UNTIL_UNLOCK };
    case 'account_unlocked':
      return cleared(told);
    case 'imported': {
      const { factorIds, backupCodes } = event;
      return { ...told, factorIds, backupCodes, pendingId: null, pendingFailures: 0, devices: [] };
    }
    case 'enforced':
      return { ...told, enforcedFrom: event.from };
    case 'exempted':
      return event.until === undefined ? { ...told, enforcedFrom: null } : told;
    case 'forgotten':
      return NOTHING;
    case 'device_trusted':
      return { ...told, devices: [...told.devices, [event.deviceId, 0] as const].toSorted(byId) };
    case 'device_used':
      return { ...told, devices: told.devices.map(([id, failed]) => [id, id === event.deviceId ? 0 : failed]) };
    case 'device_forgotten':
      return { ...told, devices: told.devices.filter(([id]) => event.deviceId !== null && id !== event.deviceId) };
    case 'grace_started':
      return { ...told, graceSince: event.at };
    case 'break_glass':
    case 'rekeyed':
    case 'secret_unreadable':
      return told;
  }
}

/** A lock that has not ended. */
function running({ lockedUntil }: Told, { at }: MfaEvent): number | null {
  return lockedUntil !== null && at < lockedUntil ? lockedUntil : null;
}

/** A full success clears the failures; a backup code is spent by it. */
function proven(told: Told, provenBy: { readonly method: string } | null): Told {
  if (provenBy === null) return told;
  const spent = provenBy.method === 'backup_code' ? 1 : 0;
  return { ...cleared(told), backupCodes: told.backupCodes - spent };
}

function cleared(told: Told): Told {
  return { ...told, failures: 0, passwordFailures: 0, lockedUntil: null };
}

function remaining(told: Told, factorIds: readonly string[]): Told {
  const backupCodes = factorIds.length === 0 ? 0 : told.backupCodes;
  return { ...told, factorIds, backupCodes, pendingId: null, pendingFailures: 0, devices: [] };
}

function byId([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1;
}
