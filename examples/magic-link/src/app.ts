/** The application: mails a link, and goes on with the second step once it was opened. */
import { mfaRouter, problemOf, toResponse, type Mfa, type Verified } from '@mfakit/hono';
import { Hono, type Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { csrf } from 'hono/csrf';
import { html } from 'hono/html';
import type { Transporter } from 'nodemailer';
import type { Links } from './links.ts';

interface Session {
  readonly userId: string;
  readonly sessionEpoch: number;
  readonly signedInAt: Date;
}

/** What the application stands on. */
export interface AppOptions {
  readonly mfa: Mfa;
  readonly links: Links;
  readonly transport: Transporter;
  /** Where the application is: never taken from a request, whose `Host` anybody can set. */
  readonly origin: string;
  /** User ids by e-mail address. */
  readonly users: ReadonlyMap<string, string>;
  readonly clock: () => number;
}

async function field(c: Context, name: string): Promise<string> {
  const value = (await c.req.formData()).get(name);
  return typeof value === 'string' ? value : '';
}

export function createApp({ mfa, links, transport, origin, users, clock }: AppOptions): Hono {
  const sessions = new Map<string, Session>();
  const sessionOf = (c: Context): Session | undefined => sessions.get(getCookie(c, 'session') ?? '');
  const startSession = (
    c: Context,
    { userId, sessionEpoch }: Pick<Session, 'userId' | 'sessionEpoch'>,
    at: Date,
  ): void => {
    sessions.delete(getCookie(c, 'session') ?? '');
    const id = crypto.randomUUID();
    sessions.set(id, { userId, sessionEpoch, signedInAt: at });
    setCookie(c, 'session', id, { httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
  };

  const app = new Hono();
  app.use(csrf({ origin }));
  app.get('/', (c) =>
    c.html(
      html`<form method="post" action="/link">
        <input name="email" type="email" required /><button>Mail me a link</button>
      </form>`,
    ),
  );

  app.post('/link', async (c) => {
    const email = (await field(c, 'email')).toLowerCase();
    const userId = users.get(email);
    if (userId !== undefined) {
      const text = `${origin}/open?link=${links.make(userId)}\n\nIt is good once, for 15 minutes.\n`;
      // Not awaited: an answer must not tell by its time who exists.
      void transport
        .sendMail({ from: 'sign-in@acme.example', to: email, subject: 'Your link to Acme', text })
        .catch((error: unknown) => console.error(error));
    }
    return c.html('If we know this address, a link is on its way.');
  });

  // Mail programs open links, too: this spends nothing.
  app.get('/open', (c) => {
    c.header('referrer-policy', 'same-origin');
    return c.html(
      html`<form method="post">
        <input type="hidden" name="link" value="${c.req.query('link') ?? ''}" /><button>Sign in</button>
      </form>`,
    );
  });

  app.post('/open', async (c) => {
    const userId = links.spend(await field(c, 'link'));
    if (userId === null) return c.json({ detail: 'This link was used, or is too old. Ask for a new one.' }, 410);
    try {
      const step = await mfa.begin(userId);
      if (step.next !== 'signed-in') return c.json({ next: step.next, mfa_token: step.token });
      startSession(c, { userId, sessionEpoch: step.sessionEpoch }, new Date(clock()));
      return c.json({ next: 'signed-in' });
    } catch (error) {
      const refusal = problemOf(error);
      if (refusal === null) throw error;
      return toResponse(refusal);
    }
  });

  const host = {
    async session(c: Context) {
      const session = sessionOf(c);
      return session === undefined ? null : { ...session, accountName: session.userId };
    },
    account: async (userId: string) => ({ accountName: userId, active: true }),
    async signIn(c: Context, verified: Verified) {
      // A step-up opens no link: the session is as old as it was.
      startSession(c, verified, sessionOf(c)?.signedInAt ?? new Date(clock()));
    },
    async factorsChanged(c: Context, { userId, sessionEpoch }: { userId: string; sessionEpoch: number }) {
      for (const [id, session] of sessions) {
        if (session.userId !== userId) continue;
        if (id === getCookie(c, 'session')) sessions.set(id, { ...session, sessionEpoch });
        else sessions.delete(id);
      }
    },
  };
  return app.route('/api/auth', mfaRouter(mfa, host));
}
