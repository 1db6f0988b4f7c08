/** Public names of @mfakit/http. */
export { createHandler } from './handler.ts';
export type { HandlerOptions } from './handler.ts';
export { openapi } from './openapi.ts';
export type { Json, JsonObject, OpenApiOptions } from './openapi.ts';
export { problemOf } from './refusals.ts';
export { deviceCookieHeader, readDeviceCookie } from './device-cookie.ts';
export { toResponse } from './handler.ts';
export type { WireReply } from './problems.ts';
export { requireMfa } from './guard.ts';
export type { GuardOptions, MfaSession } from './guard.ts';
export type { Account, BindingOptions, FactorsChange, Host, SessionUser } from './host.ts';

// For authors of bindings.
export { createDispatcher } from './dispatch.ts';
export type { Dispatcher, WireRequest } from './dispatch.ts';
export { createGuard } from './guard.ts';
export type { Guard } from './guard.ts';
export { problem } from './problems.ts';
export type { ProblemDetails } from './problems.ts';
export { lastSegments, originOf, splitUrl } from './find-route.ts';
export type { BodyRequest, BodySource, BodyStream } from './body.ts';
export { webBody } from './web-body.ts';
export type { WebRequest } from './web-body.ts';

// The contract itself.
export { ROUTES } from './table.ts';
export type { RouteTable } from './table.ts';
export type {
  AddedRoutes,
  Admitted,
  AdmittedHolder,
  AdmittedStranger,
  OpenRoute,
  Outcome,
  Route,
  RouteCaller,
  SessionRoute,
  TokenBody,
  TokenRoute,
} from './route.ts';
export type { RouteName, RoutePath } from './paths.ts';
export type { Contract } from './wire.ts';
export type { FieldError, FieldErrorCode, ProblemBody, ProblemCode } from './problem-body.ts';
export type { Sentence } from './sentence.ts';
export type { Unspoken } from './sentences/en.ts';
export type { WireFactor, WireProof } from './second-factor.ts';
export type { SetupBody, SetupReply } from './routes/setup.ts';
export type { AuthenticatedReply, WireTrustDevice } from './routes/verify.ts';
export type { StatusReply, WireDevice, WireFactorStatus } from './routes/status.ts';
export type { WireEvent, WireUsedFactor } from './routes/history.ts';

// What a login route needs of the core, so that one package is enough to install and to import.
export { createMfa, MfaError } from '@mfakit/core';
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
