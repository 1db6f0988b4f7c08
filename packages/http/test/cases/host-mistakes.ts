/** Mistakes of the host: what it gives wrong reaches the operator, never the user as a field that no request has. */
import { virtualAuthenticator } from '@mfakit/testkit';
import { expect } from 'vitest';
import { expectProblem, type HttpApi, type HttpCase } from '../http-api.ts';
import { PASSWORD } from '../application.ts';

/** What `onError` was called with since the last time. */
function reportedIn({ app }: HttpApi): readonly unknown[] {
  return app.reported.splice(0);
}

export const hostMistakeCases: readonly HttpCase[] = [
  {
    name: 'an account name that cannot be shown: the setup goes on, and onError hears of it once',
    async run(api) {
      const { app, call } = api;
      await app.mfa.enforce('bob');
      for (const accountName of [undefined, null, 7, {}, '', '  ', '\u202E\u200B']) {
        for (const userId of ['alice', 'bob']) {
          app.accounts.set(userId, { accountName: accountName as never, active: true });
        }
        const cookie = app.signIn('alice');
        const setup = await call('POST', '/totp/setup', { cookie });
        const forced = await call('POST', '/totp/enforce-setup', { body: { mfa_token: await app.token('bob') } });
        for (const { status, body } of [setup, forced]) {
          expect(status).toBe(200);
          expect(virtualAuthenticator(String(body?.['otpauth_uri'])).accountName).toBe('account');
        }
        const reported = reportedIn(api);
        expect(reported).toHaveLength(2);
        for (const error of reported) {
          expect(error).toBeInstanceOf(TypeError);
          expect(String(error)).toContain('accountName');
        }
        // Only where it is shown: nothing else looks at it.
        expect((await call('GET', '/totp/status', { cookie })).status).toBe(200);
        expect(reportedIn(api)).toEqual([]);
      }
    },
  },
  {
    name: 'an account name that is cut or cleaned is no mistake',
    async run(api) {
      const { app, call } = api;
      for (const accountName of ['x'.repeat(300), 'ann:bob', 'ann\n', '\uFEFFann']) {
        app.accounts.set('alice', { accountName, active: true });
        expect((await call('POST', '/totp/setup', { cookie: app.signIn('alice') })).status).toBe(200);
      }
      expect(reportedIn(api)).toEqual([]);
    },
  },
  {
    name: 'a user id or a sign-in instant that the core refuses: 500 without a field, and onError is told which one',
    async run(api) {
      const { app, call } = api;
      const alice = await app.enrol('alice');
      app.accounts.set('x'.repeat(300), { accountName: 'x', active: true });
      const strange = app.signIn('x'.repeat(300));
      const undated = app.signIn('bob', { signedInAt: 'yesterday' as never });
      const future = app.signIn('alice', { sessionEpoch: 'one' as never });
      const step = { code: alice.code() };
      for (const [field, method, path, cookie, body] of [
        ['userId', 'GET', '/totp/status', strange, undefined],
        ['userId', 'GET', '/totp/history', strange, undefined],
        ['userId', 'POST', '/totp/step-up', strange, step],
        ['userId', 'POST', '/totp/disable', strange, { password: PASSWORD, ...step }],
        ['userId', 'POST', '/totp/setup', strange, {}],
        ['signedInAt', 'POST', '/totp/setup', undated, {}],
        ['sessionEpoch', 'POST', '/totp/step-up', future, step],
      ] as const) {
        const answer = await call(method, path, { cookie, ...(body !== undefined && { body }) });
        expectProblem(answer, 500, 'internal_error', 'Something went wrong');
        expect(answer.body).not.toHaveProperty('errors');
        expect(reportedIn(api)).toMatchObject([{ code: 'invalid_input', field }]);
      }
      // What the client sends wrong stays its own.
      const cookie = app.signIn('alice');
      expectProblem(await call('POST', '/totp/step-up', { cookie, body: { code: '1' } }), 422, 'invalid_input');
      expectProblem(await call('POST', '/totp/setup', { cookie, body: { label: '\u0007' } }), 422, 'invalid_input');
      expect(reportedIn(api)).toEqual([]);
    },
  },
];
