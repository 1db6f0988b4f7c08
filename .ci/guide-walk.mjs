// One user's life in an application of the guides, over HTTP: every application must let it pass.
import assert from 'node:assert/strict';
import { virtualAuthenticator } from '../packages/testkit/dist/index.js';

const PASSWORD = 'correct horse battery staple';

/** A browser: keeps the cookie of its session. */
function browser(url) {
  let cookie = '';
  const send = async (method, path, body, sent = cookie) => {
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: {
        origin: 'https://app.example',
        ...(sent !== '' && { cookie: sent }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const set = response.headers.getSetCookie().find((line) => line.startsWith('session='));
    if (set !== undefined) cookie = set.split(';')[0];
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  };
  return { send, cookie: () => cookie };
}

/** What must answer with a status, or the check fails with what was answered instead. */
async function expects(status, answer, what) {
  const { status: got, body, headers } = await answer;
  assert.equal(got, status, `${what}: ${got} ${JSON.stringify(body)}`);
  return { body: body ?? {}, headers };
}

/**
 * Signs up, turns two-step verification on, signs in with it, steps up, turns it off.
 * @param {string} url where the application answers, such as `http://127.0.0.1:3000`
 * @param {{ around?: (confirm: () => Promise<void>) => Promise<void>, headers?: Readonly<Record<string, string>> }} [options]
 *   `around` runs the confirmation, in which ten backup codes are hashed; `headers`: those that every answer has
 */
export async function walk(url, { around = (confirm) => confirm(), headers = {} } = {}) {
  const { send, cookie } = browser(url);
  const email = `ann-${process.hrtime.bigint()}@example.com`;
  const rotated = async (act, what) => {
    const before = cookie();
    const { body, headers: got } = await expects(200, act(), what);
    assert.notEqual(cookie(), before, `${what}: the session has the id that it had`);
    for (const [name, value] of Object.entries(headers)) assert.equal(got.get(name), value, `${what}: ${name}`);
    if (before !== '') await expects(401, send('GET', '/auth/totp/status', undefined, before), `${what}: old session`);
    return body;
  };

  await expects(401, send('GET', '/auth/totp/status'), 'status of nobody');
  await expects(201, send('POST', '/auth/sign-up', { email, password: PASSWORD }), 'sign-up');
  await expects(401, send('POST', '/auth/login', { email, password: 'wrong' }), 'login with a wrong password');
  const login = () => send('POST', '/auth/login', { email, password: PASSWORD });
  assert.equal((await rotated(login, 'login')).authenticated, true);
  const refused = await expects(401, send('POST', '/transfer'), 'transfer without a second factor');
  assert.match(refused.headers.get('www-authenticate') ?? '', /insufficient_user_authentication/);

  const { body: setup } = await expects(200, send('POST', '/auth/totp/setup', {}), 'setup');
  assert.equal(setup.backup_codes.length, 10);
  const phone = virtualAuthenticator(setup.otpauth_uri);
  const spent = Date.now();
  await around(async () => {
    await rotated(() => send('POST', '/auth/totp/confirm', { code: phone.code(spent) }), 'confirm');
  });
  await expects(200, send('POST', '/transfer'), 'transfer after the confirmation');

  const challenge = (await expects(200, login(), 'login with a second factor')).body;
  assert.equal(challenge.mfa_required, true);
  const replay = { mfa_token: challenge.mfa_token, code: phone.code(spent) };
  await expects(401, send('POST', '/auth/totp-verify', replay), 'verify with the code of the confirmation');
  const answer = { mfa_token: challenge.mfa_token, code: phone.code(spent + 30_000) };
  await rotated(() => send('POST', '/auth/totp-verify', answer), 'verify');

  const [stepUpCode, disableCode] = setup.backup_codes;
  const stepped = await rotated(() => send('POST', '/auth/totp/step-up', { backup_code: stepUpCode }), 'step-up');
  assert.equal(stepped.authenticated, true);
  await expects(200, send('POST', '/transfer'), 'transfer after the step-up');
  assert.equal((await expects(200, send('GET', '/auth/totp/status'), 'status')).body.backup_codes_remaining, 9);
  const proof = { password: PASSWORD, backup_code: disableCode };
  await expects(200, send('POST', '/auth/totp/disable', proof), 'disable');
  assert.equal((await expects(200, send('GET', '/auth/totp/status'), 'status at the end')).body.enabled, false);
}
