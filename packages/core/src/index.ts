/** The public names of @mfakit/core. */
export { createMfa } from './mfa.ts';
export { MfaError } from './errors.ts';
export { LIMITS } from './limits.ts';
export { UNTIL_UNLOCK } from './record.ts';

export type {
  BeginResult,
  FactorStatus,
  HistoryPage,
  KeyUsage,
  Mfa,
  MfaStatus,
  RekeyProgress,
  SetupDetails,
  SetupResult,
  SetupSubject,
  TokenHolder,
} from './api.ts';
export type { Clock, EventSink } from './commit.ts';
export type { Argon2idJob, CodeHasher } from './crypto/code-hasher.ts';
export type { RandomSource } from './crypto/random.ts';
export type { MfaErrorCode, MfaErrorDetails } from './errors.ts';
export type {
  EventDetail,
  FactorMethod,
  MfaEvent,
  Operation,
  RefusalReason,
  RequestContext,
  UsedFactor,
} from './events.ts';
export type { Proof, SecondFactor } from './input.ts';
export type { BackupCodeOptions, MfaOptions, PasswordVerifier, TotpOptions } from './options.ts';
export type { LockoutPolicy } from './policies/lockout.ts';
export type {
  BackupCodeSet,
  Lockout,
  MfaRecord,
  PendingSetup,
  SpentChallenge,
  TotpAlgorithm,
  TotpDigits,
  TotpFactor,
  TotpSecret,
} from './record.ts';
export type { Commit, EventPage, MfaStore, ScanPage, ScannedRecord, StoredRecord } from './store.ts';
export type { Verified } from './verified.ts';
