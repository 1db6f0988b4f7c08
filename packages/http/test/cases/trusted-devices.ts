/** R-88, trusted devices: the box in the sign-in, its cookie, the list and the removal. */
import { expect } from 'vitest';
import { deviceCookieHeader, readDeviceCookie } from '../../src/device-cookie.ts';
import { expectProblem, type Answer, type HttpApi, type HttpCase } from '../http-api.ts';
import { signedIn } from './sample-request.ts';

const THIRTY_DAYS = 30 * 86_400;

/** The device cookie that an answer sets, as a browser sends it back; all that it sets is as it must be. */
function deviceOf(answer: Answer): string | null {
  const set = answer.headers.getSetCookie().filter((each) => each.startsWith('__Host-mfa-device'));
  expect(set.length).toBeLessThanOrEqual(1);
  const [cookie = null, ...attributes] = set[0]?.split('; ') ?? [];
  if (cookie === null) return null;
  expect(attributes).toEqual(['Path=/', 'Secure', 'HttpOnly', 'SameSite=Strict', `Max-Age=${THIRTY_DAYS}`]);
  expect(cookie).toMatch(/^__Host-mfa-device=[\w.~-]{66,334}$/);
  return cookie;
}

/** A sign-in with a code, and what is asked beside it. */
async function verify({ app, call }: HttpApi, code: string, more: object, cookie?: string): Promise<Answer> {
  const body = { mfa_token: await app.token('alice'), code, ...more };
  return call('POST', '/totp-verify', { body, ...(cookie !== undefined && { cookie }) });
}

export const trustedDeviceCases: readonly HttpCase[] = [
  {
    name: 'the box sets a cookie beside the session, and `begin` needs no code',
    async run(api) {
      const { app, call } = api;
      const alice = await app.enrol('alice');
      const verified = await verify(api, alice.code(), { trust_device: { label: 'Firefox on Windows' } });
      expect(verified.status).toBe(200);
      expect(verified.body).toEqual({ authenticated: true, method: 'totp', backup_codes_remaining: 10 });
      expect(verified.headers.getSetCookie()).toHaveLength(2);
      const cookie = deviceOf(verified);
      const device = readDeviceCookie(`other=1; ${cookie}; sid=x`);
      const begun = await app.mfa.begin('alice', {}, { device });
      expect(begun.next).toBe('signed-in');
      if (begun.next !== 'signed-in' || begun.device === undefined) throw new Error('There is no new cookie.');
      const next = deviceCookieHeader(begun.device, app.mfa.clock());
      expect(next).toMatch(
        /^__Host-mfa-device=[\w.-]{66}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=2592000$/,
      );

      const session = app.signIn('alice');
      const { devices } = (await call('GET', '/totp/status', { cookie: session })).body as {
        devices: { id: string }[];
      };
      expect(devices).toEqual([
        {
          id: expect.any(String),
          label: 'Firefox on Windows',
          created_at: '2026-01-01T00:00:30.000Z',
          last_used_at: '2026-01-01T00:00:30.000Z',
          expires_at: '2026-01-31T00:00:30.000Z',
        },
      ]);
      const history = await call('GET', '/totp/history?limit=3', { cookie: session });
      expect(history.body?.['events']).toMatchObject([
        { type: 'device_used', device_id: devices[0]?.id },
        { type: 'device_trusted', device_id: devices[0]?.id, method: 'totp' },
        { type: 'verified' },
      ]);
      // What the browser keeps is in no answer and no event.
      app.secrets.push(...(device ?? '').split('.'), ...begun.device.cookie.split('.'));
      expect(history.text).not.toContain(device?.split('.')[0]);
    },
  },
  {
    name: 'the host that makes the session is not told the cookie',
    async run(api) {
      const { app } = api;
      const alice = await app.enrol('alice');
      const told: unknown[] = [];
      const signIn = app.signIn.bind(app);
      app.signIn = (userId, remembered) => {
        told.push(remembered);
        return signIn(userId, remembered);
      };
      const device = deviceOf(await verify(api, alice.code(), { trust_device: {} }));
      expect(told).toHaveLength(1);
      expect(JSON.stringify(told)).not.toContain(device?.slice(-43));
    },
  },
  {
    name: 'no box, a backup code, or a user who must use MFA: no cookie',
    async run(api) {
      const { app, call } = api;
      const alice = await app.enrol('alice');
      expect(deviceOf(await verify(api, alice.code(), {}))).toBeNull();
      const [backup_code] = alice.backupCodes;
      const body = { mfa_token: await app.token('alice'), backup_code, trust_device: {} };
      const byBackupCode = await call('POST', '/totp-verify', { body });
      expect([byBackupCode.status, deviceOf(byBackupCode)]).toEqual([200, null]);
      await app.mfa.enforce('alice');
      app.clock.advance({ seconds: 30 });
      const enforced = await verify(api, alice.code(), { trust_device: {} });
      expect([enforced.status, deviceOf(enforced)]).toEqual([200, null]);
    },
  },
  {
    name: 'a second user of the browser gets an entry in the same cookie',
    async run(api) {
      const { app, call } = api;
      const [alice, bob] = [await app.enrol('alice'), await app.enrol('bob')];
      const first = deviceOf(await verify(api, alice.code(), { trust_device: { label: '' } })) ?? '';
      const body = { mfa_token: await app.token('bob'), code: bob.code(), trust_device: { label: null } };
      const both = deviceOf(await call('POST', '/totp-verify', { body, cookie: `sid=x; ${first}` })) ?? '';
      expect(both.split('~')).toHaveLength(2);
      const device = readDeviceCookie(both);
      expect((await app.mfa.begin('alice', {}, { device })).next).toBe('signed-in');
      expect((await app.mfa.begin('bob', {}, { device })).next).toBe('signed-in');
    },
  },
  {
    name: 'a malformed box: 422 that names the field, and nothing is spent',
    async run(api) {
      const { app, call } = api;
      const alice = await app.enrol('alice');
      const mfa_token = await app.token('alice');
      for (const [trust_device, path] of [
        [true, 'trust_device'],
        ['yes', 'trust_device'],
        [{ label: 7 }, 'trust_device.label'],
        [{ label: 'x'.repeat(65) }, 'trust_device.label'],
        [{ label: 'a\u202Eb' }, 'trust_device.label'],
        [{ cookie: 'x' }, 'trust_device.cookie'],
      ] as const) {
        const answer = await call('POST', '/totp-verify', { body: { mfa_token, code: alice.code(), trust_device } });
        expectProblem(answer, 422, 'invalid_input');
        expect(answer.body?.['errors']).toMatchObject([{ path }]);
      }
      const malformed = `__Host-mfa-device=${'~'.repeat(8000)}`;
      const body = { mfa_token, code: alice.code(), trust_device: {} };
      expect(deviceOf(await call('POST', '/totp-verify', { body, cookie: malformed }))).toHaveLength(84);
      expect(app.reported).toEqual([]);
    },
  },
  {
    name: 'one browser is removed, then all; both are for the signed-in user alone',
    async run(api) {
      const { app, call } = api;
      const { alice, cookie } = await signedIn(api);
      const browsers = [];
      for (let n = 0; n < 3; n += 1) {
        browsers.push(readDeviceCookie(deviceOf(await verify(api, alice.code(), { trust_device: {} }))));
        app.clock.advance({ seconds: 30 });
      }
      const { devices } = await app.mfa.status('alice');
      const [newest] = devices;
      expect((await call('DELETE', `/devices/${newest?.id}`)).status).toBe(401);
      expect((await call('DELETE', '/devices')).status).toBe(401);
      expectProblem(
        await call('DELETE', `/devices/${newest?.id}`, { cookie: app.signIn('bob') }),
        404,
        'device_not_found',
      );
      expect((await app.mfa.status('alice')).devices).toHaveLength(3);

      const removed = await call('DELETE', `/devices/${newest?.id}`, { cookie, body: {} });
      expect([removed.status, removed.text]).toEqual([204, '']);
      expectProblem(
        await call('DELETE', `/devices/${newest?.id}`, { cookie }),
        404,
        'device_not_found',
        'Trusted browser not found',
      );
      expect(app.events.at(-1)).toMatchObject({ type: 'device_forgotten', by: 'user' });
      expect((await app.mfa.begin('alice', {}, { device: browsers[2] })).next).toBe('verify');
      expect((await app.mfa.begin('alice', {}, { device: browsers[1] })).next).toBe('signed-in');
      for (let n = 0; n < 2; n += 1) expect((await call('DELETE', '/devices', { cookie })).status).toBe(204);
      expect((await app.mfa.begin('alice', {}, { device: browsers[0] })).next).toBe('verify');
      expectProblem(
        await call('DELETE', '/devices', { cookie: app.signIn('alice', { sessionEpoch: 1 }) }),
        401,
        'session_revoked',
      );
    },
  },
];
