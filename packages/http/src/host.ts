/** Host: the three functions that an application provides, and the options of a binding. */
import type { Verified } from '@mfakit/core';

/** A signed-in user. */
export interface SessionUser {
  readonly userId: string;
  /** Shown in the authenticator app, often the email address; 1 to 254 bytes, no colon, no control characters. */
  readonly accountName: string;
}

/** An account, for a route that carries only a token. */
export interface Account {
  readonly accountName: string;
  /** Whether it may sign in. */
  readonly active: boolean;
}

/**
 * The application around the contract.
 * @typeParam Ctx - what the framework passes to a handler: `{req, res}` in Express, the `Context` in Hono, the `Request`
 *   in `fetch`
 */
export interface Host<Ctx> {
  /** The signed-in user; `null` if nobody is. A user who still owes the second step is not signed in. */
  session(ctx: Ctx): Promise<SessionUser | null> | SessionUser | null;
  /** Looks up an account; `null` if there is none. */
  account(userId: string): Promise<Account | null> | Account | null;
  /**
   * Called when `verify`, `enforce-confirm` or `step-up` has accepted a second factor. After the first two, `verified.amr`
   * contains `mfa`: set a session under a new id. After a step-up it does not: keep the session, store the new `authTime`.
   * @returns headers to add to the reply, if they cannot be set on `ctx`
   */
  signIn(ctx: Ctx, verified: Verified): Promise<Headers | void> | Headers | void;
}

/** Options of a binding, all optional. */
export interface BindingOptions<Ctx> {
  /**
   * The client's address, kept in the user's events. Default: `req.ip` in Express, which obeys `trust proxy`; none
   * elsewhere. Read `X-Forwarded-For` only if your own proxy sets it: anyone can send that header.
   */
  readonly clientIp?: ((ctx: Ctx) => string | undefined) | undefined;
  /**
   * Called with every refusal that became a 503, cause included: for the operator's log. Default: `console.error` in
   * `createHandler`, which also calls it with the error behind a 500. Express and Hono have no default, so set it there;
   * errors of the host's functions go to the framework's error handler instead.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** The clock that `createMfa` has; default `Date.now`. Needed to say how long a lock still lasts. */
  readonly clock?: (() => number) | undefined;
  /** How long a body may take to arrive, in seconds; default 10. */
  readonly bodyTimeoutSeconds?: number | undefined;
}
