/** The Express application: the library's routes, the application's own, and the pages. */
// oxlint-disable oxc/no-async-endpoint-handlers -- Express 5 takes care of what they reject with
import {
  NO_STORE,
  pageFiles,
  sameOrigin,
  securityHeaders,
  toReply,
  type Application,
  type PageSources,
  type Reply,
} from '@mfakit/example-application';
import { mfaRouter, requireMfa, type ExpressContext, type Host } from '@mfakit/express';
import { passkeyRoutes } from '@mfakit/http/passkeys';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import { visitorOf } from './visitor.ts';

/** What the pages are made of, and whether they have a virtual phone. */
export interface AppOptions {
  readonly sources: PageSources;
  readonly demo: boolean;
  /** Whether a proxy of ours sets `X-Forwarded-Proto` and `X-Forwarded-For`. */
  readonly trustProxy: boolean;
}

/** How recent the second factor must be for a payout, and for administration. */
const MAX_AGE_SECONDS = 300;

/** Joins everything. */
export function createApp(acme: Application, { sources, demo, trustProxy }: AppOptions): Express {
  const app = express().disable('x-powered-by').disable('etag');
  // One proxy: the address and the scheme are what that one says, and nothing that the client sent.
  if (trustProxy) app.set('trust proxy', 1);
  const pageAt = pageFiles(sources, demo);

  app.use((req, res, next) => {
    res.set(securityHeaders(visitorOf(req).origin));
    next();
  });

  app.use('/api', onlyOurPages);

  const host: Host<ExpressContext> = {
    session: ({ req }) => acme.sessionUser(visitorOf(req)),
    account: (userId) => acme.tokenUser(userId),
    async signIn({ req, res }, verified) {
      const cookie = await acme.verified(visitorOf(req), verified);
      if (cookie !== null) res.append('set-cookie', cookie);
    },
    factorsChanged: ({ req }, change) => acme.factorsChanged(visitorOf(req), change),
  };
  app.use('/api/auth', mfaRouter(acme.mfa, host, { routes: passkeyRoutes }));

  app.use('/api', express.json({ limit: 16_384 }));
  app.post('/api/auth/sign-up', async (req, res) => send(res, await acme.signUp(req.body, visitorOf(req))));
  app.post('/api/auth/login', async (req, res) => send(res, await acme.logIn(req.body, visitorOf(req))));
  app.post('/api/auth/logout', async (req, res) => send(res, await acme.logOut(visitorOf(req))));
  app.post('/api/auth/password', async (req, res) => send(res, await acme.changePassword(req.body, visitorOf(req))));
  app.get('/api/me', async (req, res) => send(res, await acme.me(visitorOf(req))));

  const recently = requireMfa({
    mfa: acme.mfa,
    maxAgeSeconds: MAX_AGE_SECONDS,
    session: ({ req }) => acme.session(visitorOf(req)),
  });
  app.post('/api/payout', recently, (_req, res) => send(res, { status: 200, body: { paid: true } }));

  const administratorsOnly: RequestHandler = async (req, _res, next) => {
    await acme.admin.admit(visitorOf(req));
    next();
  };
  app.use('/api/admin', administratorsOnly, recently);
  app.get('/api/admin/users', async (req, res) => send(res, await acme.admin.users(req.query, visitorOf(req))));
  app.get('/api/admin/users/:id', async (req, res) => send(res, await acme.admin.user(req.params.id, visitorOf(req))));
  app.post('/api/admin/users/:id', async (req, res) =>
    send(res, await acme.admin.change(req.params.id, req.body, visitorOf(req))),
  );
  app.post('/api/admin/preview', async (req, res) => send(res, await acme.admin.preview(req.body, visitorOf(req))));

  app.get('/{*path}', (req, res) => {
    const file = pageAt(req.path);
    if (file === null) res.status(404).type('text').end('Not found');
    else res.set(file.headers).end(file.body);
  });

  const onError: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
    send(res, replyTo(error, acme.clock()));
  };
  return app.use(onError);
}

const onlyOurPages: RequestHandler = (req, res, next) => {
  res.set('cache-control', NO_STORE);
  const allowed = sameOrigin({
    method: req.method,
    secFetchSite: req.get('sec-fetch-site'),
    origin: req.get('origin'),
    ownOrigin: visitorOf(req).origin,
  });
  if (allowed) next();
  else send(res, { status: 403, body: { status: 403, code: 'cross_site', detail: 'Not from this site' } });
};

function replyTo(error: unknown, now: number): Reply {
  try {
    return toReply(error, now);
  } catch {
    // Express's own parser says what is wrong with a body.
    const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
    if (status >= 500) console.error(error);
    const detail = status >= 500 ? 'Something went wrong' : 'The request is invalid';
    return { status, body: { status, code: status >= 500 ? 'internal_error' : 'invalid_request', detail } };
  }
}

function send(res: Response, { status, body, cookies = [] }: Reply): void {
  for (const cookie of cookies) res.append('set-cookie', cookie);
  res.status(status).json(body);
}
