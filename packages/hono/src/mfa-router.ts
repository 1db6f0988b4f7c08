/** mfaRouter: the contract as a Hono application. */
import type { Mfa } from '@mfakit/core';
import {
  createDispatcher,
  lastSegments,
  problem,
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
 * A Hono application for Node, Bun, Deno and Workers, to be mounted at any prefix. Other paths stay the host's; an
 * error of the host's functions goes to Hono's own error handling. What became a 503 is told to `onError` alone.
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

  /** Hono has decoded the path before it matched: the dispatcher looks at the segments as they were sent. */
  const answer = (segments: number): MiddlewareHandler<E> => {
    return async (c, next) => {
      const { path, query } = splitUrl(c.req.url);
      const reply = await dispatch(c, {
        method: c.req.method,
        path: lastSegments(path, segments),
        query,
        header: (name) => c.req.header(name),
        body: (bounded) => bodySource(c, bounded),
      });
      return reply === null ? next() : send(c, reply);
    };
  };

  for (const { path } of Object.values(ROUTES)) {
    app.all(path.replace('{id}', ID_PARAMETER), answer(path.split('/').length - 1));
  }
  // Hono's `/totp/*` is `/totp` too, which is not ours.
  app.all('/totp/*', (c, next) => (c.req.path.endsWith('/totp') ? next() : send(c, problem('not_found'))));
  return app;
}

/** Not `:id`: the host's prefix may have a parameter of that name, and its functions must get that one. */
const ID_PARAMETER = ':mfaFactorId';

/** Through Hono's own cache where that is safe: a middleware of the host may have read the body already. */
function bodySource<E extends Env>(c: Context<E>, bounded: boolean): BodySource {
  const whole = bounded || c.req.raw.bodyUsed;
  const request = { text: () => c.req.text(), body: whole ? null : c.req.raw.body };
  return { kind: 'stream', stream: webBody(request, whole) };
}
