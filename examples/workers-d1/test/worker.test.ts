import { virtualAuthenticator } from '@mfakit/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker, type LocalWorker } from '../src/local.ts';

let worker: LocalWorker;
beforeAll(async () => {
  worker = await startWorker(0);
}, 60_000);
afterAll(() => worker.stop());

const PASSWORD = 'correct horse battery';

/** A browser that keeps its session. */
function browser() {
  let cookie = '';
  return async (path: string, body?: object, method = 'POST') => {
    const response = await fetch(`${worker.url}/api${path}`, {
      method,
      headers: { origin: worker.url, cookie, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    const reply = (await response.json()) as Record<string, string> & { readonly backup_codes: readonly string[] };
    return { status: response.status, reply };
  };
}

test('someone signs up, turns the second step on, and signs in with it', async () => {
  const send = browser();
  const login = { email: 'ann@example.com', password: PASSWORD };
  expect((await send('/auth/sign-up', login)).status).toBe(201);
  expect((await send('/auth/sign-up', login)).status).toBe(422);
  expect((await send('/auth/login', { ...login, password: 'a guess' })).status).toBe(401);
  expect((await send('/auth/login', login)).reply).toEqual({ authenticated: true });
  expect((await send('/transfer')).status).toBe(401);

  const { reply: setup } = await send('/auth/totp/setup', {});
  expect(setup.backup_codes).toHaveLength(10);
  const phone = virtualAuthenticator(setup['otpauth_uri'] ?? '');
  const spent = phone.code();
  expect((await send('/auth/totp/confirm', { code: spent })).status).toBe(200);
  expect((await send('/transfer')).status).toBe(200);

  const other = browser();
  const { reply: step } = await other('/auth/login', login);
  expect(step).toMatchObject({ mfa_required: true, methods: ['totp', 'backup_code'] });
  const token = { mfa_token: step['mfa_token'] };
  expect((await other('/transfer')).status).toBe(401);
  expect((await other('/auth/totp-verify', { ...token, code: spent })).reply['code']).toBe('code_already_used');
  const backup = { ...token, backup_code: setup.backup_codes[0] };
  expect((await other('/auth/totp-verify', backup)).reply).toMatchObject({ authenticated: true });
  expect((await other('/transfer')).status).toBe(200);

  const off = await other('/auth/totp/disable', { password: PASSWORD, backup_code: setup.backup_codes[1] });
  expect(off.status).toBe(200);
  // The other session of that user has ended.
  expect((await send('/auth/totp/status', undefined, 'GET')).status).toBe(401);
  expect((await other('/auth/totp/status', undefined, 'GET')).reply['enabled']).toBe(false);
}, 60_000);

test('of ten parallel sign-ins with one code, one succeeds', async () => {
  const send = browser();
  const login = { email: 'bob@example.com', password: PASSWORD };
  await send('/auth/sign-up', login);
  await send('/auth/login', login);
  const { reply: setup } = await send('/auth/totp/setup', {});
  const phone = virtualAuthenticator(setup['otpauth_uri'] ?? '');
  await send('/auth/totp/confirm', { code: phone.code() });
  const code = phone.code(Date.now() + 30_000);
  const tokens = await Promise.all(
    Array.from({ length: 10 }, async () => (await browser()('/auth/login', login)).reply),
  );
  const outcomes = await Promise.all(
    tokens.map((step) => browser()('/auth/totp-verify', { mfa_token: step['mfa_token'], code })),
  );
  expect(outcomes.filter(({ status }) => status === 200)).toHaveLength(1);
}, 60_000);

test('a form of another site changes nothing', async () => {
  const response = await fetch(`${worker.url}/api/auth/sign-up`, {
    method: 'POST',
    headers: { origin: 'https://evil.example', 'content-type': 'text/plain' },
    body: JSON.stringify({ email: 'eve@example.com', password: PASSWORD }),
  });
  expect(response.status).toBe(403);
});
