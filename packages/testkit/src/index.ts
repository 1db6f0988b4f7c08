/** Public names of @mfakit/testkit. */
export { OUTBOX_TYPES } from './cases/outbox.ts';
export { callsTaking, MFA_CALLS, provenBy } from './mfa-calls.ts';
export type { CallInput, CallName, MfaCall } from './mfa-calls.ts';
export { outcomeOf } from './outcome.ts';
export { quickHasher } from './quick-hasher.ts';
export { readyForCalls } from './ready-for-calls.ts';
export type { ReadyForCalls } from './ready-for-calls.ts';
export { softwareKey } from './software-key.ts';
export type {
  AssertionRequest,
  BentResponse,
  CreationRequest,
  SoftwareAssertion,
  SoftwareKey,
  SoftwareKeyOptions,
  SoftwareRegistration,
} from './software-key.ts';
export type { SoftwareKeyAlgorithm } from './software-key-pair.ts';
export type { StoreCase, StoreCaseOptions, TestStore } from './store-case.ts';
export { storeCases } from './store-cases.ts';
export { TEST_PASSWORD, testApplication } from './test-application.ts';
export type { EnrolledUser, TestApplication, TestApplicationOptions } from './test-application.ts';
export { testClock } from './test-clock.ts';
export type { Duration, TestClock } from './test-clock.ts';
export { virtualAuthenticator } from './virtual-authenticator.ts';
export type { VirtualAuthenticator } from './virtual-authenticator.ts';
export { wrongCode } from './wrong-code.ts';
