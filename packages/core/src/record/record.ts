/** MfaRecord: everything that is known about one user, as one small versioned document. */
import type { BackupCodeSet } from '../factors/backup-codes/stored.ts';
import type { ActiveFactor, StagedFactor } from '../factors/stored.ts';

/** A setup that waits for its first code, beside what is active. */
export interface PendingSetup {
  readonly factor: StagedFactor;
  /** Comes into force with the factor; `null` if a factor is active already: its codes stay. */
  readonly backupCodes: BackupCodeSet | null;
  /** Whether this setup checked the password. */
  readonly password: boolean;
  readonly expiresAt: number;
  /** Wrong codes so far. */
  readonly failures: number;
}

/** Consecutive failures, over every factor and the password. */
export interface Lockout {
  readonly failures: number;
  /** How many of them were, or may have been, wrong passwords. */
  readonly passwordFailures: number;
  /** Present if some came from a living session since the last success there: step-up or a proof, its password included. */
  readonly inSession?: true;
  /** Locked before this instant; `null`: not locked. {@link UNTIL_UNLOCK}: until `unlock`. */
  readonly lockedUntil: number | null;
  /** Grows whenever failures are cleared: an attempt charged in an earlier streak knows that its charge is gone. */
  readonly streak: number;
}

/** A slow bucket: failures with a code that no success empties. It leaks at a constant rate. */
export interface Guesses {
  /** How full it was at `at`. */
  readonly level: number;
  readonly at: number;
}

/** The refusals that count as no failure and were recorded in one slot of time, so that they are recorded only once. */
export interface Uncounted {
  /** Number of the slot, counted from 1970. */
  readonly slot: number;
  /** What they were about: ids of factors and of sets of backup codes. */
  readonly ids: readonly string[];
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
  /** Grows with everything that must end the user's other sessions: sessions of another one are void. */
  readonly sessionEpoch: number;
  readonly factors: readonly ActiveFactor[];
  readonly pending: PendingSetup | null;
  /** `null` exactly if `factors` is empty. */
  readonly backupCodes: BackupCodeSet | null;
  readonly lockout: Lockout;
  readonly guesses: Guesses;
  readonly uncounted: Uncounted;
  /** MFA is required from this instant on. */
  readonly enforcement: { readonly from: number } | null;
  /** No MFA is required before this instant, whatever requires it; `null`: no such exemption. */
  readonly exemptUntil: number | null;
  /** At most 32: those that expire last. */
  readonly spentChallenges: readonly SpentChallenge[];
  /** Tokens that expire at this instant or earlier are void: spent ones among them are no longer listed. */
  readonly spentThrough: number;
  /** The last revisions before this one, newest first: which writes have landed. */
  readonly trail: readonly string[];
  /** When the user was forgotten: nothing else is known then. `null`: was not. */
  readonly forgottenAt: number | null;
  /** `seq` of the user's newest event. */
  readonly lastEventSeq: number;
}

/** Most spent tokens that a record lists. */
export const SPENT_CHALLENGES = 32;

/** Most earlier revisions that a record lists. */
export const TRAIL_LENGTH = 8;

/** The record of a user about whom nothing is stored. */
export const EMPTY_RECORD: MfaRecord = {
  schema: 1,
  epoch: 0,
  sessionEpoch: 0,
  factors: [],
  pending: null,
  backupCodes: null,
  lockout: { failures: 0, passwordFailures: 0, lockedUntil: null, streak: 0 },
  guesses: { level: 0, at: 0 },
  uncounted: { slot: 0, ids: [] },
  enforcement: null,
  exemptUntil: null,
  spentChallenges: [],
  spentThrough: 0,
  trail: [],
  forgottenAt: null,
  lastEventSeq: 0,
};
