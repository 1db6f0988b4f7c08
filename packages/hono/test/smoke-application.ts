/** Smoke application: a whole host on Hono that runs on any JavaScript runtime. */
import { createMfa } from '@mfakit/core';
import { mfaRouter, requireMfa } from '@mfakit/hono';
import { memoryStore } from '@mfakit/memory';
import { Hono, type Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

const KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

/** Makes the application. Its login takes anyone by name: the password is not the matter here. */
export function smokeApplication(): Hono {
  const mfa = createMfa({
    issuer: 'Acme',
    store: memoryStore(),
    keys: [KEY],
    verifyPassword: async (_userId, password) => password === 'secret',
    backupCodes: { count: 2 },
  });
  const sessions = new Map<string, { readonly userId: string; readonly authTime?: Date }>();
  const signIn = (c: Context, userId: string, authTime?: Date): void => {
    const id = crypto.randomUUID();
    sessions.set(id, { userId, ...(authTime !== undefined && { authTime }) });
    setCookie(c, 'sid', id, { httpOnly: true, sameSite: 'Lax' });
  };
  const session = (c: Context): { readonly userId: string; readonly authTime?: Date } | null =>
    sessions.get(getCookie(c, 'sid') ?? '') ?? null;

  const app = new Hono();
  app.post('/api/auth/login', async (c) => {
    const { user } = await c.req.json<{ user: string }>();
    const begun = await mfa.begin(user);
    if (begun.next === 'verify') return c.json({ mfa_required: true, mfa_token: begun.token });
    if (begun.next === 'enroll') return c.json({ mfa_setup_required: true, mfa_token: begun.token });
    signIn(c, user);
    return c.json({ signed_in: true });
  });
  app.route(
    '/api/auth',
    mfaRouter(mfa, {
      session: (c) => {
        const signedIn = session(c);
        return signedIn && { userId: signedIn.userId, accountName: `${signedIn.userId}@example.com` };
      },
      account: (userId) => ({ accountName: `${userId}@example.com`, active: true }),
      signIn: (c, { userId, authTime }) => signIn(c, userId, authTime),
    }),
  );
  app.get('/sensitive', requireMfa({ mfa, maxAgeSeconds: 300, session }), (c) => c.text('the sensitive thing'));
  return app;
}
