// Two-step sign-in on Hono, as `mfakit init` wrote it: change whatever you like.
import { serve } from '@hono/node-server';
import { createMfa, mfaRouter, requireMfa } from '@mfakit/hono';
import { memoryStore } from '@mfakit/memory';
import { Hono, type Context } from 'hono';
import { csrf } from 'hono/csrf';
import { endOtherSessions, findSession, findUser, login, noteSeq } from './accounts.ts';
import { passwordMatches, sessionCookie, sessionIdIn, signUp, startSession } from './accounts.ts';

const mfa = createMfa({
  issuer: 'My application', // shown in the authenticator app
  store: memoryStore(), // forgets everything with the process: put your database here
  keys: (process.env['MFAKIT_KEYS'] ?? '').split(','),
  verifyPassword: (userId, password) => passwordMatches(findUser(userId), password),
});
await mfa.check(); // what is wrong shows here, and not at the first sign-in

const idOf = (c: Context): string => sessionIdIn(c.req.header('cookie'));
const sessionOf = (c: Context) => findSession(idOf(c));

const app = new Hono();
app.use(csrf());
app.route(
  '/api/auth',
  mfaRouter(mfa, {
    session: sessionOf,
    account(userId) {
      const user = findUser(userId);
      return user && { accountName: user.email, active: true };
    },
    signIn(c, verified) {
      c.header('set-cookie', sessionCookie(startSession(verified, idOf(c))), { append: true });
    },
    factorsChanged(c, { userId, sessionEpoch, seq }) {
      endOtherSessions(userId, idOf(c), sessionEpoch);
      noteSeq(userId, seq);
    },
  }),
);

app.post('/api/auth/sign-up', async (c) => signUp(await c.req.json()));
app.post('/api/auth/login', async (c) => login(mfa, await c.req.json(), c.req.header('cookie')));
// A route that needs a second factor from the last five minutes.
app.post('/api/transfer', requireMfa({ mfa, maxAgeSeconds: 300, session: sessionOf }), (c) =>
  c.json({ transferred: true }),
);

const port = Number(process.env['PORT'] ?? 3000);
serve({ fetch: app.fetch, port }, () => console.log(`http://localhost:${port}`));
