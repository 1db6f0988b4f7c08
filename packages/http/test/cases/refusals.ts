/** Refusals: the situations that lead to them, with the exact status, code, sentence and headers. */
import { virtualAuthenticator } from '@mfakit/testkit';
import { expect } from 'vitest';
import { ROUTES } from '../../src/table.ts';
import { PASSWORD, wrongCode } from '../application.ts';
import { expectProblem, type Answer, type HttpCase } from '../http-api.ts';

export const refusalCases: readonly HttpCase[] = [
  {
    name: 'nobody signed in: 401 on every session route, before the body is looked at',
    async run({ call }) {
      for (const { method, path, who } of Object.values(ROUTES)) {
        if (who !== 'session') continue;
        const sent = method === 'GET' ? {} : { raw: '{"unknown": 1}' };
        expectProblem(
          await call(method, path, { ...sent, cookie: 'sid=nobody' }),
          401,
          'not_signed_in',
          'Not signed in',
        );
      }
    },
  },
  {
    name: 'token routes: bad tokens, tokens of the other kind, expired and spent ones',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      await app.mfa.enforce('bob');
      const [verify, enroll] = [await app.token('alice'), await app.token('bob')];
      const gone = 'MFA session expired — please log in again';
      for (const mfa_token of ['x', '1.2.3', `${verify}A`, 'x'.repeat(512), enroll]) {
        const answer = await call('POST', '/totp-verify', { body: { mfa_token, code: alice.code() } });
        expectProblem(answer, 401, 'invalid_token', gone);
      }
      for (const [path, more] of [
        ['/totp/enforce-setup', {}],
        ['/totp/enforce-confirm', { code: '123456' }],
      ] as const) {
        for (const mfa_token of ['x', verify]) {
          expectProblem(await call('POST', path, { body: { mfa_token, ...more } }), 401, 'invalid_token', gone);
        }
      }
      const body = { mfa_token: verify, code: alice.code() };
      expect((await call('POST', '/totp-verify', { body })).status).toBe(200);
      expectProblem(
        await call('POST', '/totp-verify', { body }),
        401,
        'token_used',
        'This sign-in is complete already',
      );
      const late = await app.token('alice');
      app.clock.advance({ seconds: 300 });
      const expired = await call('POST', '/totp-verify', { body: { mfa_token: late, code: alice.code() } });
      expectProblem(expired, 401, 'invalid_token', gone);
      expect((await app.mfa.status('alice')).locked).toBe(false);
    },
  },
  {
    name: 'token routes: an unknown or inactive user is refused before anything is counted or spent',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      await app.mfa.enforce('bob');
      const body = { mfa_token: await app.token('alice'), code: alice.code() };
      const enroll = { mfa_token: await app.token('bob') };
      const [active] = [app.accounts.get('alice')];
      app.accounts.set('alice', { accountName: 'alice@example.com', active: false });
      app.accounts.delete('bob');
      const requests = [
        () => call('POST', '/totp-verify', { body: { ...body, code: alice.wrong() } }),
        () => call('POST', '/totp-verify', { body }),
        () => call('POST', '/totp/enforce-setup', { body: enroll }),
        () => call('POST', '/totp/enforce-confirm', { body: { ...enroll, code: '123456' } }),
      ];
      for (const send of requests) {
        const answer = await send();
        expectProblem(answer, 401, 'user_inactive', 'User not found or inactive');
        expect(answer.headers.get('set-cookie')).toBeNull();
      }
      if (active !== undefined) app.accounts.set('alice', active);
      expect((await call('POST', '/totp-verify', { body })).status).toBe(200);
      expect(app.events.some(({ type }) => type === 'attempt_refused')).toBe(false);
    },
  },
  {
    name: 'setup of an enrolled user: 400 without proof; with one, its password and code are checked',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      const post = (body?: object): Promise<Answer> => call('POST', '/totp/setup', { cookie, ...(body && { body }) });
      expectProblem(await post(), 400, 'already_enabled', 'TOTP is already enabled');
      expectProblem(await post({ label: 'Tablet' }), 400, 'already_enabled');
      expectProblem(await post({ code: alice.code() }), 422, 'proof_required');
      expectProblem(await post({ password: 'wrong', code: alice.code() }), 401, 'invalid_password');
      expectProblem(await post({ password: PASSWORD, code: alice.wrong() }), 401, 'invalid_code');
      expectProblem(await post({ password: PASSWORD, backup_code: 'AAAA-AAAA' }), 401, 'invalid_backup_code');
    },
  },
  {
    name: 'confirm: not started, enabled, wrong, expired, void after ten wrong codes',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      const confirm = (code: string): Promise<Answer> => call('POST', '/totp/confirm', { cookie, body: { code } });
      expectProblem(await confirm('123456'), 400, 'setup_not_started', 'TOTP setup has not been started');
      await call('POST', '/totp/setup', { cookie });
      app.clock.advance({ seconds: 600 });
      expectProblem(await confirm('123456'), 400, 'setup_expired');
      const { body } = await call('POST', '/totp/setup', { cookie });
      app.secrets.push(String(body?.['secret']));
      const wrong = wrongCode(virtualAuthenticator(String(body?.['otpauth_uri'])), app.clock());
      for (let failure = 0; failure < 10; failure++) {
        expectProblem(await confirm(wrong), 400, 'invalid_code', 'Invalid code');
      }
      expectProblem(await confirm('123456'), 400, 'setup_voided');
      const alice = await app.enrol('alice');
      expectProblem(await confirm(alice.code()), 400, 'already_enabled');
    },
  },
  {
    name: 'verify, step-up and proofs: wrong and spent codes',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      const mfa_token = await app.token('alice');
      const verify = (body: object): Promise<Answer> => call('POST', '/totp-verify', { body: { mfa_token, ...body } });
      const stepUp = (body: object): Promise<Answer> => call('POST', '/totp/step-up', { cookie, body });
      expectProblem(await verify({ code: alice.wrong() }), 401, 'invalid_code', 'Invalid code');
      expectProblem(await verify({ backup_code: 'AAAA-AAAA' }), 401, 'invalid_backup_code', 'Invalid backup code');
      expect((await stepUp({ code: alice.code() })).status).toBe(200);
      expectProblem(
        await verify({ code: alice.code() }),
        401,
        'code_already_used',
        'Code already used — wait for the next code',
      );
      expectProblem(await stepUp({ code: alice.code() }), 401, 'code_already_used');
      expectProblem(await stepUp({ code: alice.wrong() }), 401, 'invalid_code');
      for (const path of ['/totp/disable', '/totp/backup-codes/regenerate']) {
        app.clock.advance({ seconds: 30 });
        const proof = (body: object): Promise<Answer> => call('POST', path, { cookie, body });
        expectProblem(
          await proof({ password: 'wrong', code: alice.code() }),
          401,
          'invalid_password',
          'Invalid password',
        );
        expectProblem(await proof({ password: PASSWORD, code: alice.wrong() }), 401, 'invalid_code');
      }
    },
  },
  {
    name: 'without a factor: 400 for disable, regenerate and step-up',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      const body = { password: PASSWORD, code: '123456' };
      expectProblem(await call('POST', '/totp/disable', { cookie, body }), 400, 'not_enabled', 'TOTP is not enabled');
      expectProblem(await call('POST', '/totp/backup-codes/regenerate', { cookie, body }), 400, 'not_enabled');
      expectProblem(await call('POST', '/totp/step-up', { cookie, body: { code: '123456' } }), 400, 'not_enabled');
    },
  },
  {
    name: 'forced enrolment: not pending, and enabled meanwhile',
    async run({ app, call }) {
      await app.mfa.enforce('alice');
      const mfa_token = await app.token('alice');
      const notStarted = await call('POST', '/totp/enforce-confirm', { body: { mfa_token, code: '123456' } });
      expectProblem(notStarted, 400, 'setup_not_started');
      await call('POST', '/totp/enforce-setup', { body: { mfa_token } });
      const wrong = await call('POST', '/totp/enforce-confirm', { body: { mfa_token, code: '1234567' } });
      expectProblem(wrong, 422, 'invalid_input');
      await app.mfa.exempt('alice');
      for (const [path, more] of [
        ['/totp/enforce-setup', {}],
        ['/totp/enforce-confirm', { code: '123456' }],
      ] as const) {
        const answer = await call('POST', path, { body: { mfa_token, ...more } });
        expectProblem(answer, 400, 'enforcement_not_pending', 'MFA setup is not required for this account');
      }
      await app.mfa.enforce('alice');
      const later = await app.token('alice');
      await app.enrol('alice');
      const answer = await call('POST', '/totp/enforce-setup', { body: { mfa_token: later } });
      expectProblem(answer, 400, 'already_enabled');
    },
  },
  {
    name: 'factors: unknown, and the last one of a user who must have one',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      const remove = (id: string): Promise<Answer> =>
        call('DELETE', `/totp/factors/${id}`, { cookie, body: { password: PASSWORD, code: alice.code() } });
      expectProblem(await remove('unknown'), 404, 'factor_not_found', 'Factor not found');
      expectProblem(await remove('%00%0d%0aX'), 404, 'factor_not_found');
      expectProblem(await remove('%E0%A4%A'), 404, 'not_found');
      expectProblem(await remove('a/b'), 404, 'not_found');
      await app.mfa.enforce('alice');
      expectProblem(await remove(alice.factorId), 400, 'required_by_policy', 'MFA is required for this account');
      const proof = { password: PASSWORD, code: alice.code() };
      expectProblem(await call('POST', '/totp/disable', { cookie, body: proof }), 400, 'required_by_policy');
    },
  },
  {
    name: 'locked: 423 with the time left in body and header, right and wrong alike, on every route that takes a code',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const mfa_token = await app.token('alice');
      const cookie = app.signIn('alice');
      // By wrong codes: a lock of wrong passwords alone leaves a living session open.
      const body = { code: alice.wrong() };
      for (let left = 9; left >= 0; left--) {
        expect((await call('POST', '/totp/step-up', { cookie, body })).body).toMatchObject({ tries_left: left });
      }
      app.clock.advance({ seconds: 90, milliseconds: 1 });
      for (const code of [alice.code(), alice.wrong()]) {
        const proof = { password: PASSWORD, code };
        for (const [method, path, sent] of [
          ['POST', '/totp-verify', { body: { mfa_token, code } }],
          ['POST', '/totp/step-up', { cookie, body: { code } }],
          ['POST', '/totp/disable', { cookie, body: proof }],
          ['POST', '/totp/backup-codes/regenerate', { cookie, body: proof }],
          ['POST', '/totp/setup', { cookie, body: proof }],
          ['DELETE', `/totp/factors/${alice.factorId}`, { cookie, body: proof }],
        ] as const) {
          const answer = await call(method, path, sent);
          expect(answer.status).toBe(423);
          expect(answer.body).toEqual({
            type: 'about:blank',
            title: 'Locked',
            status: 423,
            detail: 'Account locked. Try again in 29 minutes.',
            code: 'locked',
            retry_after: 1710,
          });
          expect(answer.headers.get('retry-after')).toBe('1710');
        }
      }
      app.clock.advance({ seconds: 1709, milliseconds: 998 });
      const last = await call('POST', '/totp/step-up', { cookie, body: { code: alice.code() } });
      expect(last.body).toMatchObject({ detail: 'Account locked. Try again in 1 minute.', retry_after: 1 });
      app.clock.advance({ milliseconds: 1 });
      expect((await call('POST', '/totp/step-up', { cookie, body: { code: alice.code() } })).status).toBe(200);
    },
  },
  {
    name: 'status tells the lock and how many tries are left, once some have failed',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      const told = async (): Promise<unknown> => {
        const { body } = await call('GET', '/totp/status', { cookie });
        return [body?.['locked'], body?.['locked_until'], body?.['tries_left']];
      };
      const fail = (): Promise<Answer> => call('POST', '/totp/step-up', { cookie, body: { code: alice.wrong() } });
      expect(await told()).toEqual([false, null, null]);
      await fail();
      expect(await told()).toEqual([false, null, 9]);
      for (let failure = 0; failure < 9; failure++) await fail();
      expect(await told()).toEqual([true, '2026-01-01T00:30:30.000Z', 0]);
      app.clock.advance({ minutes: 30 });
      expect(await told()).toEqual([false, null, 10]);
      expect((await call('POST', '/totp/step-up', { cookie, body: { code: alice.code() } })).status).toBe(200);
      expect(await told()).toEqual([false, null, null]);
      // By wrong passwords at the login: one wrong code more, and this session is locked as well.
      await app.lock('alice');
      expect(await told()).toEqual([true, '2026-01-01T01:00:30.000Z', 1]);
    },
  },
  {
    name: 'locked by wrong passwords alone: a living session goes on until its first wrong code',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const mfa_token = await app.token('alice');
      const cookie = app.signIn('alice');
      const stepUp = (code: string): Promise<Answer> => call('POST', '/totp/step-up', { cookie, body: { code } });
      await app.lock('alice');
      expectProblem(await call('POST', '/totp-verify', { body: { mfa_token, code: alice.code() } }), 423, 'locked');
      expect((await stepUp(alice.code())).status).toBe(200);
      app.clock.advance({ seconds: 30 });
      expectProblem(await stepUp(alice.wrong()), 401, 'invalid_code');
      expectProblem(await stepUp(alice.code()), 423, 'locked');
    },
  },
  {
    name: 'locked for good: neither time nor header',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      for (let round = 0; round < 10; round++) {
        await app.lock('alice');
        app.clock.advance({ hours: 24 });
      }
      const answer = await call('POST', '/totp/step-up', { cookie, body: { code: alice.code() } });
      expectProblem(answer, 423, 'locked', 'Account locked. Contact support.');
      expect(answer.body).not.toHaveProperty('retry_after');
      expect(answer.headers.get('retry-after')).toBeNull();
    },
  },
];
