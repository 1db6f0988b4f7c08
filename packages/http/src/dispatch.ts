/** Dispatching: from a request, whatever framework it came through, to its reply. */
import { MfaError, type Mfa, type RequestContext, type TokenHolder } from '@mfakit/core';
import { readJson, type BodyRequest } from './body.ts';
import { CALLS, type AdmittedHolder, type Outcome } from './calls.ts';
import { findRoute } from './find-route.ts';
import type { BindingOptions, Host } from './host.ts';
import { HttpRefusal, problem, success, type WireReply } from './problems.ts';
import { toProblem } from './refusals.ts';
import { ROUTES, type Route } from './table.ts';
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
 * Answers a request. `null`: the path is none of ours. What it throws is not ours either: an error of the host's
 * functions, for the framework to handle.
 */
export type Dispatcher<Ctx> = (ctx: Ctx, request: WireRequest) => Promise<WireReply | null>;

/** Default of `bodyTimeoutSeconds`: longer than any sound client takes for a kilobyte. */
const BODY_TIMEOUT_SECONDS = 10;

/** A request that was let in; only its own route knows whether a token did it. */
type Admission = Omit<AdmittedHolder<unknown>, 'holder'> & { readonly holder: TokenHolder | null };

/** Who calls, and with what. */
type Caller = Omit<Admission, 'mfa' | 'id' | 'request'>;

/** Makes the dispatcher that a binding wraps. */
export function createDispatcher<Ctx>(mfa: Mfa, host: Host<Ctx>, options: BindingOptions<Ctx> = {}): Dispatcher<Ctx> {
  const { clientIp, onError, clock = Date.now, bodyTimeoutSeconds = BODY_TIMEOUT_SECONDS } = options;

  /** The session is looked at before a byte of the body is read. */
  async function admit(ctx: Ctx, request: WireRequest, route: Route): Promise<Caller> {
    if (route.who === 'session') {
      const user = await host.session(ctx);
      if (user === null) throw new HttpRefusal('not_signed_in');
      const { userId, accountName } = user;
      return { userId, accountName, holder: null, input: await readInput(request, route) };
    }
    const input = await readInput(request, route);
    const holder = await mfa.tokenHolder(tokenOf(input));
    const account = await host.account(holder.userId);
    if (account?.active !== true) throw new HttpRefusal('user_inactive');
    return { userId: holder.userId, accountName: account.accountName, holder, input };
  }

  async function readInput(request: WireRequest, { input, inputFrom }: Route): Promise<unknown> {
    if (input === null) return null;
    return validate<unknown>(
      input,
      inputFrom === 'query' ? readQuery(request.query) : await readJson(request, bodyTimeoutSeconds),
    );
  }

  return async (ctx, request) => {
    const found = findRoute(request.path);
    if (found === 'foreign') return null;
    if (found === 'unknown') return problem('not_found');
    const route: Route = ROUTES[found.name];
    if (request.method !== route.method) return problem('method_not_allowed', { headers: { allow: route.method } });
    try {
      const caller = await admit(ctx, request, route);
      const context: RequestContext = { ip: clientIp?.(ctx), userAgent: request.header('user-agent') };
      // The input was validated by the schema of this very route, and every token route has its holder.
      const call = CALLS[found.name] as (admitted: Admission) => Promise<Outcome<object | null>>;
      const { reply, verified } = await call({ mfa, ...caller, id: found.id, request: context });
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

/** Numbers become numbers; a name given twice becomes a list, which no schema takes. */
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

/** Every token route's schema asks for it. */
function tokenOf(input: unknown): string {
  return (input as { readonly mfa_token: string }).mfa_token;
}
