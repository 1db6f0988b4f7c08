/** Dispatching: from a request, whatever framework it came through, to its reply. */
import { MfaError, type Mfa, type RequestContext } from '@mfakit/core';
import { readJson, type BodyRequest } from './body.ts';
import { findRoute } from './find-route.ts';
import type { BindingOptions, Host } from './host.ts';
import { HttpRefusal, problem, success, type WireReply } from './problems.ts';
import { toProblem } from './refusals.ts';
import type { Outcome, Route } from './route.ts';
import { ROUTES } from './table.ts';
import { validate } from './validate.ts';

/** A request as a binding hands it over. */
export interface WireRequest extends BodyRequest {
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
  const { clientIp, onError, clock = Date.now, bodyTimeoutSeconds = BODY_TIMEOUT_SECONDS } = options;

  /** Lets the request in, then makes the route's call. A session is checked before a byte of the body is read. */
  async function perform(ctx: Ctx, request: WireRequest, route: Route, id: string): Promise<Outcome<object | null>> {
    const context = (): RequestContext => ({ ip: clientIp?.(ctx), userAgent: request.header('user-agent') });
    if (route.who === 'session') {
      const user = await host.session(ctx);
      if (user === null) throw new HttpRefusal('not_signed_in');
      const { userId, accountName } = user;
      const input = route.input === null ? null : validate(route.input, await readInput(request, route));
      return route.call({ mfa, userId, accountName, input, id, request: context() });
    }
    const input = validate(route.input, await readInput(request, route));
    const holder = await mfa.tokenHolder(input.mfa_token);
    const account = await host.account(holder.userId);
    if (account?.active !== true) throw new HttpRefusal('user_inactive');
    const { userId } = holder;
    return route.call({ mfa, userId, accountName: account.accountName, holder, input, id, request: context() });
  }

  async function readInput(request: WireRequest, { inputFrom }: Route): Promise<unknown> {
    return inputFrom === 'query' ? readQuery(request.query) : readJson(request, bodyTimeoutSeconds);
  }

  return async (ctx, request) => {
    const found = findRoute(request.path);
    if (found === 'foreign') return null;
    if (found === 'unknown') return problem('not_found');
    const route: Route = ROUTES[found.name];
    if (request.method !== route.method) return problem('method_not_allowed', { headers: { allow: route.method } });
    try {
      const { reply, verified } = await perform(ctx, request, route, found.id);
      const headers = verified === undefined ? undefined : await host.signIn(ctx, verified);
      return success(reply, headers ?? undefined);
    } catch (error) {
      if (error instanceof HttpRefusal) return error.reply;
      if (!(error instanceof MfaError)) throw error;
      const refused = toProblem(error, route.statuses, clock());
      if (refused.status >= 500) onError?.(error);
      return refused;
    }
  };
}

/** Digits become numbers; a name that is given twice becomes a list, which no schema accepts. */
function readQuery(query: string): Readonly<Record<string, unknown>> {
  const parameters = new URLSearchParams(query);
  const read = (name: string): unknown => {
    const values = parameters.getAll(name);
    const [value] = values;
    if (values.length > 1) return values;
    return value !== undefined && /^[0-9]{1,16}$/.test(value) ? Number(value) : value;
  };
  return Object.fromEntries(
    [...new Set(parameters.keys())].filter((name) => name !== '__proto__').map((name) => [name, read(name)]),
  );
}
