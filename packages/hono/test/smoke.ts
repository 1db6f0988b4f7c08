/** Smoke: a walk through a running smoke application, by its HTTP alone. */
import { virtualAuthenticator } from '@mfakit/testkit';
import { expect } from 'vitest';

/** Anything that fetches from one application. */
export type Ask = (
  path: string,
  init?: { method?: string; headers?: Record<string, string>; body?: string },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

/** Enrols, signs in with a code, steps up with a backup code, and is refused where it should be. */
export async function smoke(ask: Ask): Promise<void> {
  let cookie = '';
  const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
    const answer = await ask(path, {
      method,
      headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    if (path.startsWith('/api/auth/totp')) expect(answer.headers.get('cache-control')).toBe('no-store');
    const text = await answer.text();
    return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text };
  };

  expect(await call('GET', '/api/auth/totp/status')).toMatchObject({ status: 401, body: { code: 'not_signed_in' } });
  expect(await call('POST', '/api/auth/login', { user: 'alice' })).toEqual({ status: 200, body: { signed_in: true } });
  const setup = await call('POST', '/api/auth/totp/setup');
  expect(setup).toMatchObject({
    status: 200,
    body: { qr_code_base64: expect.stringMatching(/^data:image\/png;base64,iVBO/) },
  });
  const { otpauth_uri, backup_codes } = setup.body as { otpauth_uri: string; backup_codes: string[] };
  const phone = virtualAuthenticator(otpauth_uri);
  const now = Date.now();
  const confirmed = await call('POST', '/api/auth/totp/confirm', { code: phone.code(now) });
  expect(confirmed).toEqual({ status: 200, body: { message: 'TOTP enabled successfully' } });

  cookie = '';
  const login = await call('POST', '/api/auth/login', { user: 'alice' });
  const { mfa_token } = login.body as { mfa_token: string };
  const spent = await call('POST', '/api/auth/totp-verify', { mfa_token, code: phone.code(now) });
  expect(spent).toMatchObject({ status: 401, body: { code: 'code_already_used' } });
  // The next step's code is within the window.
  const verified = await call('POST', '/api/auth/totp-verify', { mfa_token, code: phone.code(now + 30_000) });
  expect(verified).toEqual({
    status: 200,
    body: { authenticated: true, method: 'totp', backup_codes_remaining: 2 },
  });
  expect(await call('GET', '/sensitive')).toEqual({ status: 200, body: 'the sensitive thing' });
  const stepped = await call('POST', '/api/auth/totp/step-up', { backup_code: backup_codes[0] });
  expect(stepped).toMatchObject({ status: 200, body: { authenticated: true } });
  const status = await call('GET', '/api/auth/totp/status');
  expect(status).toMatchObject({ status: 200, body: { enabled: true, backup_codes_remaining: 1 } });

  expect(await call('POST', '/api/auth/totp/confirm', '{"code"')).toMatchObject({ status: 400 });
  expect(await call('POST', '/api/auth/totp/confirm', ' '.repeat(20_000))).toMatchObject({ status: 413 });
  expect(await call('PUT', '/api/auth/totp/status')).toMatchObject({ status: 405 });
  expect(await call('POST', '/api/auth/totp/nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  expect(await call('POST', '/api/auth/totp/confirm', { code: 1 })).toMatchObject({ status: 422 });
  cookie = '';
  expect(await call('GET', '/sensitive')).toMatchObject({
    status: 401,
    body: { code: 'insufficient_user_authentication' },
  });
}
