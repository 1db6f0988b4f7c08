/** The public names of @mfakit/core. */
export { nameInApp, shownAccountName } from './account-name.ts';
export { createMfa } from './mfa.ts';
export { MfaError } from './errors.ts';
export { LIMITS } from './limits.ts';
export { applyRequirement } from './policies/enforcement.ts';
export { outboxFilter } from './outbox.ts';
export { UNTIL_UNLOCK } from './record/fields.ts';
export { EMPTY_RECORD } from './record/record.ts';
export { routedStore } from './routed-store.ts';

export type {
  AnswerPrompts,
  BeginResult,
  DeviceStatus,
  FactorStatus,
  HistoryPage,
  KeyReportOptions,
  KeyUsage,
  Mfa,
  MfaStatus,
  RekeyOptions,
  RekeyProgress,
  Sessions,
  SetupDetails,
  SetupResult,
  SetupSubject,
  SignedInSubject,
  StagedSetup,
  TokenHolder,
  TokenSubject,
} from './api.ts';
export type { FactorInputs, FreshFactor, PasswordProof, Proof, SecondFactor } from './attempts/proof.ts';
export type { Argon2idJob, CodeHasher } from './crypto/code-hasher.ts';
export type { Lease } from './crypto/hash-queue.ts';
export type { DeviceCookie } from './devices/cookie.ts';
export type { FromDevice, TrustDevice } from './devices/input.ts';
export type { TrustedDeviceOptions } from './devices/options.ts';
export type { TrustedDevice } from './devices/stored.ts';
export type { RandomSource } from './crypto/random.ts';
export type { Clock, EventSink } from './decide.ts';
export type { MfaErrorCode, MfaErrorDetails } from './errors.ts';
export type { EventDetail, MfaEvent, Operation, RefusalReason, RequestContext, UsedFactor } from './events.ts';
export type { BackupCodeOptions } from './factors/backup-codes/options.ts';
export type { BackupCodeSet, PendingBackupCodes } from './factors/backup-codes/stored.ts';
export type { TotpOptions } from './factors/totp/options.ts';
export type { TotpAlgorithm, TotpDigits, TotpFactor, TotpSecret } from './factors/totp/stored.ts';
export type {
  CodeForm,
  ImportedCodes,
  ImportedFactor,
  ImportedUser,
  ImportResult,
  ImportWarning,
} from './import/imported-user.ts';
export type {
  CallOutcome,
  HashOutcome,
  Observed,
  ObservedCall,
  ObservedEnd,
  Observer,
  StoreOperation,
  StoreOutcome,
} from './observe/observer.ts';
export type { MfaOptions, PasswordVerifier } from './options.ts';
export type { ListedUser, MfaStats, UserFilter, UserList, UserPage, UserState } from './lists/types.ts';
export type { EventPattern, Outbox, OutboxEntry, OutboxOptions, OutboxStats, ParkedEntry } from './outbox.ts';
export type { LockoutPolicy } from './policies/lockout.ts';
export type { RequirementFacts, RequirementOutcome } from './policies/enforcement.ts';
export type { Require, Requirement } from './policies/requirement.ts';
export type { Guesses, Lockout, MfaRecord, PendingSetup, SpentChallenge, Uncounted } from './record/record.ts';
export type {
  EventPage,
  MarkCount,
  Marked,
  Marks,
  MfaStore,
  ScannedRecord,
  ScanPage,
  StoredRecord,
  Swap,
} from './store.ts';
export type { Verified } from './verified.ts';

// For authors of a further kind of factor.
export { invalidInput } from './errors.ts';
export type { TransitionContext } from './decision.ts';
export { plainCode } from './pasted.ts';
export type {
  AloneSignIn,
  DrawnFactor,
  EnrolledKind,
  Enrollee,
  Examine,
  ExamineContext,
  ExamineFirst,
  FactorKind,
  FactorKindFactory,
  FactorPorts,
  Objection,
  Presented,
  PresentedAlone,
  PresentedFirst,
  Prompt,
  SlowCheck,
  SlowContext,
  Verdict,
  Weigh,
  WeighFirst,
} from './factors/factor-kind.ts';
export type { FactorSecrets } from './factors/factor-secrets.ts';
export type { ActiveFactor, SealedSecret, SecretOwner, StagedFactor } from './factors/stored.ts';
