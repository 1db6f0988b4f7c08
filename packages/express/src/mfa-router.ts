/** mfaRouter: the contract as an Express router. */
import type { Mfa } from '@mfakit/core';
import { createDispatcher, splitUrl, type BindingOptions, type Host } from '@mfakit/http';
import type { RequestHandler } from 'express';
import type { ExpressContext } from './context.ts';
import { bodySource } from './request-body.ts';
import { send } from './send.ts';

/**
 * A router for Express 4 and 5, to be mounted at any prefix. It reads bodies by itself; a parser that ran before it is
 * taken at its word. What it does not know it passes on; an error of the host's functions goes to Express's own error
 * handling. What became a 503 is told to `onError` alone.
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
 * Express 4 finds the mount `/api/auth` in `/api/auth//x`, too, and `req.path` turns backslashes into slashes: a limit of
 * the host on the exact path, or a proxy's, would not see what is answered here.
 */
function isOddlySpelled(originalUrl: string): boolean {
  return /\\|\/\//.test(splitUrl(toAbsolute(originalUrl)).path);
}

/** A request may name the server before the path (RFC 9112 §3.2.2). */
function toAbsolute(url: string): string {
  return url.startsWith('/') ? `http://localhost${url}` : url;
}
