import { AxiosError, create as createAxios, type AxiosInstance } from 'axios';
import type { FastifyInstance } from 'fastify';
import type Koa from 'koa';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHandler, type Mfa } from '@mfakit/http';
import { PASSWORD, startApplication } from './application.ts';
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

/** What docs/guide/trusted-devices.md exports. */
interface TrustedDevicesPage {
  login(mfa: Mfa, application: unknown, request: Request): Promise<Response>;
}

/** The device cookie that an answer sets. */
const cookieOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .find((each) => each.startsWith('__Host-'))
    ?.split(';')[0] ?? 'none';

test('the login of docs/guide/trusted-devices.md asks a trusted browser for no code, and keeps it out of a stranger’s lock', async () => {
  const { file, remove } = writePage('docs/guide/trusted-devices.md', packageFolder);
  onTestFinished(remove);
  const page = (await import(file)) as TrustedDevicesPage;
  const app = startApplication();
  const alice = await app.enrol('alice');
  const application = {
    findUser: async (email: string) => (email === 'alice@example.com' ? { id: 'alice', seenSeq: 2 } : null),
    passwordIsRight: async (user: unknown, password: string) => user !== null && password === PASSWORD,
    startSession: async () => 's1',
    noteSeq: async () => undefined,
  };
  const login = async (password: string, cookie?: string): Promise<Response> => {
    const body = JSON.stringify({ email: 'alice@example.com', password });
    const headers = cookie === undefined ? {} : { cookie };
    return page.login(
      app.mfa,
      application,
      new Request('https://app.example/login', { method: 'POST', body, headers }),
    );
  };

  const asked = (await (await login(PASSWORD)).json()) as { readonly mfa_token: string };
  const verified = await app.mfa.verify({ token: asked.mfa_token, code: alice.code(), trustDevice: {} });
  const first = `__Host-mfa-device=${verified.device?.cookie}`;
  const signedIn = await login(PASSWORD, first);
  expect([await signedIn.json(), signedIn.headers.getSetCookie().length]).toEqual([{ authenticated: true }, 2]);
  const second = cookieOf(signedIn);
  expect(second).toMatch(/^__Host-mfa-device=[\w.-]{66}$/);

  for (let n = 0; n < 10; n += 1) expect((await login('wrong')).status).toBe(401);
  expect([(await login(PASSWORD)).status, (await login('wrong', second)).status]).toEqual([423, 401]);
  const third = await login(PASSWORD, second);
  expect(third.status).toBe(200);

  await app.mfa.unlock('alice');
  app.clock.advance({ minutes: 2 });
  const copied = await login(PASSWORD, first);
  expect([await copied.json(), cookieOf(copied)]).toEqual([
    expect.objectContaining({ mfa_required: true, mfa_token: expect.any(String), trust_days: 30 }),
    '__Host-mfa-device=',
  ]);
  expect(await (await login(PASSWORD, cookieOf(third))).json()).toMatchObject({ mfa_required: true });
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
