/** Route: the shape of one route of the contract, from its address to its call. */
import type { Mfa, MfaErrorCode, RequestContext, TokenHolder, Verified } from '@mfakit/core';
import type * as z from 'zod';
import type { FactorsChange } from './host.ts';
import type { RoutePath } from './paths.ts';

/** A request that was let in. */
export interface Admitted<Input> {
  /** The library. */
  readonly mfa: Mfa;
  /** Your id of the user who may do this. */
  readonly userId: string;
  /** What the authenticator app shows beside the issuer. */
  readonly accountName: string;
  /** Tells the operator of a mistake of the host that refuses nothing. */
  readonly report: (error: unknown) => void;
  /** When the session was signed in, if the host tells it. */
  readonly signedInAt?: Date | undefined;
  /** Validated by the route's schema. */
  readonly input: Input;
  /** The `{id}` of the path; empty if the path has none. */
  readonly id: string;
  /** Client address and user agent, for the events, and the epoch of the session. */
  readonly request: RequestContext;
}

/** A request that a challenge token let in. */
export interface AdmittedHolder<Input> extends Admitted<Input> {
  /** The holder of the token, opened already. */
  readonly holder: TokenHolder;
  /** The device cookie that came with it. */
  readonly deviceCookie: string | undefined;
}

/** The result of a call: its reply, and what the host is told before it leaves. */
export interface Outcome<Reply> {
  /** The body of the answer, as on the wire. */
  readonly reply: Reply;
  /** An accepted second factor: the host makes a session of it. */
  readonly verified?: Verified | undefined;
  /** What became of the user's factors. */
  readonly change?: FactorsChange | undefined;
}

/** The input of every token route. */
export interface TokenBody {
  /** The token that `begin` gave. */
  readonly mfa_token: string;
}

/** What all routes have. */
interface AnyRoute<Input, Reply> extends RoutePath {
  /** One line, for the OpenAPI document. */
  readonly summary: string;
  /** Where the input comes from; `null`: there is none. */
  readonly inputFrom: 'body' | 'query' | null;
  /** Checks the input; `null`: there is none. */
  readonly input: z.ZodType<Input> | null;
  /** Describes the reply; replies are not parsed at run time. `null`: 204 without a body. */
  readonly reply: z.ZodType<Reply> | null;
  /** Refusals of the core that this route can give, besides those that every route can give. */
  readonly refusals: readonly MfaErrorCode[];
  /** Refusals that have another status here than elsewhere. */
  readonly statuses?: Readonly<Partial<Record<MfaErrorCode, number>>>;
}

/** A route for signed-in users. */
export interface SessionRoute<Input, Reply> extends AnyRoute<Input, Reply> {
  readonly who: 'session';
  /** Does what is asked, for the user of the session. */
  call(admitted: Admitted<Input>): Promise<Outcome<Reply>>;
}

/** A route for the holder of a challenge token, which its body carries. */
export interface TokenRoute<Input extends TokenBody, Reply> extends AnyRoute<Input, Reply> {
  readonly who: 'token';
  readonly inputFrom: 'body';
  /** Checks the body. */
  readonly input: z.ZodType<Input>;
  /** Does what is asked, for the holder of the token. */
  call(admitted: AdmittedHolder<Input>): Promise<Outcome<Reply>>;
}

/** A request of someone who may be anybody. */
export type AdmittedStranger<Input> = Pick<Admitted<Input>, 'mfa' | 'input' | 'request'>;

/**
 * A route for anybody: what is done says whose it is. An outcome with `verified` signs that user in, if the account is
 * active.
 */
export interface OpenRoute<Input, Reply> extends AnyRoute<Input, Reply> {
  readonly who: 'nobody';
  /** Whether an outcome may have `verified`. */
  readonly signsIn: boolean;
  readonly inputFrom: 'body';
  /** Checks the body. */
  readonly input: z.ZodType<Input>;
  /** Does what is asked, for whoever the answer proves. */
  call(admitted: AdmittedStranger<Input>): Promise<Outcome<Reply>>;
}

/** Any route. */
export type Route =
  | SessionRoute<unknown, object | null>
  | TokenRoute<TokenBody, object | null>
  | OpenRoute<unknown, object | null>;

/** Routes by name, beside those of the table or in their place. */
export type AddedRoutes = Readonly<Record<string, Route>>;

/** Who may call a route: a signed-in user, the holder of a challenge token, or anybody. */
export type RouteCaller = Route['who'];
