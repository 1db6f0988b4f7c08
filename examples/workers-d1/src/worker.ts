/** The Worker: sign-up and login of its own, the routes of mfakit after them, and one that needs a fresh second factor. */
import { d1Store, type D1Database } from '@mfakit/d1';
import { createMfa, mfaRouter, problemOf, requireMfa, toResponse, type Mfa } from '@mfakit/hono';
import { Hono, type Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { csrf } from 'hono/csrf';
import { d1Accounts, type Accounts } from './accounts.ts';
import { wasmHasher } from './hasher.ts';

interface Env {
  readonly DB: D1Database;
  /** 32 random bytes, in base64: a secret of the Worker. */
  readonly MFA_KEY: string;
}

const idOf = (c: Context): string | undefined => getCookie(c, 'session');

function setSession(c: Context, id: string): void {
  setCookie(c, 'session', id, { httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
}

async function credentialsOf(c: Context): Promise<{ readonly email: string; readonly password: string }> {
  const body = await c.req.json<{ email?: unknown; password?: unknown }>().catch(() => ({ email: '', password: '' }));
  return { email: String(body.email).toLowerCase(), password: String(body.password) };
}

function createApp(mfa: Mfa, accounts: Accounts): Hono {
  const app = new Hono();
  app.use(csrf());

  app.post('/api/auth/sign-up', async (c) => {
    const { email, password } = await credentialsOf(c);
    const added = email.includes('@') && password.length >= 8 && (await accounts.addUser(email, password));
    return added ? c.json({ created: true }, 201) : c.json({ detail: 'Another address or a longer password' }, 422);
  });

  app.post('/api/auth/login', async (c) => {
    const { email, password } = await credentialsOf(c);
    const user = await accounts.findUser('email', email);
    try {
      if (user !== null) await mfa.assertNotLocked(user.id);
      if (!(await accounts.passwordMatches(user, password)) || user === null) {
        if (user !== null) await mfa.passwordFailed(user.id);
        return c.json({ detail: 'Invalid email or password' }, 401);
      }
      const step = await mfa.begin(user.id, {}, { seenSeq: user.seen_seq });
      if (step.next === 'verify') return c.json({ mfa_required: true, mfa_token: step.token, methods: step.methods });
      if (step.next === 'enroll') return c.json({ mfa_setup_required: true, mfa_token: step.token });
      setSession(c, await accounts.startSession({ ...step, userId: user.id, amr: ['pwd'] }, idOf(c)));
      return c.json({ authenticated: true });
    } catch (error) {
      const refusal = problemOf(error);
      if (refusal === null) throw error;
      return toResponse(refusal);
    }
  });

  const host = {
    async session(c: Context) {
      const session = await accounts.findSession(idOf(c));
      const user = session && (await accounts.findUser('id', session.userId));
      return session && user && { ...session, accountName: user.email };
    },
    async account(userId: string) {
      const user = await accounts.findUser('id', userId);
      return user && { accountName: user.email, active: true };
    },
    async signIn(c: Context, verified: Parameters<Accounts['startSession']>[0]) {
      setSession(c, await accounts.startSession(verified, idOf(c)));
    },
    factorsChanged: (c: Context, { userId, sessionEpoch }: { userId: string; sessionEpoch: number }) =>
      accounts.endOtherSessions(userId, idOf(c), sessionEpoch),
  };
  // Cloudflare's edge sets this header itself.
  app.route('/api/auth', mfaRouter(mfa, host, { clientIp: (c) => c.req.header('cf-connecting-ip') }));

  const recently = requireMfa({ mfa, maxAgeSeconds: 300, session: (c) => accounts.findSession(idOf(c)) });
  app.post('/api/transfer', recently, (c) => c.json({ transferred: true }));
  return app;
}

let app: Hono | undefined;

// A Worker's module must have its handler as the default export.
// oxlint-disable-next-line import/no-default-export
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (app === undefined) {
      const accounts = d1Accounts(env.DB);
      const mfa = createMfa({
        issuer: 'Acme',
        store: d1Store(env.DB),
        keys: [env.MFA_KEY],
        hasher: wasmHasher,
        verifyPassword: async (userId, password) =>
          accounts.passwordMatches(await accounts.findUser('id', userId), password),
      });
      app = createApp(mfa, accounts);
    }
    return app.fetch(request);
  },
};
