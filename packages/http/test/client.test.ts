import { createHandler } from '@mfakit/http';
import { ClientProblem, createClient, type Client } from '@mfakit/http/client';
import { virtualAuthenticator } from '@mfakit/testkit';
import { build } from 'esbuild';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { PASSWORD, startApplication, type TestApp } from './application.ts';

/** A client in a browser of its own: it keeps cookies. */
function browser(app: TestApp, cookie = ''): { client: Client; requests: Request[] } {
  const requests: Request[] = [];
  let jar = cookie;
  const handle = createHandler(
    app.mfa,
    app.host<Request>({
      cookie: (request) => request.headers.get('cookie') ?? undefined,
      setCookie: (_request, set) => new Headers([['set-cookie', set]]),
    }),
    app.options(),
  );
  const send = async (url: string, init: RequestInit): Promise<Response> => {
    const request = new Request(new URL(url, 'https://app.example'), init);
    requests.push(request.clone());
    if (jar !== '') request.headers.set('cookie', jar);
    const response = await handle(request);
    jar = response.headers.get('set-cookie')?.split(';')[0] ?? jar;
    return response;
  };
  const client = createClient({ baseUrl: '/api/auth', fetch: send, headers: () => ({ 'x-csrf-token': 'token' }) });
  return { client, requests };
}

test('every route through the client', async () => {
  const app = startApplication();
  const { client, requests } = browser(app, app.signIn('alice'));
  const setup = await client.setup({ label: 'Phone' });
  const phone = virtualAuthenticator(setup.otpauth_uri);
  const code = (): string => phone.code(app.clock());
  expect(await client.confirm({ code: code() })).toEqual({ message: 'TOTP enabled successfully' });
  app.clock.advance({ seconds: 30 });
  const mfa_token = await app.token('alice');
  expect(await client.verify({ mfa_token, code: code() })).toEqual({
    authenticated: true,
    method: 'totp',
    backup_codes_remaining: 10,
  });
  app.clock.advance({ seconds: 30 });
  expect((await client.stepUp({ code: code() })).auth_time).toBe('2026-01-01T00:01:00.000Z');
  app.clock.advance({ seconds: 30 });
  const { backup_codes } = await client.regenerate({ password: PASSWORD, code: code() });
  expect((await client.status()).factors[0]?.label).toBe('Phone');
  expect((await client.history({ limit: 1 })).events).toHaveLength(1);
  expect((await client.history()).events.length).toBeGreaterThan(3);
  const proof = { password: PASSWORD, backup_code: backup_codes[0] ?? '' };
  expect(await client.removeFactor(setup.factor_id, proof)).toBeNull();
  expect((await client.status()).enabled).toBe(false);

  await app.mfa.enforce('alice');
  const enroll = await app.token('alice');
  const { otpauth_uri } = await client.enforceSetup({ mfa_token: enroll });
  const first = virtualAuthenticator(otpauth_uri).code(app.clock());
  expect(await client.enforceConfirm({ mfa_token: enroll, code: first })).toEqual({
    authenticated: true,
    method: 'totp',
    backup_codes_remaining: 10,
  });
  await app.mfa.exempt('alice');
  app.clock.advance({ seconds: 30 });
  const next = virtualAuthenticator(otpauth_uri).code(app.clock());
  expect(await client.disable({ password: PASSWORD, code: next })).toEqual({ message: 'TOTP disabled successfully' });
  expect(requests.every((request) => request.headers.get('x-csrf-token') === 'token')).toBe(true);
});

test('a refusal throws the problem, whose sentence is the message', async () => {
  const app = startApplication();
  const { client } = browser(app);
  await app.enrol('alice');
  const mfa_token = await app.token('alice');
  await app.lock('alice');
  const error: unknown = await client.verify({ mfa_token, code: '123456' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ClientProblem);
  expect(error).toMatchObject({
    message: 'Account locked. Try again in 30 minutes.',
    status: 423,
    problem: { code: 'locked', retry_after: 1800 },
  });
});

test.each([
  ['a page of HTML', new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } })],
  ['a page of HTML with 200', new Response('<html>', { headers: { 'content-type': 'text/html' } })],
])('%s instead of an answer is no success', async (_name, response) => {
  const client = createClient({ baseUrl: '', fetch: async () => response });
  const error: unknown = await client.status().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ status: response.status, problem: null });
});

/** A client whose answers are given one by one. */
function waiting(): { client: Client; sent: string[]; answer: (body: object, status?: number) => Promise<void> } {
  const sent: string[] = [];
  const open: ((response: Response) => void)[] = [];
  const send = (url: string, { body }: RequestInit): Promise<Response> => {
    sent.push(url.replace('/api/auth', '') + (typeof body === 'string' ? ` ${body}` : ''));
    return new Promise((resolve) => open.push(resolve));
  };
  return {
    client: createClient({ baseUrl: '/api/auth', fetch: send }),
    sent,
    async answer(body, status = 200) {
      const type = status < 400 ? 'application/json' : 'application/problem+json';
      open.shift()?.(Response.json(body, { status, headers: { 'content-type': type } }));
      // The next call in line is sent.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('one call under way per route', () => {
  test('a double click is sent once, and both clicks get the one answer', async () => {
    const { client, sent, answer } = waiting();
    const clicks = [client.stepUp({ code: '111111' }), client.stepUp({ code: '111111' })];
    expect(clicks[0]).toBe(clicks[1]);
    expect(sent).toEqual(['/totp/step-up {"code":"111111"}']);
    await answer({ authenticated: true });
    expect(await Promise.all(clicks)).toEqual([{ authenticated: true }, { authenticated: true }]);
    // Answered: the same input is a new call.
    void client.stepUp({ code: '111111' });
    expect(sent).toHaveLength(2);
  });

  test('both clicks get a refusal too, and after it the same input is sent again', async () => {
    const { client, sent, answer } = waiting();
    const clicks = Promise.allSettled([client.stepUp({ code: '111111' }), client.stepUp({ code: '111111' })]);
    await answer({ code: 'invalid_code', detail: 'Invalid code' }, 401);
    const [first, second] = await clicks;
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'Invalid code' } });
    expect(second).toEqual(first);
    void client.stepUp({ code: '111111' });
    expect(sent).toHaveLength(2);
  });

  test('another input waits for its turn, even behind a refusal, and gets its own answer', async () => {
    const { client, sent, answer } = waiting();
    const input = { code: '222222' };
    const wrong = client.stepUp({ code: '111111' }).catch((error: unknown) => error);
    const right = client.stepUp(input);
    input.code = '333333';
    expect(client.stepUp({ code: '222222' })).toBe(right);
    expect(sent).toHaveLength(1);
    await answer({ code: 'invalid_code', detail: 'Invalid code' }, 401);
    expect(await wrong).toMatchObject({ message: 'Invalid code' });
    expect(sent).toEqual(['/totp/step-up {"code":"111111"}', '/totp/step-up {"code":"222222"}']);
    await answer({ authenticated: true, auth_time: 'now' });
    expect(await right).toEqual({ authenticated: true, auth_time: 'now' });
  });

  test('other routes, other ids and other pages are not mixed up', async () => {
    const { client, sent, answer } = waiting();
    const proof = { code: '111111' };
    void client.disable(proof);
    void client.regenerate(proof);
    expect(sent).toHaveLength(2);
    const ids = [client.removeFactor('a', proof), client.removeFactor('b', proof)];
    expect(ids[0]).not.toBe(ids[1]);
    expect(client.history({ limit: 1 })).not.toBe(client.history({ limit: 2 }));
    for (let turn = 0; turn < 6; turn++) await answer({});
    expect(sent.slice(2).toSorted()).toEqual([
      '/totp/factors/a {"code":"111111"}',
      '/totp/factors/b {"code":"111111"}',
      '/totp/history?limit=1',
      '/totp/history?limit=2',
    ]);
  });
});

test('an id is one segment of the path', async () => {
  let asked = '';
  const send = async (url: string): Promise<Response> => {
    asked = url;
    return new Response(null, { status: 204 });
  };
  await createClient({ baseUrl: '/api/auth', fetch: send }).removeFactor('../status?x', { code: '123456' });
  expect(asked).toBe('/api/auth/totp/factors/..%2Fstatus%3Fx');
});

test('a browser loads neither zod nor the core with it: under 1.5 KB', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(import.meta.dirname, '../src/client.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    metafile: true,
  });
  const bundled = Object.keys(metafile.inputs).map((path) => path.split('/').at(-1));
  expect(new Set(bundled)).toEqual(new Set(['client.ts', 'paths.ts']));
  expect(gzipSync(outputFiles[0]?.contents ?? '').length).toBeLessThan(1500);
});
