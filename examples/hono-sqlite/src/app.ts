/** The Hono application: the library's routes, the application's own, and the pages. */
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
import { mfaRouter, requireMfa, type Host } from '@mfakit/hono';
import { passkeyRoutes } from '@mfakit/http/passkeys';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { visitorsOf } from './visitor.ts';

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
export function createApp(acme: Application, { sources, demo, trustProxy }: AppOptions): Hono {
  const app = new Hono();
  const visitorOf = visitorsOf(trustProxy);
  const pageAt = pageFiles(sources, demo);

  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders(visitorOf(c).origin))) c.header(name, value);
  });

  app.use('/api/*', async (c, next) => {
    c.header('cache-control', NO_STORE);
    const allowed = sameOrigin({
      method: c.req.method,
      secFetchSite: c.req.header('sec-fetch-site'),
      origin: c.req.header('origin'),
      ownOrigin: visitorOf(c).origin,
    });
    return allowed ? next() : c.json({ status: 403, code: 'cross_site', detail: 'Not from this site' }, 403);
  });

  const host: Host<Context> = {
    session: (c) => acme.sessionUser(visitorOf(c)),
    account: (userId) => acme.tokenUser(userId),
    async signIn(c, verified) {
      const cookie = await acme.verified(visitorOf(c), verified);
      if (cookie !== null) c.header('set-cookie', cookie);
    },
    factorsChanged: (c, change) => acme.factorsChanged(visitorOf(c), change),
  };
  const options = { clientIp: (c: Context) => visitorOf(c).ip, routes: passkeyRoutes };
  app.route('/api/auth', mfaRouter(acme.mfa, host, options));

  app.use('/api/*', bodyLimit({ maxSize: 16_384 }));
  app.post('/api/auth/sign-up', async (c) => send(c, await acme.signUp(await json(c), visitorOf(c))));
  app.post('/api/auth/login', async (c) => send(c, await acme.logIn(await json(c), visitorOf(c))));
  app.post('/api/auth/logout', async (c) => send(c, await acme.logOut(visitorOf(c))));
  app.post('/api/auth/password', async (c) => send(c, await acme.changePassword(await json(c), visitorOf(c))));
  app.get('/api/me', async (c) => send(c, await acme.me(visitorOf(c))));

  const recently = requireMfa({
    mfa: acme.mfa,
    maxAgeSeconds: MAX_AGE_SECONDS,
    session: (c) => acme.session(visitorOf(c)),
  });
  app.post('/api/payout', recently, (c) => c.json({ paid: true }));

  app.use('/api/admin/*', async (c, next) => {
    await acme.admin.admit(visitorOf(c));
    return next();
  });
  app.use('/api/admin/*', recently);
  app.get('/api/admin/users', async (c) => send(c, await acme.admin.users(c.req.query(), visitorOf(c))));
  app.get('/api/admin/users/:id', async (c) => send(c, await acme.admin.user(c.req.param('id'), visitorOf(c))));
  app.post('/api/admin/users/:id', async (c) =>
    send(c, await acme.admin.change(c.req.param('id'), await json(c), visitorOf(c))),
  );
  app.post('/api/admin/preview', async (c) => send(c, await acme.admin.preview(await json(c), visitorOf(c))));

  app.get('*', (c) => {
    const file = pageAt(c.req.path);
    return file === null ? c.text('Not found', 404) : c.body(file.body, 200, { ...file.headers });
  });

  app.onError((error, c) => {
    try {
      return send(c, toReply(error, acme.clock()));
    } catch {
      console.error(error);
      return c.json({ status: 500, code: 'internal_error', detail: 'Something went wrong' }, 500);
    }
  });
  return app;
}

/** A body that is not JSON counts as none: the answer then names each field that it lacks. */
async function json(c: Context): Promise<unknown> {
  if (!/^application\/json\b/.test(c.req.header('content-type') ?? '')) return null;
  return c.req.json().catch(() => null);
}

function send(c: Context, { status, body, cookies = [] }: Reply): Response {
  for (const cookie of cookies) c.header('set-cookie', cookie, { append: true });
  return c.json(body, status as ContentfulStatusCode);
}
