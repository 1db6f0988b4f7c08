import { createDispatcher, createHandler, type HandlerOptions } from '@mfakit/http';
import { virtualAuthenticator } from '@mfakit/testkit';
import { expect, test, vi } from 'vitest';
import { PASSWORD, startApplication, type TestApp } from './application.ts';

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
      [
        'mfakit: store_unavailable: The store did not answer as it should. Try again later.: ' +
          'Error: connection refused by db.internal:5432',
      ],
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

test('a text that another parser has read is as short as a body: 413', async () => {
  const app = startApplication();
  const host = app.host<string>({ cookie: (cookie) => cookie, setCookie: () => undefined });
  const reply = await createDispatcher(app.mfa, host)(app.signIn('alice'), {
    method: 'POST',
    path: '/totp/confirm',
    query: '',
    origin: 'https://app.example',
    header: (name) => (name === 'content-type' ? 'application/json' : undefined),
    body: () => ({ kind: 'text', text: JSON.stringify({ code: '1'.repeat(16_384) }) }),
  });
  expect(reply?.status).toBe(413);
});

test('a body without an end is given up in a runtime without setImmediate too: 408', async () => {
  vi.stubGlobal('setImmediate', undefined);
  try {
    const app = startApplication();
    const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array([0x7b])) });
    const headers = { cookie: app.signIn('alice'), 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body, duplex: 'half' } as const;
    const answer = await handlerOf(app)(new Request('https://app.example/api/auth/totp/confirm', init));
    expect(answer.status).toBe(408);
  } finally {
    vi.unstubAllGlobals();
  }
});

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

test.each([
  ['of distinct names', Array.from({ length: 8000 }, (_, i) => `p${i}=1`).join('&')],
  ['of one name', Array.from({ length: 20_000 }, () => 'p=1').join('&')],
  ['without a name', 'x'.repeat(65_536)],
])('a query of 64 KB %s: 422 at once', async (_name, query) => {
  const app = startApplication();
  const started = performance.now();
  const answer = await handlerOf(app)(get(`/api/auth/totp/history?${query}`, app));
  expect([answer.status, await answer.json()]).toEqual([422, expect.objectContaining({ code: 'invalid_input' })]);
  // It took 1.8 s when every name was looked up in the whole query.
  expect(performance.now() - started).toBeLessThan(300);
});

test('without onError, factorsChanged that fails is told to console.error, in every binding', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    const app = startApplication();
    const alice = await app.enrol('alice');
    app.faults.factorsChanged = new Error('no session store');
    const host = app.host<string>({ cookie: (cookie) => cookie, setCookie: () => undefined });
    // Not through `createHandler`, which has a default.
    const reply = await createDispatcher(app.mfa, host)(app.signIn('alice'), {
      method: 'POST',
      path: '/totp/disable',
      query: '',
      origin: 'https://app.example',
      header: (name) => (name === 'content-type' ? 'application/json' : undefined),
      body: () => ({ kind: 'parsed', value: { password: PASSWORD, code: alice.code() } }),
    });
    expect(reply?.status).toBe(200);
    expect(log.mock.calls).toEqual([[app.faults.factorsChanged]]);
  } finally {
    log.mockRestore();
  }
});

function post(handle: (request: Request) => Promise<Response>, path: string, body: object): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return handle(new Request(`https://app.example/api/auth${path}`, init));
}

test('headers of factorsChanged and of signIn are both in the reply, and a host without factorsChanged is asked nothing', async () => {
  const app = startApplication();
  await app.mfa.enforce('alice');
  const host = {
    session: () => null,
    account: () => ({ accountName: 'alice@example.com', active: true }),
    signIn: async () => new Headers([['set-cookie', 'sid=new']]),
  };
  for (const [handle, cookies] of [
    [
      createHandler(
        app.mfa,
        { ...host, factorsChanged: () => new Headers([['set-cookie', 'epoch=1']]) },
        app.options(),
      ),
      ['epoch=1', 'sid=new'],
    ],
    [createHandler(app.mfa, host, app.options()), ['sid=new']],
  ] as const) {
    await app.mfa.reset('alice');
    const mfa_token = await app.token('alice');
    const setup = (await (await post(handle, '/totp/enforce-setup', { mfa_token })).json()) as { otpauth_uri: string };
    const code = virtualAuthenticator(setup.otpauth_uri).code(app.clock());
    const confirmed = await post(handle, '/totp/enforce-confirm', { mfa_token, code });
    expect([confirmed.status, confirmed.headers.getSetCookie()]).toEqual([200, cookies]);
  }
});
