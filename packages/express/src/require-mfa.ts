/** requireMfa: guards a sensitive route of an Express application. */
import { createGuard, type GuardOptions } from '@mfakit/http';
import type { RequestHandler } from 'express';
import type { ExpressContext } from './context.ts';
import { send } from './send.ts';

/**
 * Lets a request pass only if the second factor of its session is recent enough. Otherwise it answers 401 with the
 * step-up challenge; the client then posts to `/totp/step-up` and tries again.
 * @throws {RangeError} if `maxAgeSeconds` is not a whole number of 1 or more
 * @see RFC 9470 §3
 * @example
 * ```ts
 * app.post('/transfer', requireMfa({ mfa, maxAgeSeconds: 300, session }), transfer);
 * ```
 */
export function requireMfa(options: GuardOptions<ExpressContext>): RequestHandler {
  const guard = createGuard(options);
  return async (req, res, next) => {
    try {
      const refused = await guard({ req, res });
      if (refused === null) next();
      else send(res, refused);
    } catch (error) {
      next(error);
    }
  };
}
