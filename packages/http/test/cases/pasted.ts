/** Pasted forms: codes as people paste them, and fields that a form sends although they are empty. */
import { LIMITS } from '@mfakit/core';
import { virtualAuthenticator } from '@mfakit/testkit';
import { expect } from 'vitest';
import { PASTED_BACKUP_CODES, PASTED_CODES } from '../../../core/test/input/pasted-forms.ts';
import { PASSWORD } from '../application.ts';
import { expectProblem, type Answer, type HttpCase } from '../http-api.ts';

/** What a form that has every field sends for those that were left empty. */
const BLANKS = ['', null] as const;

export const pastedCases: readonly HttpCase[] = [
  {
    name: 'R-12 codes: the table of the core, accepted or 422 and not counted',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      for (const { name, paste, passes } of PASTED_CODES) {
        const answer = await call('POST', '/totp/step-up', { cookie, body: { code: paste(alice.code()) } });
        expect([name, answer.status]).toEqual([name, passes ? 200 : 422]);
        app.clock.advance({ seconds: 30 });
      }
      expect(app.events.filter(({ type }) => type === 'attempt_refused')).toEqual([]);
    },
  },
  {
    name: 'R-12 backup codes: the table of the core, accepted or 422 and not counted',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      const codes: string[] = [];
      for (const { name, paste, passes } of PASTED_BACKUP_CODES) {
        if (codes.length === 0) {
          const proof = { password: PASSWORD, code: alice.code() };
          codes.push(...(await app.mfa.regenerate('alice', proof)).backupCodes);
          app.clock.advance({ seconds: 30 });
        }
        const backup_code = paste((passes ? codes.pop() : codes[0]) ?? '');
        const answer = await call('POST', '/totp/step-up', { cookie, body: { backup_code } });
        expect([name, answer.status]).toEqual([name, passes ? 200 : 422]);
      }
      expect(app.events.filter(({ type }) => type === 'attempt_refused')).toEqual([]);
    },
  },
  {
    name: 'every route that takes a code takes pasted ones',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      const { otpauth_uri } = (await call('POST', '/totp/setup', { cookie })).body ?? {};
      const phone = virtualAuthenticator(String(otpauth_uri));
      const pasted = (): string => {
        app.clock.advance({ seconds: 30 });
        return `\u2022 \u201C${phone.code(app.clock()).replace(/^.../, '$&\u2013')}\u201D\r\n`;
      };
      expect((await call('POST', '/totp/confirm', { cookie, body: { code: pasted() } })).status).toBe(200);
      const mfa_token = await app.token('alice');
      const both = { mfa_token, code: pasted(), next_code: pasted() };
      expect((await call('POST', '/totp-verify', { body: both })).status).toBe(200);
      for (const path of ['/totp/backup-codes/regenerate', '/totp/setup', '/totp/disable']) {
        const body = { password: PASSWORD, code: pasted() };
        expect([path, (await call('POST', path, { cookie, body })).status]).toEqual([path, 200]);
      }
      await app.mfa.enforce('bob');
      const enroll = await app.token('bob');
      const first = await call('POST', '/totp/enforce-setup', { body: { mfa_token: enroll } });
      const code = virtualAuthenticator(String(first.body?.['otpauth_uri'])).code(app.clock());
      const confirmed = await call('POST', '/totp/enforce-confirm', { body: { mfa_token: enroll, code: ` ${code}.` } });
      expect(confirmed.status).toBe(200);
    },
  },
  {
    name: 'one of two fields, or a label, that came empty or null is absent',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      const stepUp = (body: object): Promise<Answer> => call('POST', '/totp/step-up', { cookie, body });
      for (const [i, blank] of BLANKS.entries()) {
        const code = alice.code();
        expect((await stepUp({ code, next_code: blank, backup_code: blank })).status).toBe(200);
        app.clock.advance({ seconds: 30 });
        const backup_code = alice.backupCodes[i];
        expect((await stepUp({ code: blank, next_code: blank, backup_code })).status).toBe(200);
        const signIn = { mfa_token: await app.token('alice'), code: blank, backup_code: alice.backupCodes[i + 2] };
        expect((await call('POST', '/totp-verify', { body: signIn })).status).toBe(200);
        const proof = { password: PASSWORD, code: alice.code(), next_code: blank, backup_code: blank };
        const setup = await call('POST', '/totp/setup', { cookie, body: { label: blank, ...proof } });
        expect(setup.status).toBe(200);
        app.clock.advance({ seconds: 30 });

        for (const body of [{ code: blank, backup_code: blank }, { code: blank }, { backup_code: blank }]) {
          const none = await stepUp(body);
          expectProblem(none, 422, 'invalid_input');
          expect(none.body?.['errors']).toEqual([
            { path: 'code', message: 'Give either code or backup_code', code: 'required' },
          ]);
        }
        const stray = await stepUp({ code: blank, next_code: '123456', backup_code: 'AAAA-AAAA' });
        expect(stray.body?.['errors']).toEqual([
          { path: 'next_code', message: 'Comes only with code', code: 'conflicting' },
        ]);
        // A first setup, from a form with every field but the password.
        const first = { label: blank, code: blank, backup_code: blank };
        expect((await call('POST', '/totp/setup', { cookie: app.signIn('bob'), body: first })).status).toBe(200);
      }
      expect(app.events.filter(({ type }) => type === 'attempt_refused')).toEqual([]);
    },
  },
  {
    name: 'an empty password or token is not absent',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      for (const [path, body, field] of [
        ['/totp/disable', { password: '', code: '123456' }, 'password'],
        ['/totp/disable', { password: null, code: '123456' }, 'password'],
        ['/totp/setup', { password: '' }, 'password'],
        ['/totp-verify', { mfa_token: '', code: '123456' }, 'mfa_token'],
        ['/totp-verify', { mfa_token: null, code: '123456' }, 'mfa_token'],
      ] as const) {
        const answer = await call('POST', path, { cookie, body });
        expectProblem(answer, 422, 'invalid_input');
        expect(answer.body?.['errors']).toMatchObject([{ path: field }]);
      }
    },
  },
  {
    name: 'what the core takes at its longest passes the schemas',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      const code = alice.code().padEnd(LIMITS.typedCodeCharacters);
      const label = 'x'.repeat(LIMITS.labelCharacters);
      const setup = await call('POST', '/totp/setup', { cookie, body: { label, password: PASSWORD, code } });
      expect(setup.status).toBe(200);
      const backup_code = (alice.backupCodes[0] ?? '').padEnd(LIMITS.typedCodeCharacters, '-');
      expect((await call('POST', '/totp/step-up', { cookie, body: { backup_code } })).status).toBe(200);
    },
  },
];
