/** mfaRouter: the contract as an Express router. */
import type { Mfa } from '@mfakit/core';
import { createDispatcher, splitUrl, type BindingOptions, type Host } from '@mfakit/http';
import type { RequestHandler } from 'express';
import type { ExpressContext } from './context.ts';
import { bodySource } from './request-body.ts';
import { send } from './send.ts';

/**
 * A router for Express 4 and 5; mount it at any prefix. It reads bodies itself, or takes what a parser before it has made
 * of them. It passes on requests for paths that are not in the contract. Errors of the host's functions go to Express's
 * error handler; refusals that became a 503 go to `onError`.
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
    if (isOddlySpelled(req.originalUrl)) {
      next();
      return;
    }
    try {
      const { path, query } = splitUrl(toAbsolute(req.url));
      const reply = await dispatch(
        { req, res },
        {
          method: req.method,
          path,
          query,
          header: (name) => req.get(name),
          origin: `${req.protocol}://${req.get('host') ?? ''}`,
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

/**
 * Express 4 also finds the mount `/api/auth` in `/api/auth//x`, and `req.path` turns backslashes into slashes. A rate
 * limit on the exact path, the host's or a proxy's, would miss such a request, so it gets no answer here.
 */
function isOddlySpelled(originalUrl: string): boolean {
  return /\\|\/\//.test(splitUrl(toAbsolute(originalUrl)).path);
}

/** The target of a request may be a whole URL (RFC 9112 §3.2.2). */
function toAbsolute(url: string): string {
  return url.startsWith('/') ? `http://localhost${url}` : url;
}
