/** Host: the three functions that an application gives, and what else a binding can be told. */
import type { Verified } from '@mfakit/core';

/** Who is signed in. */
export interface SessionUser {
  readonly userId: string;
  /** Shown in the authenticator app, often the e-mail address; 1 to 254 bytes, no colon, no control characters. */
  readonly accountName: string;
}

/** An account, for a route that only carries a token. */
export interface Account {
  readonly accountName: string;
  /** Whether it may sign in. */
  readonly active: boolean;
}

/**
 * The application around the contract.
 * @typeParam Ctx - what the framework hands on: `{req, res}` in Express, the `Context` in Hono, the `Request` in `fetch`
 */
export interface Host<Ctx> {
  /** Who is signed in; `null`: nobody. A user who still owes the second step is not signed in. */
  session(ctx: Ctx): Promise<SessionUser | null> | SessionUser | null;
  /** Looks an account up; `null`: there is none. */
  account(userId: string): Promise<Account | null> | Account | null;
  /**
   * Sets the session, under a new id. Called after `verify` and `enforce-confirm`, where `verified.amr` has `mfa`, and
   * after a step-up, where it has not: there keep the session and store its new `authTime`.
   * @returns headers to add to the reply, where `ctx` cannot take them
   */
  signIn(ctx: Ctx, verified: Verified): Promise<Headers | void> | Headers | void;
}

/** What a binding can be told; nothing is needed. */
export interface BindingOptions<Ctx> {
  /**
   * The client's address, kept in the user's events. Default: `req.ip` in Express, which obeys `trust proxy`; none
   * elsewhere. Read `X-Forwarded-For` only where a proxy of yours sets it: anyone can send it.
   */
  readonly clientIp?: ((ctx: Ctx) => string | undefined) | undefined;
  /**
   * Is told every refusal that became a 503, cause included, and by `createHandler` what became a 500, too: for the
   * operator's log. Default: `console.error` in `createHandler`. In Express and Hono there is none, so that 503s are told
   * to nobody; errors of the host's functions go to the framework's own error handling there, never here.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** The clock that was given to `createMfa`; default `Date.now`. Tells how long a lock still lasts. */
  readonly clock?: (() => number) | undefined;
  /** How long a body may take to arrive; default 10. */
  readonly bodyTimeoutSeconds?: number | undefined;
}
