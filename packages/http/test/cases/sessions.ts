/** Sessions: who may still call once a session was revoked, and what the core is told of it. */
import type { Verified } from '@mfakit/core';
import { virtualAuthenticator } from '@mfakit/testkit';
import { expect } from 'vitest';
import type { RouteName } from '../../src/paths.ts';
import { ROUTES } from '../../src/table.ts';
import { PASSWORD } from '../application.ts';
import { expectProblem, type Answer, type HttpCase } from '../http-api.ts';
import { addressOf, bodyFor, givenTo, signedIn } from './sample-request.ts';

const SESSION_ROUTES = (Object.keys(ROUTES) as RouteName[]).filter((name) => ROUTES[name].who === 'session');
const WITH_BODY = SESSION_ROUTES.filter((name) => ROUTES[name].inputFrom === 'body');
const GONE = 'Session expired — please log in again';

const VERIFIED: Verified = {
  userId: 'alice',
  method: 'totp',
  factorId: 'some-factor',
  amr: ['otp'],
  phishingResistant: false,
  authTime: new Date('2026-01-01T00:00:01.000Z'),
  backupCodesRemaining: 10,
  sessionEpoch: 7,
  seq: 2,
};

export const sessionCases: readonly HttpCase[] = [
  {
    name: 'a session that ends while its body arrives: 401, and the core is not called',
    async run({ app, slowly }) {
      for (const name of WITH_BODY) {
        const cookie = app.signIn('alice');
        const answer = await slowly(...addressOf(name), { cookie, ...bodyFor(name) }, () => app.sessions.clear());
        expectProblem(answer, 401, 'not_signed_in', 'Not signed in');
      }
      expect(app.calls).toEqual([]);
    },
  },
  {
    name: 'a session that becomes another user’s or another epoch’s while its body arrives: 401, and the core is not called',
    async run({ app, slowly }) {
      for (const name of WITH_BODY) {
        for (const after of [
          { userId: 'bob', authTime: null, sessionEpoch: 5 },
          { userId: 'alice', authTime: null, sessionEpoch: 6 },
          { userId: 'alice', authTime: null },
        ]) {
          const cookie = app.signIn('alice', { sessionEpoch: 5 });
          const change = (): unknown => app.sessions.set(cookie.slice('sid='.length), after);
          const answer = await slowly(...addressOf(name), { cookie, ...bodyFor(name) }, change);
          expectProblem(answer, 401, 'session_revoked', GONE);
        }
      }
      expect(app.calls).toEqual([]);
    },
  },
  {
    name: 'a session that stays as it is while its body arrives goes on',
    async run(api) {
      const { app, slowly } = api;
      const { alice, cookie } = await signedIn(api);
      const answer = await slowly('POST', '/totp/step-up', { cookie, body: { code: alice.code() } }, () => undefined);
      expect(answer.status).toBe(200);
      expect(app.asked).toBe(2);
    },
  },
  {
    name: 'a session of an earlier epoch: 401 on every session route, and nothing is written',
    async run(api) {
      const { app, call } = api;
      const { cookie } = await signedIn(api);
      await app.mfa.reset('alice');
      // Enrolled again: the routes have something to refuse.
      const alice = await app.enrol('alice');
      const told = app.events.length;
      for (const name of SESSION_ROUTES) {
        const answer = await call(...addressOf(name, alice.factorId), { cookie, ...bodyFor(name, alice.code()) });
        expectProblem(answer, 401, 'session_revoked', GONE);
      }
      expect(app.events).toHaveLength(told);
      const { sessionEpoch } = await app.mfa.status('alice');
      const anew = { cookie: app.signIn('alice', { sessionEpoch }) };
      for (const path of ['/totp/status', '/totp/history']) expect((await call('GET', path, anew)).status).toBe(200);
    },
  },
  {
    name: 'a session that is revoked while its password is checked: 401, and the change is not made',
    async run(api) {
      const { app, call } = api;
      const { alice, cookie } = await signedIn(api);
      app.faults.duringPassword = async () => {
        app.faults.duringPassword = null;
        await app.mfa.passwordChanged('alice');
      };
      const body = { password: PASSWORD, code: alice.code() };
      expectProblem(await call('POST', '/totp/disable', { cookie, body }), 401, 'session_revoked', GONE);
      expect((await app.mfa.status('alice')).enabled).toBe(true);
      expect(app.changes).toEqual([]);
    },
  },
  {
    name: 'a host that tells no epoch has none compared',
    async run(api) {
      const { app, call } = api;
      await app.enrol('alice');
      const cookie = app.signIn('alice');
      await app.mfa.reset('alice');
      for (const path of ['/totp/status', '/totp/history'])
        expect((await call('GET', path, { cookie })).status).toBe(200);
    },
  },
  {
    name: 'removal and disable: the session that acted goes on, every other one is void',
    async run(api) {
      const { app, call } = api;
      const { alice, cookie, sessionEpoch } = await signedIn(api);
      const other = app.signIn('alice', { sessionEpoch });
      const tablet = await call('POST', '/totp/setup', { cookie, body: { password: PASSWORD, code: alice.code() } });
      const phone = virtualAuthenticator(String(tablet.body?.['otpauth_uri']));
      const confirmed = await call('POST', '/totp/confirm', { cookie, body: { code: phone.code(app.clock()) } });
      expect(confirmed.status).toBe(200);
      expect((await call('GET', '/totp/status', { cookie: other })).status).toBe(200);
      for (const [name, id] of [
        ['removeFactor', String(tablet.body?.['factor_id'])],
        ['disable', ''],
      ] as const) {
        app.clock.advance({ seconds: 30 });
        const left = app.signIn('alice', { sessionEpoch: app.sessionOf(cookie)?.sessionEpoch });
        const done = await call(...addressOf(name, id), { cookie, ...bodyFor(name, alice.code()) });
        expect(done.status).toBeLessThan(300);
        expect((await call('GET', '/totp/status', { cookie })).status).toBe(200);
        for (const gone of [other, left]) {
          expectProblem(await call('GET', '/totp/status', { cookie: gone }), 401, 'session_revoked', GONE);
        }
      }
    },
  },
  {
    name: 'confirm signs the session in anew, with the instant of the proof',
    async run({ app, call }) {
      const cookie = app.signIn('alice', { sessionEpoch: 7 });
      app.faults.answers = { confirm: VERIFIED };
      const answer = await call('POST', '/totp/confirm', { cookie, body: { code: '123456' } });
      expect([answer.status, answer.body]).toEqual([200, { message: 'TOTP enabled successfully' }]);
      const [set = ''] = answer.headers.getSetCookie().map((each) => each.split(';')[0]);
      expect(set).toMatch(/^sid=/);
      expect(set).not.toBe(cookie);
      expect(app.sessionOf(set)).toEqual({ userId: 'alice', authTime: VERIFIED.authTime, sessionEpoch: 7 });
      expect(app.changes).toEqual([
        { kind: 'confirmed', userId: 'alice', factorId: 'some-factor', sessionEpoch: 7, seq: 2 },
      ]);
    },
  },
  {
    name: 'a first factor from an old sign-in takes the password, alone',
    async run({ app, call }) {
      const cookie = app.signIn('alice', { signedInAt: new Date(app.clock() - 900_001) });
      const setup = (body: object): Promise<Answer> => call('POST', '/totp/setup', { cookie, body });
      const refused = await setup({ label: 'Phone' });
      expectProblem(refused, 422, 'proof_required', 'Password required');
      expect(refused.body?.['errors']).toEqual([{ path: 'password', message: 'Required', code: 'required' }]);
      expectProblem(await setup({ password: 'wrong' }), 401, 'invalid_password', 'Invalid password');
      expect((await setup({ password: PASSWORD, label: 'Phone' })).status).toBe(200);
      const recent = app.signIn('bob', { signedInAt: new Date(app.clock() - 899_000) });
      expect((await call('POST', '/totp/setup', { cookie: recent })).status).toBe(200);
      // Nobody asks for it there, but one that is sent is checked.
      const wrong = await call('POST', '/totp/setup', { cookie: recent, body: { password: 'wrong' } });
      expectProblem(wrong, 401, 'invalid_password', 'Invalid password');
    },
  },
  {
    name: 'setup tells the core when the session was signed in, and takes a password alone',
    async run(api) {
      const { app, call } = api;
      const signedInAt = new Date('2025-12-31T23:00:00.000Z');
      app.faults.answers = {
        setup: {
          secret: 'S',
          uri: 'otpauth://totp/Acme:alice?secret=S',
          backupCodes: [],
          factorId: 'f',
          expiresAt: new Date(0),
        },
      };
      const setup = (cookie: string, body: object): Promise<Answer> => call('POST', '/totp/setup', { cookie, body });
      expect((await setup(app.signIn('alice', { signedInAt }), { password: PASSWORD })).status).toBe(200);
      const details = { accountName: 'alice@example.com' };
      expect(givenTo(api, 'setup')?.[1]).toEqual({ ...details, signedInAt, proof: { password: PASSWORD } });

      expect((await setup(app.signIn('alice'), {})).status).toBe(200);
      expect(givenTo(api, 'setup')?.[1]).toEqual(details);

      await app.mfa.enforce('alice');
      const enroll = { body: { mfa_token: await app.token('alice') } };
      expect((await call('POST', '/totp/enforce-setup', enroll)).status).toBe(200);
      expect(givenTo(api, 'setup')?.[1]).toEqual(details);
    },
  },
];
