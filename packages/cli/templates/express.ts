// Two-step sign-in on Express, as `mfakit init` wrote it: change whatever you like.
import { createMfa, mfaRouter, requireMfa, type ExpressContext } from '@mfakit/express';
import { memoryStore } from '@mfakit/memory';
import express, { type Response as Reply } from 'express';
import { endOtherSessions, findSession, findUser, login, noteSeq } from './accounts.ts';
import { passwordMatches, sessionCookie, sessionIdIn, signUp, startSession } from './accounts.ts';

const mfa = createMfa({
  issuer: 'My application', // shown in the authenticator app
  store: memoryStore(), // forgets everything with the process: put your database here
  keys: (process.env['MFAKIT_KEYS'] ?? '').split(','),
  verifyPassword: (userId, password) => passwordMatches(findUser(userId), password),
});
await mfa.check(); // what is wrong shows here, and not at the first sign-in

const idOf = ({ req }: ExpressContext): string => sessionIdIn(req.headers.cookie);
const sessionOf = (context: ExpressContext) => findSession(idOf(context));

const app = express();
app.use(
  '/api/auth',
  mfaRouter(mfa, {
    session: sessionOf,
    account(userId) {
      const user = findUser(userId);
      return user && { accountName: user.email, active: true };
    },
    signIn(context, verified) {
      context.res.append('set-cookie', sessionCookie(startSession(verified, idOf(context))));
    },
    factorsChanged(context, { userId, sessionEpoch, seq }) {
      endOtherSessions(userId, idOf(context), sessionEpoch);
      noteSeq(userId, seq);
    },
  }),
);

app.use(express.json({ limit: '16kb' }));
app.post('/api/auth/sign-up', async ({ body }, res) => send(res, await signUp(body)));
app.post('/api/auth/login', async ({ body, headers }, res) => send(res, await login(mfa, body, headers.cookie)));
// A route that needs a second factor from the last five minutes.
app.post('/api/transfer', requireMfa({ mfa, maxAgeSeconds: 300, session: sessionOf }), (_req, res) => {
  res.json({ transferred: true });
});

async function send(res: Reply, answer: Response): Promise<void> {
  res.status(answer.status).set(Object.fromEntries(answer.headers));
  res.send(await answer.text());
}

const port = Number(process.env['PORT'] ?? 3000);
app.listen(port, () => console.log(`http://localhost:${port}`));
