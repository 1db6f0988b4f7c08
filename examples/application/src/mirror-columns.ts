/**
 * Mirror columns: what an account repeats of its user's two-step verification, so that the database can filter, count and
 * sort 100,000 people. It repeats instants, not states: a lock ends and a deadline passes without anybody writing.
 */
import type { MfaStatus } from '@mfakit/core';
import type { SqlRow } from './sql.ts';

/** For an instant that never comes: the last one that a `Date` can be. */
export const NEVER = 8_640_000_000_000_000;

/**
 * What is repeated, by column. Signing in with a code or a passkey changes none of it: such a sign-in writes to no index.
 */
export interface Mirrored {
  /** 1: two-step verification is on. */
  readonly mfa_on: number;
  /** 1: it is on, and no backup code is left. */
  readonly mfa_no_codes: number;
  /** Epoch milliseconds; `NEVER`: it is not required. */
  readonly mfa_required_from: number;
  /** Epoch milliseconds, 0: not locked, `NEVER`: until somebody unlocks. An instant that has passed is no lock either. */
  readonly mfa_locked_until: number;
}

type Column = keyof Mirrored;

/** The columns, in the order of their values. */
export const MIRROR_COLUMNS: readonly Column[] = ['mfa_on', 'mfa_no_codes', 'mfa_required_from', 'mfa_locked_until'];

/** The defaults are true of somebody new: the library knows nothing of them, and Acme requires nothing of everybody. */
export const MIRROR_TABLE_COLUMNS: string = `mfa_on INTEGER NOT NULL DEFAULT 0,
    mfa_no_codes INTEGER NOT NULL DEFAULT 0, mfa_required_from BIGINT NOT NULL DEFAULT ${NEVER},
    mfa_locked_until BIGINT NOT NULL DEFAULT 0`;

/** One for each order of a list. Each holds whatever lists and counts ask for: neither reads the rows that it leaves out. */
export const MIRROR_INDEXES: readonly string[] = [
  `CREATE INDEX IF NOT EXISTS account_by_name ON account
    (user_name, mfa_on, mfa_no_codes, mfa_required_from, mfa_locked_until)`,
  `CREATE INDEX IF NOT EXISTS account_by_required_from ON account
    (mfa_required_from, user_name, mfa_on, mfa_no_codes, mfa_locked_until)`,
];

/** What the columns should hold. */
export function mirrorOf({ enabled, backupCodesRemaining, enforcement, locked, lockedUntil }: MfaStatus): Mirrored {
  return {
    mfa_on: enabled ? 1 : 0,
    mfa_no_codes: enabled && backupCodesRemaining === 0 ? 1 : 0,
    mfa_required_from: enforcement?.from.getTime() ?? NEVER,
    mfa_locked_until: locked ? (lockedUntil?.getTime() ?? NEVER) : 0,
  };
}

/** Whether a row holds that. */
export function mirrors(row: SqlRow, truth: Mirrored): boolean {
  return MIRROR_COLUMNS.every((column) => Number(row[column]) === truth[column]);
}
