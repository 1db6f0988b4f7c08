/** The Hono application: the library's routes, the application's own, and the pages. */
import {
  NO_STORE,
  pageFiles,
  sameOrigin,
  SECURITY_HEADERS,
  toReply,
  type Application,
  type PageSources,
  type Reply,
} from '@mfakit/example-application';
import { mfaRouter, requireMfa } from '@mfakit/hono';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { visitorOf } from './visitor.ts';

/** What the pages are made of, and whether they have a virtual phone. */
export interface AppOptions {
  readonly sources: PageSources;
  readonly demo: boolean;
}

/** How recent the second factor must be for a payout. */
const PAYOUT_MAX_AGE_SECONDS = 300;

/** Joins everything. */
export function createApp(acme: Application, { sources, demo }: AppOptions): Hono {
  const app = new Hono();
  const pageAt = pageFiles(sources, demo);

  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value);
  });

  app.use('/api/*', async (c, next) => {
    c.header('cache-control', NO_STORE);
    const allowed = sameOrigin({
      method: c.req.method,
      secFetchSite: c.req.header('sec-fetch-site'),
      origin: c.req.header('origin'),
      ownOrigin: new URL(c.req.url).origin,
    });
    return allowed ? next() : c.json({ status: 403, code: 'cross_site', detail: 'Not from this site' }, 403);
  });

  app.use('/api/auth/totp/*', async (c, next) => {
    await next();
    const removes = c.req.path.endsWith('/totp/disable') || c.req.path.includes('/totp/factors/');
    if (removes && c.res.ok) await acme.endOtherSessions(visitorOf(c));
  });

  const router = mfaRouter(
    acme.mfa,
    {
      session: (c) => acme.sessionUser(visitorOf(c)),
      account: (userId) => acme.tokenUser(userId),
      async signIn(c, verified) {
        const cookie = await acme.verified(visitorOf(c), verified);
        if (cookie !== null) c.header('set-cookie', cookie);
      },
    },
    { clock: acme.clock, clientIp: (c) => visitorOf(c).ip, onError: console.error },
  );
  app.route('/api/auth', router);

  app.use('/api/*', bodyLimit({ maxSize: 16_384 }));
  app.post('/api/auth/sign-up', async (c) => send(c, await acme.signUp(await json(c), visitorOf(c))));
  app.post('/api/auth/login', async (c) => send(c, await acme.logIn(await json(c), visitorOf(c))));
  app.post('/api/auth/logout', async (c) => send(c, await acme.logOut(visitorOf(c))));
  app.get('/api/me', async (c) => send(c, await acme.me(visitorOf(c))));
  app.get('/api/admin/users', async (c) => send(c, await acme.admin.users(visitorOf(c))));
  app.post('/api/admin/users/:id', async (c) =>
    send(c, await acme.admin.change(c.req.param('id'), await json(c), visitorOf(c))),
  );

  const recently = requireMfa({
    maxAgeSeconds: PAYOUT_MAX_AGE_SECONDS,
    session: (c) => acme.session(visitorOf(c)),
    clock: acme.clock,
  });
  app.post('/api/payout', recently, (c) => c.json({ paid: true }));

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

/** A body that is not JSON is no body: what it lacks is then told field by field. */
async function json(c: Context): Promise<unknown> {
  if (!/^application\/json\b/.test(c.req.header('content-type') ?? '')) return null;
  return c.req.json().catch(() => null);
}

function send(c: Context, { status, body, cookie }: Reply): Response {
  if (cookie !== undefined) c.header('set-cookie', cookie);
  return c.json(body, status as ContentfulStatusCode);
}
