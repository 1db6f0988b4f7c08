/** Public names of @mfakit/testkit. */
export type { StoreCase, TestStore } from './store-case.ts';
export { storeCases } from './store-cases.ts';
export { testClock } from './test-clock.ts';
export type { Duration, TestClock } from './test-clock.ts';
export { virtualAuthenticator } from './virtual-authenticator.ts';
export type { VirtualAuthenticator } from './virtual-authenticator.ts';
