/** Public names of @mfakit/http. */
export { createHandler } from './handler.ts';
export type { HandlerOptions } from './handler.ts';
export { openapi } from './openapi.ts';
export type { Json, JsonObject, OpenApiOptions } from './openapi.ts';
export { problemOf } from './refusals.ts';
export { toResponse } from './handler.ts';
export type { WireReply } from './problems.ts';
export { requireMfa } from './guard.ts';
export type { GuardOptions, MfaSession } from './guard.ts';
export type { Account, BindingOptions, Host, SessionUser } from './host.ts';

// For authors of bindings.
export { createDispatcher } from './dispatch.ts';
export type { Dispatcher, WireRequest } from './dispatch.ts';
export { createGuard } from './guard.ts';
export type { Guard } from './guard.ts';
export { problem } from './problems.ts';
export type { ProblemDetails } from './problems.ts';
export { lastSegments, splitUrl } from './find-route.ts';
export type { BodyRequest, BodySource, BodyStream } from './body.ts';
export { webBody } from './web-body.ts';
export type { WebRequest } from './web-body.ts';

// The contract itself.
export { ROUTES } from './table.ts';
export type { Route, RouteCaller } from './table.ts';
export type { RoutePath } from './paths.ts';
export type {
  AuthenticatedReply,
  Contract,
  FieldError,
  ProblemBody,
  ProblemCode,
  RouteName,
  SetupBody,
  SetupReply,
  StatusReply,
  WireEvent,
  WireFactor,
  WireFactorStatus,
  WireProof,
  WireUsedFactor,
} from './wire.ts';
