/** mfaRouter: the contract as an Express router. */
import type { Mfa } from '@mfakit/core';
import { createDispatcher, type BindingOptions, type Host } from '@mfakit/http';
import type { RequestHandler } from 'express';
import type { ExpressContext } from './context.ts';
import { bodySource } from './request-body.ts';
import { send } from './send.ts';

/**
 * A router for Express 4 and 5, to be mounted at any prefix. It reads bodies by itself; a parser that ran before it is
 * taken at its word. What it does not know it passes on; an error of the host's functions goes to Express's own error
 * handling.
 * @example
 * ```ts
 * app.use('/api/auth', mfaRouter(mfa, host));
 * ```
 */
export function mfaRouter(
  mfa: Mfa,
  host: Host<ExpressContext>,
  options: BindingOptions<ExpressContext> = {},
): RequestHandler {
  const dispatch = createDispatcher(mfa, host, { clientIp: ({ req }) => req.ip, ...options });
  return async (req, res, next) => {
    const queryStart = req.url.indexOf('?');
    try {
      const reply = await dispatch(
        { req, res },
        {
          method: req.method,
          path: req.path,
          query: queryStart === -1 ? '' : req.url.slice(queryStart),
          header: (name) => req.get(name),
          body: () => bodySource(req),
        },
      );
      if (reply === null) next();
      else send(res, reply);
    } catch (error) {
      next(error);
    }
  };
}
