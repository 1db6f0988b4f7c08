import { AxiosError, create as createAxios, type AxiosInstance } from 'axios';
import type { FastifyInstance } from 'fastify';
import type Koa from 'koa';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHandler } from '@mfakit/http';
import { startApplication } from './application.ts';
import { compilePage, writePage } from './guide-page.ts';
import { httpApi } from './http-api.ts';
import { listen } from './listen.ts';

const packageFolder = join(import.meta.dirname, '..');

test.each(['docs/guide/fetch.md', 'docs/guide/login-route-http.md', 'docs/guide/trusted-devices.md'])(
  'tsc compiles %s',
  (page) => {
    expect(compilePage(page, packageFolder)).toBe('');
  },
);

test('what does not compile is told with its line', () => {
  expect(compilePage('packages/http/test/wrong-page.md', packageFolder)).toContain('page.ts(4,7): error TS2322');
});

describe('the interceptor of docs/guide/fetch.md', () => {
  test.each([
    ['a wrong code stays with its form', 'MFA error="invalid_code"', false],
    ['a step-up is asked for, not a sign-in', `Bearer error="insufficient_user_authentication", max_age="300"`, false],
    ['nobody is signed in', 'MFA error="not_signed_in"', true],
    ['the session was revoked', 'MFA error="session_revoked"', true],
    ['a 401 of another’s', 'Basic realm="proxy"', true],
  ])('%s', async (_what, challenge, signedOut) => {
    const { file, remove } = writePage('docs/guide/fetch.md', packageFolder);
    onTestFinished(remove);
    const { withSignIn } = (await import(file)) as FetchPage;
    let left = false;
    const api = createAxios({
      adapter: async (config) => {
        const response = { data: '', status: 401, statusText: '', headers: { 'www-authenticate': challenge }, config };
        throw new AxiosError('refused', undefined, config, undefined, response);
      },
    });
    withSignIn(api, () => {
      left = true;
    });
    await expect(api.post('/totp/step-up')).rejects.toThrow('refused');
    expect(left).toBe(signedOut);
  });
});

type Handle = (request: Request) => Promise<Response>;

/** What docs/guide/fetch.md exports. */
interface FetchPage {
  answer(handle: Handle, req: IncomingMessage, res: ServerResponse): Promise<void>;
  koaApp(handle: Handle): Koa;
  fastifyApp(handle: Handle): FastifyInstance;
  withSignIn(api: AxiosInstance, goToSignIn: () => void): void;
}

describe('the servers of docs/guide/fetch.md answer', () => {
  const servers: Readonly<Record<string, (page: FetchPage, handle: Handle) => Promise<Server>>> = {
    'node:http': async (page, handle) => createServer((req, res) => void page.answer(handle, req, res)),
    Koa: async (page, handle) => createServer((req, res) => void page.koaApp(handle).callback()(req, res)),
    async Fastify(page, handle) {
      const app = page.fastifyApp(handle);
      await app.ready();
      return app.server;
    },
  };

  test.each(Object.entries(servers))('%s', async (_name, create) => {
    const { file, remove } = writePage('docs/guide/fetch.md', packageFolder);
    onTestFinished(remove);
    const app = startApplication();
    const host = app.host<Request>({
      cookie: (request) => request.headers.get('cookie') ?? undefined,
      setCookie: (_request, cookie) => new Headers([['set-cookie', cookie]]),
    });
    const page = (await import(file)) as FetchPage;
    const served = await listen(await create(page, createHandler(app.mfa, host, app.options())), {
      status: 500,
      text: '',
    });
    onTestFinished(() => served.close());
    const { call, socket } = httpApi(app, served);

    const alice = await app.enrol('alice');
    const cookie = app.signIn('alice');
    const stepped = await call('POST', '/totp/step-up', { cookie, body: { code: alice.code() } });
    expect([stepped.status, stepped.headers.getSetCookie().length]).toEqual([200, 1]);
    expect((await call('GET', '/totp/history?limit=1', { cookie })).body?.['events']).toHaveLength(1);
    expect((await call('GET', '/totp/status')).status).toBe(401);
    expect((await call('POST', '/totp/step-up', { cookie, raw: '{' })).status).toBe(400);
    expect(
      (await call('POST', '/totp/step-up', { cookie, raw: '{}', headers: { 'content-type': 'text/plain' } })).status,
    ).toBe(415);
    expect((await call('POST', '/totp/step-up', { cookie, raw: ' '.repeat(20_000) })).status).toBe(413);
    expect((await call('PUT', '/totp/status', { cookie })).status).toBe(405);
    expect((await fetch(`${served.url}/other`)).status).toBe(404);
    // No `Request` takes this method: an answer all the same, and no rejection that nobody handles.
    const trace = 'TRACE /api/auth/totp/status HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
    expect(await socket(trace)).toMatch(/^HTTP\/1\.1 400 /);
    expect((await call('GET', '/totp/status', { cookie })).status).toBe(200);
  });
});
