/** MfaRecord: everything that is known about one user, as one small versioned document. */
import type { BackupCodeSet, PendingBackupCodes } from '../factors/backup-codes/stored.ts';
import type { TrustedDevice } from '../devices/stored.ts';
import type { ActiveFactor, StagedFactor } from '../factors/stored.ts';
import type { ImportMarker } from '../import/stored.ts';

/** A setup that waits for its first code, beside the active factors. */
export interface PendingSetup {
  /** What is to become active. */
  readonly factor: StagedFactor;
  /** Hashed, and in force, once the factor is confirmed; `null` if a factor is active already: its codes stay. */
  readonly backupCodes: PendingBackupCodes | null;
  /** Whether this setup checked the password. */
  readonly password: boolean;
  /** The first answer must arrive before this instant. */
  readonly expiresAt: number;
  /** Wrong codes so far. */
  readonly failures: number;
}

/** Consecutive failures, over all factors and the password. */
export interface Lockout {
  /** Since the last success. */
  readonly failures: number;
  /** How many of the failures were, or may have been, wrong passwords. */
  readonly passwordFailures: number;
  /** Present if some came from a living session since the last success there: step-up or a proof, its password included. */
  readonly inSession?: true;
  /** Locked before this instant; `null` if not locked; {@link UNTIL_UNLOCK} if only `unlock` ends the lock. */
  readonly lockedUntil: number | null;
  /** Grows whenever failures with a code are reset: an attempt that was charged in an earlier streak has lost its charge. */
  readonly streak: number;
  /** The same for wrong passwords, and so for attempts that were charged as one; absent: 0. */
  readonly passwordStreak?: number;
}

/** A slow bucket of failures with a code. No success empties it; it leaks at a constant rate. */
export interface Guesses {
  /** How full the bucket was at `at`. */
  readonly level: number;
  /** When the level was written down. */
  readonly at: number;
}

/** Refusals in one slot of time that do not count as failures. The list keeps each from being recorded twice. */
export interface Uncounted {
  /** The number of the slot, counted from 1970. */
  readonly slot: number;
  /** What the refusals were about: ids of factors, of sets of backup codes, and of devices. */
  readonly ids: readonly string[];
}

/** A challenge token that has succeeded. The record remembers it until it has expired on every server. */
export interface SpentChallenge {
  /** Of the token. */
  readonly id: string;
  /** When the token expires, and need not be remembered any more. */
  readonly expiresAt: number;
}

/**
 * Everything that is known about one user. All instants are epoch milliseconds (UTC).
 * Its size does not grow with use: there is nothing to purge.
 */
export interface MfaRecord {
  /** The version of this form. A record of an older one is upgraded as it is read. */
  readonly schema: 1;
  /** Grows with every change of factors, `reset` and the first `enforce`: tokens of an older epoch are void. */
  readonly epoch: number;
  /** Grows with everything that must end the user's other sessions. Sessions of another epoch are void. */
  readonly sessionEpoch: number;
  /** The active ones, in the order in which they were confirmed. */
  readonly factors: readonly ActiveFactor[];
  /** The setup that waits; `null` if none does. */
  readonly pending: PendingSetup | null;
  /** Present if wrong codes ended the last setup: the factor that it was for. */
  readonly voidedSetup?: string;
  /** `null` if and only if `factors` is empty. */
  readonly backupCodes: BackupCodeSet | null;
  /** Failures in a row, and the lock that they made. */
  readonly lockout: Lockout;
  /** Wrong codes of the past weeks. */
  readonly guesses: Guesses;
  /** Refusals that were recorded in this slot of time already. */
  readonly uncounted: Uncounted;
  /** MFA is required from this instant on. */
  readonly enforcement: {
    /** Epoch milliseconds. */
    readonly from: number;
  } | null;
  /** When the grace of what `require` demands began to count: the first `begin` under it. Absent: none began yet. */
  readonly graceSince?: number;
  /** MFA is not required before this instant, whatever requires it; `null` if there is no such exemption. */
  readonly exemptUntil: number | null;
  /** At most 32: the tokens that expire last. */
  readonly spentChallenges: readonly SpentChallenge[];
  /** Tokens that expire at this instant or earlier are void, because spent ones among them are no longer listed. */
  readonly spentThrough: number;
  /** The last revisions before this one, newest first. They show which writes have landed. */
  readonly trail: readonly string[];
  /** The browsers that need no second factor to sign in; absent if there are none. */
  readonly devices?: readonly TrustedDevice[];
  /** Present if the user came from another system. */
  readonly imported?: ImportMarker;
  /** When the user was forgotten; everything else is then erased. `null` if the user was not forgotten. */
  readonly forgottenAt: number | null;
  /** `seq` of the user's newest event. */
  readonly lastEventSeq: number;
}

/** The most spent tokens that a record lists. */
export const SPENT_CHALLENGES = 32;

/** The most earlier revisions that a record lists. */
export const TRAIL_LENGTH = 8;

/** The record of a user for whom nothing is stored. Frozen, with all that is in it. */
export const EMPTY_RECORD: MfaRecord = deepFreeze({
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
});

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
