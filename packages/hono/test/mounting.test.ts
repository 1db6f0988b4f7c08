import { mfaRouter } from '@mfakit/hono';
import { Hono, type Context } from 'hono';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { TrieRouter } from 'hono/router/trie-router';
import { expect, test } from 'vitest';
import { PASSWORD, startApplication, type TestApp } from '../../http/test/application.ts';

function router(app: TestApp): Hono {
  return mfaRouter(
    app.mfa,
    app.host<Context>({
      cookie: (c) => c.req.header('cookie'),
      setCookie: (_c, cookie) =>
        new Headers([
          ['set-cookie', cookie],
          ['set-cookie', 'last=now'],
        ]),
    }),
    { ...app.options(), clientIp: (c: Context) => c.req.header('x-real-ip') },
  );
}

function post(app: TestApp, body: object): RequestInit {
  const headers = { 'content-type': 'application/json', cookie: app.signIn('alice'), 'x-real-ip': '203.0.113.7' };
  return { method: 'POST', headers, body: JSON.stringify(body) };
}

test('behind a middleware that has read the body', async () => {
  const app = startApplication();
  const alice = await app.enrol('alice');
  const server = new Hono();
  server.use(async (c, next) => {
    expect(await c.req.json()).toHaveProperty('code');
    return next();
  });
  server.route('/api/auth', router(app));
  const response = await server.request('/api/auth/totp/step-up', post(app, { code: alice.code() }));
  expect(response.status).toBe(200);
});

test('at the root, under a base path, and under a parameter', async () => {
  const app = startApplication();
  const get = { headers: { cookie: app.signIn('alice') } };
  const server = new Hono().basePath('/base');
  server.route('/', router(app)).route('/a/:tenant', router(app));
  for (const prefix of ['/base', '/base/a/acme']) {
    expect((await server.request(`${prefix}/totp/history?limit=1`, get)).status).toBe(200);
  }
});

test.each([
  ['RegExpRouter, the fast one, which throws where it cannot take a pattern', () => new RegExpRouter()],
  ['TrieRouter', () => new TrieRouter()],
])('under a prefix with an :id of the host, by %s', async (_name, createRouter) => {
  const app = startApplication();
  const { factorId, code } = await app.enrol('alice');
  const ids: (string | undefined)[] = [];
  const host = app.host<Context>({ cookie: (c) => c.req.header('cookie'), setCookie: () => undefined });
  const session = (c: Context): ReturnType<typeof host.session> => {
    ids.push(c.req.param('id'));
    return host.session(c);
  };
  const server = new Hono({ router: createRouter() as RegExpRouter<never> });
  server.route('/users/:id', mfaRouter(app.mfa, { ...host, session }, app.options()));
  const ask = (method: string, path: string): Response | Promise<Response> =>
    server.request(`/users/7${path}`, { ...post(app, { password: PASSWORD, code: code() }), method });
  expect((await ask('POST', '/totp/factors/totp/disable')).status).toBe(404);
  expect((await ask('POST', `/totp/factors/${factorId}`)).headers.get('allow')).toBe('DELETE');
  expect(ids).toEqual([]);
  expect((await ask('DELETE', `/totp/factors/${factorId}`)).status).toBe(204);
  // The session is asked twice: before the body is read, and again once it has arrived.
  expect(ids).toEqual(['7', '7']);
});

test('what is not in the contract stays the application’s', async () => {
  const server = new Hono();
  server.route('/api/auth', router(startApplication()));
  server.post('/api/auth/login', (c) => c.text('the login'));
  server.get('/api/auth/totp', (c) => c.text('of the application'));
  expect(await (await server.request('/api/auth/login', { method: 'POST' })).text()).toBe('the login');
  expect(await (await server.request('/api/auth/totp')).text()).toBe('of the application');
  expect((await server.request('/api/auth/other')).status).toBe(404);
});

test('headers that signIn gives are added one by one; the address is the one that clientIp gives', async () => {
  const app = startApplication();
  const alice = await app.enrol('alice');
  const server = new Hono();
  server.route('/api/auth', router(app));
  const response = await server.request('/api/auth/totp/step-up', post(app, { code: alice.code() }));
  expect(response.headers.getSetCookie()).toEqual([expect.stringContaining('sid='), 'last=now']);
  expect(app.events.at(-1)).toMatchObject({ type: 'verified', ip: '203.0.113.7' });
});
