/** Dispatching: from a request, whatever framework it came through, to its reply. */
import { MfaError, type Mfa, type RequestContext, type Verified } from '@mfakit/core';
import { readJson, type BodyRequest } from './body.ts';
import { deviceCookieHeader, readDeviceCookie } from './device-cookie.ts';
import { routeFinder } from './find-route.ts';
import type { Account, BindingOptions, FactorsChange, Host, SessionUser } from './host.ts';
import { logError } from './log-error.ts';
import { HttpRefusal, problem, success, type WireReply } from './problems.ts';
import { readQuery } from './query.ts';
import { toRefusal } from './refusals.ts';
import type { AddedRoutes, Outcome, Route, SessionRoute } from './route.ts';
import { soundSentence } from './sentence.ts';
import { toSnakeCase } from './snake-case.ts';
import { ROUTES } from './table.ts';
import { validate } from './validate.ts';

/** A request as a binding hands it over. */
export interface WireRequest extends BodyRequest {
  /** Of HTTP, in capitals. */
  readonly method: string;
  /** Below the mount, still percent-encoded. */
  readonly path: string;
  /** With or without its question mark. */
  readonly query: string;
}

/**
 * Answers a request. `null`: the path is not part of the contract. It rejects only with an error of the host's
 * functions, which the framework has to handle.
 */
export type Dispatcher<Ctx> = (ctx: Ctx, request: WireRequest) => Promise<WireReply | null>;

/** Default of `bodyTimeoutSeconds`: longer than any well-behaved client takes for a kilobyte. */
const BODY_TIMEOUT_SECONDS = 10;

/** Makes the dispatcher that a binding wraps. */
export function createDispatcher<Ctx>(mfa: Mfa, host: Host<Ctx>, options: BindingOptions<Ctx> = {}): Dispatcher<Ctx> {
  const { clientIp, onError = logError, bodyTimeoutSeconds = BODY_TIMEOUT_SECONDS } = options;
  const sentence = soundSentence(options.sentence, onError);
  const table: AddedRoutes = { ...ROUTES, ...options.routes };
  const findRoute = routeFinder(table);

  /** Lets the request in, then makes the route's call. */
  async function perform(ctx: Ctx, request: WireRequest, route: Route, id: string): Promise<Outcome<object | null>> {
    const context = (): RequestContext => ({ ip: clientIp?.(ctx), userAgent: request.header('user-agent') });
    if (route.who === 'session') {
      const { user, input } = await admitSession(ctx, request, route);
      const { userId, accountName, sessionEpoch, signedInAt } = user;
      const requestContext = { ...context(), sessionEpoch };
      return blamed(
        route.call({ mfa, userId, accountName, report: onError, signedInAt, input, id, request: requestContext }),
        input,
      );
    }
    const body = await readJson(request, bodyTimeoutSeconds);
    if (route.who === 'nobody') {
      const input = validate(route.input, body);
      const outcome = await blamed(route.call({ mfa, input, request: context() }), input);
      if (outcome.verified !== undefined) await askAccount(outcome.verified.userId);
      return outcome;
    }
    const input = validate(route.input, body);
    const holder = await mfa.tokenHolder(input.mfa_token);
    const { userId } = holder;
    const account = await askAccount(userId);
    const { accountName } = account;
    const deviceCookie = readDeviceCookie(request.header('cookie'));
    const admitted = { mfa, userId, accountName, report: onError, holder, deviceCookie, input, id };
    return blamed(route.call({ ...admitted, request: context() }), input);
  }

  /** What the core refuses in a field that the client did not send, the host gave: that is the operator's to hear. */
  async function blamed<T>(call: Promise<T>, input: unknown): Promise<T> {
    try {
      return await call;
    } catch (error) {
      const hosts =
        error instanceof MfaError &&
        error.code === 'invalid_input' &&
        !Object.hasOwn(input ?? {}, toSnakeCase(error.field?.split('.', 1)[0] ?? ''));
      if (!hosts) throw error;
      onError(error);
      throw new HttpRefusal('internal_error');
    }
  }

  async function askAccount(userId: string): Promise<Account> {
    const account = await host.account(userId);
    if (account?.active !== true) throw new HttpRefusal('user_inactive');
    return account;
  }

  async function askSession(ctx: Ctx): Promise<SessionUser> {
    const user = await host.session(ctx);
    if (user === null) throw new HttpRefusal('not_signed_in');
    return user;
  }

  /**
   * The session is checked before a byte of the body is read, and again once it has arrived: nobody who was signed out
   * meanwhile gets anything done by sending slowly.
   */
  async function admitSession(
    ctx: Ctx,
    request: WireRequest,
    { input, inputFrom }: SessionRoute<unknown, object | null>,
  ): Promise<{ readonly user: SessionUser; readonly input: unknown }> {
    const before = await askSession(ctx);
    if (inputFrom === 'body') {
      const body = await readJson(request, bodyTimeoutSeconds);
      const user = await askSession(ctx);
      if (user.userId !== before.userId || user.sessionEpoch !== before.sessionEpoch) {
        throw new HttpRefusal('session_revoked');
      }
      return { user, input: input && validate(input, body) };
    }
    return { user: before, input: input && validate(input, readQuery(request.query)) };
  }

  /** Lets the host end sessions. The change is committed: trouble is the operator's, and the reply is as usual. */
  async function tellChange(ctx: Ctx, change: FactorsChange): Promise<Headers | void> {
    try {
      return await host.factorsChanged?.(ctx, change);
    } catch (error) {
      onError(error);
    }
  }

  /** Tells the host what was done, in this order: the session that `signIn` starts must outlive what a change ends. */
  async function tellHost(ctx: Ctx, { verified, change }: Outcome<object | null>): Promise<Headers> {
    const headers = new Headers();
    // The cookie is set here: the host, which may log what it gets, needs no secret of the browser.
    const { device, ...known } = verified ?? {};
    const signedIn = verified && (known as Verified);
    for (const given of [change && (await tellChange(ctx, change)), signedIn && (await host.signIn(ctx, signedIn))]) {
      for (const [name, value] of given ?? []) headers.append(name, value);
    }
    if (device !== undefined) headers.append('set-cookie', deviceCookieHeader(device, mfa.clock()));
    return headers;
  }

  return async (ctx, request) => {
    const found = findRoute(request.path);
    if (found === 'foreign') return null;
    if (found === 'unknown') return problem('not_found', { sentence });
    const route = table[found.name];
    if (route === undefined) return null;
    if (request.method !== route.method) {
      return problem('method_not_allowed', { sentence, headers: { allow: route.method } });
    }
    try {
      const outcome = await perform(ctx, request, route, found.id);
      return success(outcome.reply, await tellHost(ctx, outcome));
    } catch (error) {
      if (!(error instanceof HttpRefusal || error instanceof MfaError)) throw error;
      const refusal = error instanceof MfaError ? toRefusal(error, route.statuses, mfa.clock()) : error;
      const reply = problem(refusal.code, { ...refusal.details, sentence });
      // A cause is for the operator alone: trouble behind a 503, or the step at which a ceremony failed.
      if (error instanceof MfaError && (reply.status >= 500 || error.cause !== undefined)) onError(error);
      return reply;
    }
  };
}
