/** loginApplication: a host in Hono with a route that begins a login and the routes of the contract. */
import type { Mfa } from '@mfakit/core';
import { mfaRouter } from '@mfakit/hono';
import { Hono, type Context } from 'hono';

/**
 * Answers `POST /login` with the token of `begin`, and the contract below `/api/auth`.
 * @param router - that of another commit, if `mfa` is that commit's
 */
export function loginApplication(mfa: Mfa, router: typeof mfaRouter = mfaRouter): Hono {
  const app = new Hono();
  app.post('/login', async (c) => {
    const { userId } = await c.req.json<{ readonly userId: string }>();
    const begun = await mfa.begin(userId);
    return c.json(begun.next === 'verify' ? { mfa_required: true, mfa_token: begun.token } : {});
  });
  const host = {
    // The cookie is the user id: sessions are up to the host, and not what is measured.
    session: (c: Context) => {
      const userId = /sid=([\w-]+)/.exec(c.req.header('cookie') ?? '')?.[1];
      return userId === undefined ? null : { userId, accountName: `${userId}@example.com` };
    },
    account: (userId: string) => ({ accountName: `${userId}@example.com`, active: true }),
    signIn: () => undefined,
  };
  return app.route('/api/auth', router(mfa, host));
}
