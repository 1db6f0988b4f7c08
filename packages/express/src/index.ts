/** Public names of @mfakit/express. */
export { mfaRouter } from './mfa-router.ts';
export { requireMfa } from './require-mfa.ts';
export type { ExpressContext } from './context.ts';
export type { BindingOptions, FactorsChange, GuardOptions, Host, Sentence, SessionUser } from '@mfakit/http';

// What a login route needs of the core, so that one package is enough to install and to import.
export { createMfa, MfaError } from '@mfakit/core';
export { deviceCookieHeader, problemOf, readDeviceCookie } from '@mfakit/http';
export type {
  BeginResult,
  DeviceCookie,
  Mfa,
  MfaErrorCode,
  MfaOptions,
  MfaStatus,
  MfaStore,
  PasswordVerifier,
  RequestContext,
  SecondFactor,
  TokenHolder,
  Verified,
} from '@mfakit/core';
