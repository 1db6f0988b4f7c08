/** Host: the functions that an application provides, and the options of a binding. */
import type { Verified } from '@mfakit/core';
import type { AddedRoutes } from './route.ts';
import type { Sentence } from './sentence.ts';

/** A signed-in user. */
export interface SessionUser {
  /** Your id of the user of this session. */
  readonly userId: string;
  /**
   * Shown in the authenticator app, often the email address. Never refused: it is cut at 254 bytes, and colons and control
   * characters are replaced. If nothing of it can be shown, `onError` is called, and the app shows `account`.
   */
  readonly accountName: string;
  /**
   * The `sessionEpoch` that this session was given, by `Verified`, by `begin`, or by `factorsChanged` since. A session of
   * another epoch than the user's is refused (`session_revoked`), in the same swap as what it asked for: so `reset`,
   * `passwordChanged` and a removed factor end it at once. Without it, a session is good as long as you say so.
   */
  readonly sessionEpoch?: number | undefined;
  /**
   * When this session was signed in. A first factor is then set up only within 15 minutes of it, or with the password
   * (`proof_required`). Without it, an old session is enough.
   */
  readonly signedInAt?: Date | undefined;
}

/** A change of a user's factors or backup codes, made by the user. */
export interface FactorsChange {
  /** What was done: a setup confirmed, all factors disabled, one removed, or new backup codes made. */
  readonly kind: 'confirmed' | 'disabled' | 'removed' | 'regenerated';
  /** Your id of the user. */
  readonly userId: string;
  /** The factor that was confirmed or removed. */
  readonly factorId?: string | undefined;
  /** Store it in the session that acted: from now on sessions of another epoch are refused. */
  readonly sessionEpoch: number;
  /** `seq` of the user's newest event. */
  readonly seq: number;
}

/** An account, for a route that carries only a token. */
export interface Account {
  /** What the authenticator app shows beside the issuer, often the email address. */
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
  /**
   * The signed-in user; `null` if nobody is. A user who still owes the second step is not signed in. Called before the
   * body is read and again after it, so look the session up each time: a session that has ended meanwhile is refused.
   */
  session(ctx: Ctx): Promise<SessionUser | null> | SessionUser | null;
  /** Looks up an account; `null` if there is none. */
  account(userId: string): Promise<Account | null> | Account | null;
  /**
   * Called when `verify`, `enforce-confirm`, `confirm` or `step-up` has accepted a second factor. Each time give the
   * session a new id, void the old one, and store `authTime` and `sessionEpoch`. `verified.amr` contains `mfa` only if the
   * act proved both factors, as a completed sign-in does; a step-up does not.
   * @returns headers to add to the reply, if they cannot be set on `ctx`
   */
  signIn(ctx: Ctx, verified: Verified): Promise<Headers | void> | Headers | void;
  /**
   * Called after `confirm`, `enforce-confirm`, `disable`, `regenerate` and the removal of a factor, before `signIn` and
   * before the reply. End the user's other sessions here, and store `change.sessionEpoch` in the one that acted. If it
   * throws, the change stands: `onError` is called, and the reply is as usual.
   * @returns headers to add to the reply, if they cannot be set on `ctx`
   */
  factorsChanged?(ctx: Ctx, change: FactorsChange): Promise<Headers | void> | Headers | void;
}

/** Options of a binding, all optional. */
export interface BindingOptions<Ctx> {
  /**
   * The client's address, kept in the user's events. Default: `req.ip` in Express, which obeys `trust proxy`; none
   * elsewhere. Read `X-Forwarded-For` only if your own proxy sets it: anyone can send that header.
   */
  readonly clientIp?: ((ctx: Ctx) => string | undefined) | undefined;
  /**
   * Called with every refusal that became a 503 or has a cause, such as the step at which the answer of a passkey failed,
   * cause included; with what `factorsChanged` throws; and with mistakes in
   * what your functions give: an `accountName` that cannot be shown, which refuses nothing, or a `userId` of 300
   * characters, which is a 500. For the operator's log. Default: `console.error`, for a refusal with one line of its code
   * and its causes. `createHandler` calls it with the error behind a 500 too; in Express and Hono errors of the host's other
   * functions go to the framework's error handler.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
  /**
   * Your own words for a refusal, by its `code`, in place of the English ones in `detail`: another language, or pages that
   * show `detail` as it is. `undefined` leaves the English sentence. What it throws refuses nothing: `onError` is called.
   */
  readonly sentence?: Sentence | undefined;
  /** Routes that not every application has, such as `passkeyRoutes` of `@mfakit/http/passkeys`. A route of the same name is replaced. */
  readonly routes?: AddedRoutes | undefined;
  /** How long a body may take to arrive, in seconds; default 10. */
  readonly bodyTimeoutSeconds?: number | undefined;
}
