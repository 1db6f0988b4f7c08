/** The routes, from the contract and written by hand, in Express and in Hono, over one core. */
import { MfaError, type Mfa } from '@mfakit/core';
import { mfaRouter as expressRouter } from '@mfakit/express';
import { mfaRouter as honoRouter } from '@mfakit/hono';
import express, { type Express } from 'express';
import { Hono } from 'hono';
import { serveExpress, serveWithHono, type Served } from '../serve.ts';

/** What every route here does to sign in. */
const COOKIE = 'sid=0123456789abcdef0123456789abcdef; HttpOnly; SameSite=Lax; Path=/';

/** The host's table of accounts. The contract and the hand-written routes both look up the user there. */
const account = (userId: string): { readonly accountName: string; readonly active: boolean } => ({
  accountName: `${userId}@example.com`,
  active: true,
});

/** Ways to serve `POST /api/auth/totp-verify`, by name. */
export const ROUTES: Readonly<Record<string, (mfa: Mfa) => Promise<Served>>> = {
  'Express, mfakit': (mfa) => {
    const app = express();
    const host = {
      session: () => null,
      account,
      signIn: ({ res }: { readonly res: express.Response }) => void res.append('set-cookie', COOKIE),
    };
    app.use('/api/auth', expressRouter(mfa, host));
    return serveExpress(app);
  },

  'Express, by hand': (mfa) => serveExpress(expressByHand(mfa)),

  'Hono, mfakit': (mfa) => {
    const app = new Hono();
    const host = {
      session: () => null,
      account,
      signIn: (c: { header(name: string, value: string, options: { append: true }): void }) =>
        c.header('set-cookie', COOKIE, { append: true }),
    };
    app.route('/api/auth', honoRouter(mfa, host));
    return serveWithHono(app);
  },

  'Hono, by hand': (mfa) => serveWithHono(honoByHand(mfa)),
};

function expressByHand(mfa: Mfa): Express {
  const app = express();
  const verify = async (req: express.Request, res: express.Response): Promise<void> => {
    try {
      const { mfa_token: token, code } = req.body as { readonly mfa_token: string; readonly code: string };
      const { userId } = await mfa.verify({ token, code });
      if (!account(userId).active) throw new MfaError('invalid_token');
      res.append('set-cookie', COOKIE).set('cache-control', 'no-store').json({ authenticated: true });
    } catch (error) {
      res.status(401).json({ code: error instanceof MfaError ? error.code : 'internal_error' });
    }
  };
  app.post('/api/auth/totp-verify', express.json({ limit: '16kb' }), (req, res) => {
    void verify(req, res);
  });
  return app;
}

function honoByHand(mfa: Mfa): Hono {
  const app = new Hono();
  app.post('/api/auth/totp-verify', async (c) => {
    const { mfa_token: token, code } = await c.req.json<{ readonly mfa_token: string; readonly code: string }>();
    try {
      const { userId } = await mfa.verify({ token, code });
      if (!account(userId).active) throw new MfaError('invalid_token');
      c.header('set-cookie', COOKIE, { append: true });
      c.header('cache-control', 'no-store');
      return c.json({ authenticated: true });
    } catch (error) {
      return c.json({ code: error instanceof MfaError ? error.code : 'internal_error' }, 401);
    }
  });
  return app;
}
