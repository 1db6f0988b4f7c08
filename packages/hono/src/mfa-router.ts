/** mfaRouter: the contract as a Hono application. */
import type { Mfa } from '@mfakit/core';
import {
  createDispatcher,
  lastSegments,
  originOf,
  ROUTES,
  splitUrl,
  webBody,
  type BindingOptions,
  type BodySource,
  type Host,
} from '@mfakit/http';
import { Hono, type Context, type Env, type MiddlewareHandler } from 'hono';
import { send } from './send.ts';

/**
 * A Hono application for Node, Bun, Deno and Workers; mount it at any prefix. Paths that are not in the contract stay the
 * host's. Errors of the host's functions go to Hono's error handler; refusals that became a 503 go to `onError`.
 * @example
 * ```ts
 * app.route('/api/auth', mfaRouter(mfa, host));
 * ```
 */
export function mfaRouter<E extends Env = Env>(
  mfa: Mfa,
  host: Host<Context<E>>,
  options: BindingOptions<Context<E>> = {},
): Hono<E> {
  const dispatch = createDispatcher(mfa, host, options);
  const app = new Hono<E>();

  /** Hono matches decoded paths. The dispatcher gets the last segments as they were sent. */
  const answer = (segmentsOf: (path: string) => string): MiddlewareHandler<E> => {
    return async (c, next) => {
      const { path, query } = splitUrl(c.req.url);
      const reply = await dispatch(c, {
        method: c.req.method,
        path: segmentsOf(path),
        query,
        header: (name) => c.req.header(name),
        origin: originOf(c.req.url),
        body: (bounded) => bodySource(c, bounded),
      });
      return reply === null ? next() : send(c, reply);
    };
  };

  for (const { path } of Object.values({ ...ROUTES, ...options.routes })) {
    const count = path.split('/').length - 1;
    app.all(
      path.replace('{id}', ID_PARAMETER),
      answer((sent) => lastSegments(sent, count)),
    );
  }
  // Hono's `/totp/*` also matches `/totp`, which is not in the contract.
  const unknown = answer(() => '/totp/');
  app.all('/totp/*', (c, next) => (c.req.path.endsWith('/totp') ? next() : unknown(c, next)));
  return app;
}

/** Not `:id`: the host's prefix may have a parameter of that name, which the host's functions need. */
const ID_PARAMETER = ':mfaFactorId';

/** Reads through Hono's cache if that is safe: a middleware of the host may have read the body already. */
function bodySource<E extends Env>(c: Context<E>, bounded: boolean): BodySource {
  const whole = bounded || c.req.raw.bodyUsed;
  const request = { text: () => c.req.text(), body: whole ? null : c.req.raw.body };
  return { kind: 'stream', stream: webBody(request, whole) };
}
