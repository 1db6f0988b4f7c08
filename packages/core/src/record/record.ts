/** MfaRecord: everything that is known about one user, as one small versioned document. */
import type { BackupCodeSet } from '../factors/backup-codes/stored.ts';
import type { ActiveFactor, StagedFactor } from '../factors/stored.ts';

/** A setup that waits for its first code, beside what is active. */
export interface PendingSetup {
  readonly factor: StagedFactor;
  /** Comes into force with the factor; `null` if a factor is active already: its codes stay. */
  readonly backupCodes: BackupCodeSet | null;
  readonly expiresAt: number;
  /** Wrong codes so far. */
  readonly failures: number;
}

/** Consecutive failures, over every factor and the password. */
export interface Lockout {
  readonly failures: number;
  /** How many of them were, or may have been, wrong passwords. */
  readonly passwordFailures: number;
  /** Locked before this instant; `null`: not locked. {@link UNTIL_UNLOCK}: until `unlock`. */
  readonly lockedUntil: number | null;
  /** Grows whenever failures are cleared: an attempt charged in an earlier streak knows that its charge is gone. */
  readonly streak: number;
}

/** A challenge token that has succeeded, remembered until it has expired on every server. */
export interface SpentChallenge {
  readonly id: string;
  readonly expiresAt: number;
}

/**
 * Everything that is known about one user. All instants are epoch milliseconds (UTC).
 * Its size does not grow with use: there is nothing to purge.
 */
export interface MfaRecord {
  readonly schema: 1;
  /** Grows with every change of factors, `reset`, and the first `enforce`: challenge tokens of an older epoch are void. */
  readonly epoch: number;
  readonly factors: readonly ActiveFactor[];
  readonly pending: PendingSetup | null;
  /** `null` exactly if `factors` is empty. */
  readonly backupCodes: BackupCodeSet | null;
  readonly lockout: Lockout;
  /** MFA is required from this instant on. */
  readonly enforcement: { readonly from: number } | null;
  readonly spentChallenges: readonly SpentChallenge[];
  /** `seq` of the user's newest event. */
  readonly lastEventSeq: number;
}

/** The record of a user about whom nothing is stored. */
export const EMPTY_RECORD: MfaRecord = {
  schema: 1,
  epoch: 0,
  factors: [],
  pending: null,
  backupCodes: null,
  lockout: { failures: 0, passwordFailures: 0, lockedUntil: null, streak: 0 },
  enforcement: null,
  spentChallenges: [],
  lastEventSeq: 0,
};
