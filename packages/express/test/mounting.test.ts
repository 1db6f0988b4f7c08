import { mfaRouter, type ExpressContext } from '@mfakit/express';
import express, { type Express, type RequestHandler } from 'express';
import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startApplication, type TestApp } from '../../http/test/application.ts';
import { httpApi, type HttpApi } from '../../http/test/http-api.ts';
import { listen } from '../../http/test/listen.ts';
import { express4, express4Json } from './express4.ts';

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (_version, create) => {
  /** Serves the router behind other middlewares, under a prefix. */
  async function serve(configure: (server: Express, router: RequestHandler) => void): Promise<HttpApi> {
    const app: TestApp = startApplication();
    const host = app.host<ExpressContext>({
      cookie: ({ req }) => req.headers.cookie,
      setCookie: (_ctx, cookie) => new Headers([['set-cookie', cookie]]),
    });
    const server = create();
    configure(server, mfaRouter(app.mfa, host, app.options()));
    const served = await listen(createServer(server), { status: 500, text: '' });
    onTestFinished(() => served.close());
    return httpApi(app, served);
  }

  test.each(['json', 'text', 'raw'] as const)('behind express.%s()', async (parser) => {
    const options = { type: 'application/json' };
    const { app, call } = await serve((server, router) => {
      server.use(express[parser](options)).use('/api/auth', router);
    });
    const alice = await app.enrol('alice');
    const cookie = app.signIn('alice');
    expect((await call('POST', '/totp/step-up', { cookie, body: { code: alice.code() } })).status).toBe(200);
    expect((await call('POST', '/totp/confirm', { cookie, body: {} })).status).toBe(422);
    expect((await call('POST', '/totp/confirm', { cookie })).status).toBe(422);
    expect((await call('POST', '/totp/confirm', { cookie, raw: '' })).status).toBe(422);
    expect((await call('POST', '/totp/confirm', { cookie, raw: '{"code":"123456","__proto__":1}' })).status).toBe(422);
    const large = { code: '1'.repeat(17_000) };
    expect((await call('POST', '/totp/confirm', { cookie, body: large })).status).toBe(413);
    const form = { raw: 'code=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect((await call('POST', '/totp/confirm', { cookie, ...form })).status).toBe(415);
  });

  test('behind a parser that left the body alone', async () => {
    const { app, call } = await serve((server, router) => {
      server.use(express4Json()).use('/api/auth', router);
    });
    const alice = await app.enrol('alice');
    const sent = { cookie: app.signIn('alice'), body: { code: alice.code() } };
    expect((await call('POST', '/totp/step-up', sent)).status).toBe(200);
  });

  test('a large body without a declared length, behind express.json()', async () => {
    const { app, served } = await serve((server, router) => void server.use(express.json()).use('/api/auth', router));
    const body = new Blob([JSON.stringify({ code: '1'.repeat(17_000) })]).stream();
    const headers = { cookie: app.signIn('alice'), 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body, duplex: 'half' } as const;
    expect((await fetch(`${served.url}/totp/confirm`, init)).status).toBe(413);
  });

  test('at the root, and in a router of a router', async () => {
    const { app, served } = await serve((server, router) => {
      server.use('/a/:tenant', express.Router().use('/b', router));
      server.use(router);
    });
    const { origin } = new URL(served.url);
    const headers = { cookie: app.signIn('alice') };
    for (const prefix of ['', '/a/acme/b']) {
      expect((await fetch(`${origin}${prefix}/totp/history?limit=1`, { headers })).status).toBe(200);
    }
  });

  test('what is not in the contract stays the application’s', async () => {
    const { served } = await serve((server, router) => {
      server.use('/api/auth', router);
      server.post('/api/auth/login', (_req, res) => void res.send('the login'));
      server.get('/api/auth/admin/totp/status', (_req, res) => void res.send('of the application'));
    });
    const login = await fetch(`${served.url}/login`, { method: 'POST' });
    expect(await login.text()).toBe('the login');
    expect(await (await fetch(`${served.url}/admin/totp/status`)).text()).toBe('of the application');
    expect((await fetch(`${served.url}/other`)).status).toBe(404);
  });

  test('a body without a type that a parser of the host has parsed all the same: 415, unless it is empty', async () => {
    const { app, call, served } = await serve((server, router) => {
      server.use(express.json({ type: () => true, strict: false })).use('/api/auth', router);
    });
    const cookie = app.signIn('alice');
    const setup = (body?: Uint8Array<ArrayBuffer>): Promise<Response> =>
      fetch(`${served.url}/totp/setup`, { method: 'POST', headers: { cookie }, ...(body && { body }) });
    for (const text of ['{"label":"Phone"}', '[]', '"text"', '1', 'false']) {
      const answer = await setup(new TextEncoder().encode(text));
      expect([text, answer.status]).toEqual([text, 415]);
    }
    for (const text of ['', '{}', 'null']) {
      const answer = await setup(new TextEncoder().encode(text));
      expect([text, answer.status]).toEqual([text, 200]);
    }
    expect((await call('POST', '/totp/setup', { cookie, body: { label: 'Phone' } })).status).toBe(200);
  });

  test('the path is the one that was sent: a backslash or an absolute form makes no other of it', async () => {
    const { app, socket } = await serve((server, router) => void server.use('/api/auth', router));
    const ask = (target: string): Promise<string> => {
      const lines = [
        `GET ${target} HTTP/1.1`,
        'host: localhost',
        'connection: close',
        `cookie: ${app.signIn('alice')}`,
      ];
      return socket(`${lines.join('\r\n')}\r\n\r\n`);
    };
    for (const target of ['\\api\\auth/totp/status#', '/api/auth/totp\\status#', '/api/auth\\totp/status#']) {
      expect(await ask(target)).toMatch(/^HTTP\/1\.1 40[04] /);
    }
    expect(await ask('/api/auth/totp/history?limit=1')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask('http://localhost/api/auth/totp/history?limit=1')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask('http://localhost/api/auth/totp/history?limit=0')).toMatch(/^HTTP\/1\.1 422 /);
  });

  test('the address in events is req.ip, which believes a proxy only where it is told to', async () => {
    for (const [trusted, expected] of [
      [false, '127.0.0.1'],
      [true, '203.0.113.7'],
    ] as const) {
      const { app, call } = await serve((server, router) => {
        server.set('trust proxy', trusted).use('/api/auth', router);
      });
      const alice = await app.enrol('alice');
      const headers = { 'x-forwarded-for': '203.0.113.7' };
      await call('POST', '/totp/step-up', { cookie: app.signIn('alice'), body: { code: alice.wrong() }, headers });
      expect(app.events.at(-1)).toMatchObject({ type: 'attempt_refused', ip: expected });
    }
  });

  test('headers that signIn gives are added one by one', async () => {
    const { app, call } = await serve((server, router) => void server.use('/api/auth', router));
    const alice = await app.enrol('alice');
    const answer = await call('POST', '/totp/step-up', { cookie: app.signIn('alice'), body: { code: alice.code() } });
    expect(answer.headers.getSetCookie()).toEqual([expect.stringContaining('sid=')]);
  });
});
