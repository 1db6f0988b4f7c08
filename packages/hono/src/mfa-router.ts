/** mfaRouter: the contract as a Hono application. */
import type { Mfa } from '@mfakit/core';
import {
  belowMount,
  createDispatcher,
  splitUrl,
  webBody,
  type BindingOptions,
  type BodySource,
  type Host,
} from '@mfakit/http';
import { Hono, type Context, type Env } from 'hono';
import { send } from './send.ts';

/**
 * A Hono application for Node, Bun, Deno and Workers, to be mounted at any prefix. Other paths stay the host's; an
 * error of the host's functions goes to Hono's own error handling.
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
  app.on('ALL', ['/totp-verify', '/totp/*'], async (c, next) => {
    const { path, query } = splitUrl(c.req.url);
    const reply = await dispatch(c, {
      method: c.req.method,
      path: belowMount(path),
      query,
      header: (name) => c.req.header(name),
      body: (bounded) => bodySource(c, bounded),
    });
    return reply === null ? next() : send(c, reply);
  });
  return app;
}

/** Through Hono's own cache where that is safe: a middleware of the host may have read the body already. */
function bodySource<E extends Env>(c: Context<E>, bounded: boolean): BodySource {
  const whole = bounded || c.req.raw.bodyUsed;
  const request = { text: () => c.req.text(), body: whole ? null : c.req.raw.body };
  return { kind: 'stream', stream: webBody(request, whole) };
}
