import { createHandler, type HandlerOptions } from '@mfakit/http';
import { expect, test, vi } from 'vitest';
import { startApplication, type TestApp } from './application.ts';

function handlerOf(app: TestApp, options: HandlerOptions = app.options()): (request: Request) => Promise<Response> {
  return createHandler(
    app.mfa,
    app.host<Request>({
      cookie: (request) => request.headers.get('cookie') ?? undefined,
      setCookie: (_request, cookie) => new Headers([['set-cookie', cookie]]),
    }),
    options,
  );
}

function get(url: string, app: TestApp): Request {
  return new Request(`https://app.example${url}`, { headers: { cookie: app.signIn('alice') } });
}

test.each([
  [{}, '/api/auth/totp/status', ['/totp/status', '/api/auth/api/auth/totp/status', '/x/api/auth/totp/status']],
  [{ basePath: '/mfa' }, '/mfa/totp/status', ['/api/auth/totp/status', '/mfax/totp/status', '/mfatotp/status']],
  [{ basePath: '' }, '/totp/status', ['/api/auth/totp/status', '//totp/status']],
  [{ basePath: undefined }, '/api/auth/totp/status', ['/totp/status']],
])('with %o it serves what is directly below it, and nothing else', async (options, served, others) => {
  const app = startApplication();
  const handle = handlerOf(app, { ...app.options(), ...options });
  expect((await handle(get(served, app))).status).toBe(200);
  for (const path of others) {
    const answer = await handle(get(path, app));
    expect([path, answer.status, await answer.json()]).toEqual([
      path,
      404,
      expect.objectContaining({ code: 'not_found' }),
    ]);
  }
});

test.each(['/', 'api/auth', '/api/auth/', 'https://app.example/api/auth', '//', ' '])(
  'basePath %o is refused at once',
  (basePath) => {
    const app = startApplication();
    expect(() => handlerOf(app, { basePath })).toThrow(RangeError);
    expect(() => handlerOf(app, { basePath })).toThrow(/basePath/);
  },
);

test('without onError, a 503 and a 500 are told to console.error', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    const app = startApplication();
    const handle = handlerOf(app, {});
    app.faults.store = 'down';
    expect((await handle(get('/api/auth/totp/status', app))).status).toBe(503);
    expect(log.mock.calls).toEqual([
      [expect.objectContaining({ code: 'store_unavailable', cause: expect.any(Error) })],
    ]);
    app.faults.host = new Error('host trouble');
    expect((await handle(get('/api/auth/totp/status', app))).status).toBe(500);
    expect(log.mock.lastCall).toEqual([app.faults.host]);
  } finally {
    log.mockRestore();
  }
});

test.each(['abc', '-1', '5, 5', '', '0x10', '1e1', '17.0', '2'])(
  'a body that declares the length %o and is endless: 413, read no further than its limit',
  async (length) => {
    const app = startApplication();
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 4096;
        // Far beyond the limit it does end, so that a reader without one fails this test.
        if (sent > 1_000_000) controller.close();
        else controller.enqueue(new Uint8Array(4096).fill(0x20));
      },
    });
    const headers = { cookie: app.signIn('alice'), 'content-type': 'application/json', 'content-length': length };
    const init = { method: 'POST', headers, body, duplex: 'half' } as const;
    const answer = await handlerOf(app)(new Request('https://app.example/api/auth/totp/confirm', init));
    expect(answer.status).toBe(413);
    expect(sent).toBeLessThan(65_536);
  },
);

test('a session object may hold anything else', async () => {
  const app = startApplication();
  const row = { userId: 'alice', accountName: 'alice@example.com', mfa: true, input: 'x', holder: 'x', id: 'x' };
  const handle = createHandler(
    app.mfa,
    { session: () => row, account: () => null, signIn: () => undefined },
    app.options(),
  );
  const answer = await handle(new Request('https://app.example/api/auth/totp/history?limit=1'));
  expect([answer.status, await answer.json()]).toEqual([200, { events: expect.any(Array) }]);
});
