/** Life cycle: the eight original endpoints as their clients call them, then the routes that came later. */
import { virtualAuthenticator } from '@mfakit/testkit';
import { expect } from 'vitest';
import type { RouteName } from '../../src/paths.ts';
import { ROUTES } from '../../src/table.ts';
import { PASSWORD } from '../application.ts';
import type { Answer, HttpCase } from '../http-api.ts';

/** Expects 200 and a body that is exactly what the table says. */
export function expectReply(name: RouteName, answer: Answer): Readonly<Record<string, unknown>> {
  expect({ status: answer.status, code: answer.body?.['code'] }).toEqual({ status: 200, code: undefined });
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  ROUTES[name].reply?.parse(answer.body);
  return answer.body ?? {};
}

function cookieOf(answer: Answer): string {
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** What `status` says of a user without failures. */
const UNLOCKED = { locked: false, locked_until: null, tries_left: null };

export const lifeCycleCases: readonly HttpCase[] = [
  {
    name: 'setup, confirm, verify with code and backup code, regenerate, disable',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      expect((await call('GET', '/totp/status', { cookie })).body).toEqual({
        enabled: false,
        backup_codes_remaining: 0,
        factors: [],
        devices: [],
        password_needed: true,
        enforcement: null,
        ...UNLOCKED,
      });

      // As clients call it: a POST without any body.
      const setup = expectReply('setup', await call('POST', '/totp/setup', { cookie }));
      expect(setup['backup_codes']).toHaveLength(10);
      expect(setup['expires_at']).toBe('2026-01-01T00:10:00.000Z');
      expect(setup['otpauth_uri']).toContain('otpauth://totp/Acme:alice%40example.com?');
      expect(String(setup['otpauth_uri'])).toContain(`secret=${String(setup['secret'])}&`);
      const phone = virtualAuthenticator(String(setup['otpauth_uri']));
      app.secrets.push(String(setup['secret']), ...(setup['backup_codes'] as string[]));

      const confirmed = await call('POST', '/totp/confirm', { cookie, body: { code: phone.code(app.clock()) } });
      expect(expectReply('confirm', confirmed)).toEqual({ message: 'TOTP enabled successfully' });
      // A fresh proof: the session is signed in anew.
      expect(cookieOf(confirmed)).not.toBe(cookie);
      expect(app.sessionOf(cookieOf(confirmed))?.authTime?.toISOString()).toBe('2026-01-01T00:00:00.000Z');

      app.clock.advance({ seconds: 30 });
      const verified = await call('POST', '/totp-verify', {
        body: { mfa_token: await app.token('alice'), code: phone.code(app.clock()) },
      });
      expect(expectReply('verify', verified)).toEqual({
        authenticated: true,
        method: 'totp',
        backup_codes_remaining: 10,
      });
      const signedIn = cookieOf(verified);
      expect(signedIn).toMatch(/^sid=s\d+$/);

      const [first = '', second = ''] = setup['backup_codes'] as string[];
      const withBackup = await call('POST', '/totp-verify', {
        body: { mfa_token: await app.token('alice'), backup_code: first.toLowerCase() },
      });
      expect(expectReply('verify', withBackup)).toEqual({
        authenticated: true,
        method: 'backup_code',
        backup_codes_remaining: 9,
      });

      expect(expectReply('status', await call('GET', '/totp/status', { cookie: signedIn }))).toEqual({
        enabled: true,
        backup_codes_remaining: 9,
        factors: [
          {
            id: setup['factor_id'],
            kind: 'totp',
            label: 'Authenticator app',
            created_at: '2026-01-01T00:00:00.000Z',
            last_used_at: '2026-01-01T00:00:30.000Z',
          },
        ],
        devices: [],
        password_needed: true,
        enforcement: null,
        ...UNLOCKED,
      });

      app.clock.advance({ seconds: 30 });
      const regenerated = await call('POST', '/totp/backup-codes/regenerate', {
        cookie: signedIn,
        body: { password: PASSWORD, code: phone.code(app.clock()) },
      });
      const codes = expectReply('regenerate', regenerated)['backup_codes'] as string[];
      expect(codes).toHaveLength(10);
      expect(codes).not.toContain(second);

      const disabled = await call('POST', '/totp/disable', {
        cookie: signedIn,
        body: { password: PASSWORD, backup_code: codes[0] },
      });
      expect(expectReply('disable', disabled)).toEqual({ message: 'TOTP disabled successfully' });
      expect((await call('GET', '/totp/status', { cookie: signedIn })).body).toMatchObject({ enabled: false });
    },
  },
  {
    name: 'forced enrolment ends in a session',
    async run({ app, call }) {
      await app.mfa.enforce('alice');
      const mfa_token = await app.token('alice');
      const setup = expectReply('enforceSetup', await call('POST', '/totp/enforce-setup', { body: { mfa_token } }));
      expect(setup['otpauth_uri']).toContain('alice%40example.com');
      const code = virtualAuthenticator(String(setup['otpauth_uri'])).code(app.clock());
      const confirmed = await call('POST', '/totp/enforce-confirm', { body: { mfa_token, code } });
      expect(expectReply('enforceConfirm', confirmed)).toEqual({
        authenticated: true,
        method: 'totp',
        backup_codes_remaining: 10,
      });
      const status = await call('GET', '/totp/status', { cookie: cookieOf(confirmed) });
      expect(expectReply('status', status)).toMatchObject({
        enabled: true,
        enforcement: { from: '2026-01-01T00:00:00.000Z' },
      });
    },
  },
  {
    name: 'a second device, named, and the removal of the first',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      const setup = expectReply(
        'setup',
        await call('POST', '/totp/setup', {
          cookie,
          body: { label: 'Tablet', password: PASSWORD, code: alice.code() },
        }),
      );
      expect(setup['backup_codes']).toEqual([]);
      const tablet = virtualAuthenticator(String(setup['otpauth_uri']));
      const code = tablet.code(app.clock());
      expectReply('confirm', await call('POST', '/totp/confirm', { cookie, body: { code } }));

      app.clock.advance({ seconds: 30 });
      const removed = await call('DELETE', `/totp/factors/${alice.factorId}`, {
        cookie,
        body: { password: PASSWORD, code: tablet.code(app.clock()) },
      });
      expect(removed.status).toBe(204);
      expect(removed.text).toBe('');
      expect(removed.headers.get('content-type')).toBeNull();
      const { body } = await call('GET', '/totp/status', { cookie });
      expect(body).toMatchObject({ factors: [{ label: 'Tablet' }] });
    },
  },
  {
    name: 'step-up gives its instant and refreshes the session',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      const stepped = await call('POST', '/totp/step-up', { cookie, body: { code: alice.code() } });
      expect(expectReply('stepUp', stepped)).toEqual({ authenticated: true, auth_time: '2026-01-01T00:00:30.000Z' });
      expect(cookieOf(stepped)).not.toBe(cookie);
      expect(app.sessionOf(cookieOf(stepped))?.authTime?.toISOString()).toBe('2026-01-01T00:00:30.000Z');
      const [backup_code] = alice.backupCodes;
      expectReply('stepUp', await call('POST', '/totp/step-up', { cookie, body: { backup_code } }));
    },
  },
  {
    name: 'history is the user’s own, in snake_case, in pages, with the user agent',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      await app.enrol('bob');
      const cookie = app.signIn('alice');
      const agent = { 'user-agent': 'Browser/1.0' };
      await call('POST', '/totp/step-up', { cookie, body: { code: alice.wrong() }, headers: agent });
      await app.mfa.enforce('alice');
      const all = expectReply('history', await call('GET', '/totp/history', { cookie }))['events'] as { seq: number }[];
      expect(all.map(({ seq }) => seq)).toEqual([4, 3, 2, 1]);
      expect(all[0]).toEqual({ seq: 4, at: '2026-01-01T00:01:00.000Z', type: 'enforced', from: expect.any(String) });
      expect(all[1]).toMatchObject({
        type: 'attempt_refused',
        operation: 'step_up',
        reason: 'invalid_code',
        failures: 1,
        user_agent: 'Browser/1.0',
      });
      expect(all[3]).toMatchObject({
        type: 'setup_started',
        factor_id: alice.factorId,
        kind: 'totp',
        proven_by: null,
      });
      const page = await call('GET', '/totp/history?before=4&limit=2&_=17', { cookie });
      expect(page.body?.['events']).toEqual(all.slice(1, 3));
      const [backup_code] = alice.backupCodes;
      await call('POST', '/totp/step-up', { cookie, body: { backup_code } });
      app.clock.advance({ seconds: 30 });
      await call('POST', '/totp/setup', { cookie, body: { password: PASSWORD, code: alice.code() } });
      const [, another] = alice.backupCodes;
      await call('POST', '/totp/setup', { cookie, body: { password: PASSWORD, backup_code: another } });
      const later = (await call('GET', '/totp/history?limit=9', { cookie })).body?.['events'];
      const byBackupCode = { method: 'backup_code', factor_id: null };
      expect(later).toContainEqual(expect.objectContaining({ type: 'setup_started', proven_by: byBackupCode }));
      const provenBy = { method: 'totp', factor_id: alice.factorId };
      expect(later).toContainEqual(expect.objectContaining({ type: 'setup_started', proven_by: provenBy }));
      expect(later).toContainEqual(expect.objectContaining({ method: 'backup_code', backup_codes_remaining: 9 }));
    },
  },
  {
    name: 'history tells of support that it was support: neither who, nor from where',
    async run({ app, call }) {
      await app.enrol('alice');
      const cookie = app.signIn('alice');
      const own = { ip: '203.0.113.7', userAgent: 'Own/1.0' };
      const staff = { ip: '192.0.2.1', userAgent: 'Staff/1.0', actor: 'eve@acme.example' };
      const { actor: _, ...nameless } = staff;
      await app.mfa.passwordChanged('alice', own);
      await app.mfa.passwordChanged('alice', staff);
      await app.mfa.enforce('alice', {}, staff);
      await app.mfa.exempt('alice', {}, staff);
      await app.mfa.enforce('alice', {}, nameless);
      await app.mfa.passwordFailed('alice', own);
      await app.mfa.unlock('alice', nameless);
      await app.mfa.reset('alice', nameless);
      const answer = await call('GET', '/totp/history', { cookie });
      const events = expectReply('history', answer)['events'] as Record<string, unknown>[];
      expect(events.slice(0, 8).map(({ type, by, ip, user_agent }) => [type, by, ip, user_agent])).toEqual([
        ['reset', 'support', undefined, undefined],
        ['account_unlocked', 'support', undefined, undefined],
        ['attempt_refused', undefined, own.ip, own.userAgent],
        // Without an actor it may be a policy; the address is not the user's in either case.
        ['enforced', undefined, undefined, undefined],
        ['exempted', 'support', undefined, undefined],
        ['enforced', 'support', undefined, undefined],
        ['password_changed', 'support', undefined, undefined],
        ['password_changed', undefined, own.ip, own.userAgent],
      ]);
      for (const secret of Object.values(staff)) expect(answer.text).not.toContain(secret);
    },
  },
];
