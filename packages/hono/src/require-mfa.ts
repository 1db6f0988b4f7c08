/** requireMfa: guards a sensitive route of a Hono application. */
import { createGuard, type GuardOptions } from '@mfakit/http';
import type { Context, Env, MiddlewareHandler } from 'hono';
import { send } from './send.ts';

/**
 * Lets a request pass only if the second factor of its session is recent enough. Otherwise it answers 401 with the
 * step-up challenge; the client then posts to `/totp/step-up` and tries again.
 * @throws {RangeError} if `maxAgeSeconds` is not a whole number of 1 or more
 * @see RFC 9470 §3
 * @example
 * ```ts
 * app.use('/transfer', requireMfa({ mfa, maxAgeSeconds: 300, session }));
 * ```
 */
export function requireMfa<E extends Env = Env>(options: GuardOptions<Context<E>>): MiddlewareHandler<E> {
  const guard = createGuard(options);
  return async (c, next) => {
    const refused = await guard(c);
    if (refused !== null) return send(c, refused);
    return next();
  };
}
