/** An application with a login route, the routes of mfakit, and a payout that needs a second factor of the last five minutes. */
import { mfaRouter, problemOf, requireMfa, toResponse, type Mfa } from '@mfakit/hono';
import { Hono, type Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

interface Session {
  readonly userId: string;
  readonly sessionEpoch: number;
  readonly authTime: Date | null;
}

/**
 * @param mfa - a test passes one that keeps nothing and waits for nothing
 * @param passwordMatches - your own check
 */
export function createApp(mfa: Mfa, passwordMatches: (userId: string, password: string) => Promise<boolean>): Hono {
  const sessions = new Map<string, Session>();
  const sessionOf = async (c: Context): Promise<Session | null> => sessions.get(getCookie(c, 'session') ?? '') ?? null;
  const startSession = async (c: Context, session: Session): Promise<void> => {
    sessions.delete(getCookie(c, 'session') ?? '');
    const id = crypto.randomUUID();
    sessions.set(id, session);
    setCookie(c, 'session', id, { httpOnly: true, secure: true, sameSite: 'Lax' });
  };

  const app = new Hono();
  app.post('/login', async (c) => {
    const { userId, password } = await c.req.json<{ userId: string; password: string }>();
    try {
      await mfa.assertNotLocked(userId);
      if (!(await passwordMatches(userId, password))) {
        await mfa.passwordFailed(userId);
        return c.json({ detail: 'Wrong' }, 401);
      }
      const step = await mfa.begin(userId);
      if (step.next !== 'signed-in') return c.json({ next: step.next, mfa_token: step.token });
      await startSession(c, { userId, sessionEpoch: step.sessionEpoch, authTime: null });
      return c.json({ next: 'signed-in' });
    } catch (error) {
      const refusal = problemOf(error);
      if (refusal === null) throw error;
      return toResponse(refusal);
    }
  });

  const host = {
    async session(c: Context) {
      const session = await sessionOf(c);
      return session && { ...session, accountName: session.userId };
    },
    account: async (userId: string) => ({ accountName: userId, active: true }),
    signIn: startSession,
    async factorsChanged(_c: Context, { userId, sessionEpoch }: { userId: string; sessionEpoch: number }) {
      for (const [id, session] of sessions)
        if (session.userId === userId) sessions.set(id, { ...session, sessionEpoch });
    },
  };
  app.route('/auth', mfaRouter(mfa, host));
  app.post('/payout', requireMfa({ mfa, maxAgeSeconds: 300, session: sessionOf }), (c) => c.json({ paid: true }));
  return app;
}
