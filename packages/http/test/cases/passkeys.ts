/** Passkeys: added, used as the second step, in a session, as a proof and alone; and refused. */
import { softwareKey, virtualAuthenticator, type BentResponse, type CreationRequest } from '@mfakit/testkit';
import { MfaError } from '@mfakit/core';
import { passkeyRoutes } from '@mfakit/http/passkeys';
import { expect } from 'vitest';
import { ROUTES } from '../../src/table.ts';
import { PASSWORD } from '../application.ts';
import { expectProblem, type HttpCase } from '../http-api.ts';
import { addPasskey, answer, askedAlone, askedByLogin, askedInSession, proofOf } from './passkey-sample.ts';

const { verify, stepUp, regenerate, disable } = ROUTES;

const cases: readonly Omit<HttpCase, 'passkeys'>[] = [
  {
    name: 'a passkey is added, told to the host, and listed; the options are those of WebAuthn, letter for letter',
    async run(api) {
      const { app, call } = api;
      const cookie = app.signIn('alice');
      const setup = await call('POST', '/webauthn/setup', { cookie, body: { label: 'Laptop' } });
      passkeyRoutes.webauthnSetup.reply?.parse(setup.body);
      expect(Object.keys(setup.body ?? {})).toEqual(['factor_id', 'creation_options', 'backup_codes', 'expires_at']);
      expect(setup.body?.['creation_options']).toMatchObject({
        rp: { id: 'example.org', name: 'Acme' },
        user: { id: 'YWxpY2U', name: 'alice@example.com', displayName: 'alice@example.com' },
        excludeCredentials: [],
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      });
      const key = await softwareKey({ transports: ['internal', 'hybrid'] });
      const credential = await key.create(setup.body?.['creation_options'] as CreationRequest);
      const confirmed = await call('POST', '/webauthn/confirm', { cookie, body: { credential } });
      const factorId = setup.body?.['factor_id'];
      expect([confirmed.status, confirmed.body]).toEqual([200, { factor_id: factorId }]);
      expect(confirmed.headers.get('set-cookie')).toMatch(/^sid=/);
      expect(app.changes).toMatchObject([{ kind: 'confirmed', userId: 'alice', factorId }]);

      const status = await call('GET', '/totp/status', { cookie });
      ROUTES.status.reply?.parse(status.body);
      expect(status.body?.['factors']).toEqual([
        {
          id: factorId,
          kind: 'webauthn',
          label: 'Laptop',
          created_at: '2026-01-01T00:00:00.000Z',
          last_used_at: '2026-01-01T00:00:00.000Z',
          credential_id: key.credentialId,
          user_handle: 'YWxpY2U',
          transports: ['internal', 'hybrid'],
          backup_eligible: false,
          backed_up: false,
          aaguid: '00000000-0000-0000-0000-000000000000',
          rp_id: 'example.org',
        },
      ]);
    },
  },
  {
    name: 'the second step by a passkey: the reply is that of a code, and the token is spent',
    async run(api) {
      const { app, call } = api;
      const { key } = await addPasskey(api);
      const body = await answer(await askedByLogin(api), key);
      const verified = await call('POST', '/totp-verify', { body });
      expect([verified.status, verified.body]).toEqual([
        200,
        { authenticated: true, method: 'webauthn', backup_codes_remaining: 10 },
      ]);
      expect(app.sessionOf(verified.headers.get('set-cookie') ?? '')?.userId).toBe('alice');
      const again = await call('POST', '/totp-verify', { body });
      expectProblem(again, 401, 'token_used');
      expect(again.headers.get('set-cookie')).toBeNull();
    },
  },
  {
    name: 'a step-up and every proof by a passkey: the challenge tells what it asks',
    async run(api) {
      const { app, call } = api;
      const user = await addPasskey(api);
      const { cookie } = user;
      const challenge = await call('POST', '/mfa/challenge', { cookie });
      passkeyRoutes.challenge.reply?.parse(challenge.body);
      expect(challenge.body).toMatchObject({
        methods: ['webauthn', 'backup_code'],
        request_options: { rpId: 'example.org', allowCredentials: [{ type: 'public-key', id: user.key.credentialId }] },
      });
      const stepped = await call(stepUp.method, stepUp.path, {
        cookie,
        body: await answer(await askedInSession(api, cookie), user.key),
      });
      expect([stepped.status, stepped.body]).toMatchObject([200, { authenticated: true }]);
      expect(stepped.headers.get('set-cookie')).toMatch(/^sid=/);
      const codes = await call(regenerate.method, regenerate.path, { cookie, body: await proofOf(api, user) });
      expect(codes.body?.['backup_codes']).toHaveLength(10);

      // An authenticator app beside it, by a proof of the passkey; and a second passkey.
      const app2 = await call('POST', '/totp/setup', { cookie, body: { ...(await proofOf(api, user)), label: 'App' } });
      const phone = virtualAuthenticator(String(app2.body?.['otpauth_uri']));
      expect((await call('POST', '/totp/confirm', { cookie, body: { code: phone.code(app.clock()) } })).status).toBe(
        200,
      );
      const more = await call('POST', '/webauthn/setup', { cookie, body: await proofOf(api, user) });
      expect(more.body).toMatchObject({
        backup_codes: [],
        creation_options: { excludeCredentials: [{ id: user.key.credentialId }] },
      });
      const second = await softwareKey();
      const credential = await second.create(more.body?.['creation_options'] as CreationRequest);
      expect((await call('POST', '/webauthn/confirm', { cookie, body: { credential } })).status).toBe(200);

      const path = `/totp/factors/${user.factorId}`;
      expect((await call('DELETE', path, { cookie, body: await proofOf(api, user) })).status).toBe(204);
      const { sessionEpoch } = await app.mfa.status('alice');
      const next = { key: second, cookie: app.signIn('alice', { sessionEpoch }), factorId: '', backupCodes: [] };
      const off = await call(disable.method, disable.path, { cookie: next.cookie, body: await proofOf(api, next) });
      expect(off.status).toBe(200);
      expect((await app.mfa.status('alice')).enabled).toBe(false);
    },
  },
  {
    name: 'a user without a passkey gets a challenge without options; one without factors gets none',
    async run({ app, call }) {
      await app.enrol('alice');
      const challenge = await call('POST', '/mfa/challenge', { cookie: app.signIn('alice'), body: {} });
      passkeyRoutes.challenge.reply?.parse(challenge.body);
      expect(Object.keys(challenge.body ?? {})).toEqual(['mfa_token', 'expires_at', 'methods']);
      expectProblem(await call('POST', '/mfa/challenge', { cookie: app.signIn('bob'), body: {} }), 400, 'not_enabled');
      expectProblem(await call('POST', '/mfa/challenge', { body: {} }), 401, 'not_signed_in');
    },
  },
  {
    name: 'a revoked session is told nothing by the challenge',
    async run(api) {
      const { key, cookie } = await addPasskey(api);
      await api.app.mfa.passwordChanged('alice');
      const refused = await api.call('POST', '/mfa/challenge', { cookie, body: {} });
      expectProblem(refused, 401, 'session_revoked');
      expect(refused.text).not.toContain(key.credentialId);
    },
  },
  {
    name: 'a passkey alone signs in, through signIn, once',
    async run(api) {
      const { app, call } = api;
      const { key } = await addPasskey(api);
      const asked = await call('POST', '/passkey/challenge');
      passkeyRoutes.passkeyChallenge.reply?.parse(asked.body);
      expect(asked.body).toMatchObject({ request_options: { allowCredentials: [], userVerification: 'required' } });
      const body = await answer(await askedAlone(api), key);
      const signedIn = await call('POST', '/passkey/sign-in', { body });
      expect([signedIn.status, signedIn.body]).toEqual([
        200,
        { authenticated: true, method: 'webauthn', backup_codes_remaining: 10 },
      ]);
      expect(app.sessionOf(signedIn.headers.get('set-cookie') ?? '')?.userId).toBe('alice');
      expectProblem(await call('POST', '/passkey/sign-in', { body }), 401, 'token_used');
    },
  },
  {
    name: 'a passkey alone that did not verify its user, or names none, needs the password',
    async run(api) {
      const { key } = await addPasskey(api);
      for (const bent of [{ userVerified: false }, { userHandle: null }, { userHandle: '' }]) {
        const body = await answer(await askedAlone(api), key, bent);
        const refused = await api.call('POST', '/passkey/sign-in', { body });
        const detail = 'Sign in with your password first, then with this passkey';
        expectProblem(refused, 401, 'password_required', detail);
      }
    },
  },
  {
    name: 'a closed account is not signed in, by a passkey alone or after the password',
    async run(api) {
      const { app, call } = api;
      const { key } = await addPasskey(api);
      const bodies = [
        ['/passkey/sign-in', await answer(await askedAlone(api), key)],
        ['/totp-verify', await answer(await askedByLogin(api), key)],
      ] as const;
      app.accounts.set('alice', { accountName: 'alice@example.com', active: false });
      const { size } = app.sessions;
      for (const [path, body] of bodies) expectProblem(await call('POST', path, { body }), 401, 'user_inactive');
      expect(app.sessions.size).toBe(size);
    },
  },
  {
    name: 'a forced enrollment by a passkey completes the sign-in',
    async run({ app, call }) {
      await app.mfa.enforce('alice');
      const mfa_token = await app.token('alice');
      const setup = await call('POST', '/webauthn/enforce-setup', { body: { mfa_token } });
      expect(setup.body?.['backup_codes']).toHaveLength(10);
      const key = await softwareKey();
      const credential = await key.create(setup.body?.['creation_options'] as CreationRequest);
      const body = { mfa_token, credential, factor_id: setup.body?.['factor_id'] };
      const another = await call('POST', '/webauthn/enforce-confirm', { body: { ...body, factor_id: 'another' } });
      expectProblem(another, 400, 'setup_replaced');
      const confirmed = await call('POST', '/webauthn/enforce-confirm', { body });
      expect([confirmed.status, confirmed.body]).toEqual([
        200,
        { authenticated: true, method: 'webauthn', backup_codes_remaining: 10 },
      ]);
      expect(app.sessionOf(confirmed.headers.get('set-cookie') ?? '')?.userId).toBe('alice');
      expect(app.changes).toMatchObject([{ kind: 'confirmed', factorId: setup.body?.['factor_id'] }]);
    },
  },
  {
    name: 'the step at which a ceremony failed reaches the operator, and nobody else; nothing is counted',
    async run(api) {
      const { app, call } = api;
      const { key, cookie } = await addPasskey(api);
      const bent: readonly (readonly [BentResponse, string])[] = [
        [{ clientData: { origin: 'https://evil.example' } }, 'origin'],
        [{ clientData: { type: 'webauthn.create' } }, 'type'],
        [{ clientData: { challenge: 'AAAA' } }, 'challenge'],
        [{ rpId: 'evil.example' }, 'rp-id'],
        [{ userPresent: false }, 'user'],
      ];
      for (const [how] of bent) {
        app.reported.length = 0;
        const asked = [
          ['/totp-verify', {}, await askedByLogin(api)],
          ['/totp/step-up', { cookie }, await askedInSession(api, cookie)],
          ['/passkey/sign-in', {}, await askedAlone(api)],
        ] as const;
        for (const [path, sent, given] of asked) {
          const refused = await call('POST', path, { ...sent, body: await answer(given, key, how) });
          expectProblem(refused, 401, 'invalid_assertion', 'The passkey was not accepted');
          expect(Object.keys(refused.body ?? {})).toEqual(['type', 'title', 'status', 'detail', 'code']);
        }
        expect(app.reported).toHaveLength(3);
        for (const error of app.reported as MfaError[]) {
          expect([error.code, (error.cause as Error).name]).toEqual(['invalid_assertion', 'CeremonyError']);
        }
      }
      expect((await app.mfa.status('alice')).triesLeft).toBeNull();

      app.reported.length = 0;
      const setup = await call('POST', '/webauthn/setup', { cookie: app.signIn('bob'), body: {} });
      const made = await softwareKey();
      const credential = await made.create(setup.body?.['creation_options'] as CreationRequest, bent[0]?.[0]);
      const refused = await call('POST', '/webauthn/confirm', { cookie: app.signIn('bob'), body: { credential } });
      expectProblem(refused, 400, 'invalid_registration', 'The passkey could not be added');
      expect(app.reported).toMatchObject([{ code: 'invalid_registration', cause: { step: 'origin' } }]);
    },
  },
  {
    name: 'a wrong signature, an unknown key and a clone are refused; what was wrong with them is no cause',
    async run(api) {
      const { app, call } = api;
      const { key } = await addPasskey(api);
      const clone = key.clone();
      const send = async (by: typeof key, bent?: BentResponse) =>
        call('POST', '/totp-verify', { body: await answer(await askedByLogin(api), by, bent) });
      const flipped: BentResponse = {
        clientData: { extra: 'signed, then changed' },
        signature: (honest) => honest.map((byte, at) => (at === honest.length - 1 ? byte ^ 1 : byte)),
      };
      expectProblem(await send(key, flipped), 401, 'invalid_assertion');
      const unknown = await send(await softwareKey());
      expectProblem(unknown, 401, 'unknown_credential', 'This passkey is not registered here');
      expect((await send(key)).status).toBe(200);
      const copied = await send(clone, { signCount: 1 });
      expectProblem(copied, 401, 'counter_regressed', 'This passkey may have been copied — use another method');
      expectProblem(await send(key, { backupEligible: true }), 401, 'backup_eligibility_changed');
      expect(app.reported).toEqual([]);
    },
  },
  {
    name: 'the same passkey a second time: 409',
    async run(api) {
      const { call } = api;
      const user = await addPasskey(api);
      const setup = await call('POST', '/webauthn/setup', { cookie: user.cookie, body: await proofOf(api, user) });
      const credential = await user.key.create(setup.body?.['creation_options'] as CreationRequest);
      const refused = await call('POST', '/webauthn/confirm', { cookie: user.cookie, body: { credential } });
      expectProblem(refused, 409, 'already_registered', 'This passkey is added already');
    },
  },
  {
    name: 'a challenge of one user, and a token of another kind, prove nothing',
    async run(api) {
      const { call } = api;
      const alice = await addPasskey(api);
      const bob = await addPasskey(api, 'bob');
      const foreign = await answer(await askedInSession(api, bob.cookie), alice.key);
      expectProblem(await call('POST', '/totp/step-up', { cookie: alice.cookie, body: foreign }), 401, 'invalid_token');
      const login = await answer(await askedByLogin(api), alice.key);
      expectProblem(await call('POST', '/totp/step-up', { cookie: alice.cookie, body: login }), 401, 'invalid_token');
      const proof = await answer(await askedInSession(api, alice.cookie), alice.key);
      expectProblem(await call(verify.method, verify.path, { body: proof }), 401, 'invalid_token');
      expectProblem(await call('POST', '/passkey/sign-in', { body: proof }), 401, 'invalid_token');
    },
  },
  {
    name: 'a code is taken as before',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const verified = await call('POST', '/totp-verify', {
        body: { mfa_token: await app.token('alice'), code: alice.code() },
      });
      expect(verified.body).toMatchObject({ method: 'totp' });
      app.clock.advance({ seconds: 30 });
      const stepped = await call('POST', '/totp/step-up', {
        cookie: app.signIn('alice'),
        body: { code: alice.code() },
      });
      expect(stepped.status).toBe(200);
    },
  },
];

const without: HttpCase = {
  name: 'without the routes for passkeys their paths are the application’s, and no route takes a credential',
  async run({ app, call, served }) {
    const alice = await app.enrol('alice');
    const cookie = app.signIn('alice');
    for (const path of ['/webauthn/setup', '/webauthn/confirm', '/mfa/challenge', '/passkey/sign-in']) {
      expect((await fetch(served.url + path, { method: 'POST', headers: { cookie } })).status).toBe(404);
    }
    const proof = { password: PASSWORD, code: alice.code(), credential: {} };
    const refused = await call('POST', '/totp/disable', { cookie, body: proof });
    expectProblem(refused, 422, 'invalid_input');
    expect(refused.body?.['errors']).toEqual([{ path: 'credential', message: 'Unknown field', code: 'unknown_field' }]);
  },
};

export const passkeyCases: readonly HttpCase[] = [...cases.map((each) => ({ ...each, passkeys: true })), without];
