/** Hostile passkeys: whatever is in the place of a credential is refused with a reason, and never a 500. */
import { passkeyRoutes } from '@mfakit/http/passkeys';
import { softwareKey } from '@mfakit/testkit';
import { expect } from 'vitest';
import * as z from 'zod';
import type { Route } from '../../src/route.ts';
import { PASSWORD } from '../application.ts';
import { expectProblem, type HttpCase } from '../http-api.ts';
import { addPasskey, answer, askedAlone } from './passkey-sample.ts';

type Fields = Readonly<Record<string, unknown>>;
type Credential = Fields & { readonly response: Fields };

const CHALLENGE = 'AAAAAAAAAAAAAAAAAAAAAA';

/** Ways to spoil a credential that is right, and the field that is named. */
const SPOILED: readonly (readonly [name: string, field: string, spoil: (sound: Credential) => unknown])[] = [
  ['null', '', () => null],
  ['an array', '', () => []],
  ['text', '', () => 'credential'],
  ['a number', '', () => 7],
  ['nothing in it', '.id', () => ({})],
  ['no response', '.response', (sound) => ({ ...sound, response: undefined })],
  ['a response of null', '.response', (sound) => ({ ...sound, response: null })],
  ['a response of an array', '.response', (sound) => ({ ...sound, response: [] })],
  ['an id of another type', '.id', (sound) => ({ ...sound, id: ['x'] })],
  ['an id that is no base64url', '.id', (sound) => ({ ...sound, id: 'a+b=' })],
  ['an empty id', '.id', (sound) => ({ ...sound, id: '' })],
  ['an id that is too long', '.id', (sound) => ({ ...sound, id: 'A'.repeat(1365) })],
  ['a raw id of null', '.rawId', (sound) => ({ ...sound, rawId: null })],
  ['another type', '.type', (sound) => ({ ...sound, type: 'password' })],
  [
    'client data that are too long',
    '.response.clientDataJSON',
    (sound) => ({ ...sound, response: { ...sound.response, clientDataJSON: 'A'.repeat(4097) } }),
  ],
  [
    'client data of an object',
    '.response.clientDataJSON',
    (sound) => ({ ...sound, response: { ...sound.response, clientDataJSON: {} } }),
  ],
];

export const hostilePasskeyCases: readonly HttpCase[] = [
  {
    name: 'whatever is in the place of a credential: 422 with the field, never its value, on every route',
    passkeys: true,
    async run({ app, call }) {
      await app.enrol('alice');
      const key = await softwareKey();
      const made = await key.create({ challenge: CHALLENGE, rp: { id: 'example.org' }, user: { id: 'YWxpY2U' } });
      const got = await key.get({ challenge: CHALLENGE, rpId: 'example.org' });
      const cookie = app.signIn('alice');
      const routes = Object.entries<Route>(passkeyRoutes).filter(
        ([, { input }]) => 'credential' in (z.toJSONSchema(input ?? z.null(), { io: 'input' }).properties ?? {}),
      );
      expect(routes).toHaveLength(10);
      for (const [name, { method, path, input }] of routes) {
        const fields = z.toJSONSchema(input ?? z.null(), { io: 'input' }).properties ?? {};
        const sound = (/confirm/i.test(name) ? made : got) as unknown as Credential;
        for (const [what, field, spoil] of SPOILED) {
          const body = {
            ...('password' in fields && { password: PASSWORD }),
            ...('mfa_token' in fields && { mfa_token: 'x' }),
            credential: spoil(sound),
          };
          const answered = await call(method, path.replace('{id}', 'x'), { cookie, body });
          expectProblem(answered, 422, 'invalid_input');
          const errors = answered.body?.['errors'] as readonly { readonly path: string }[];
          expect(
            errors.map((error) => error.path),
            `${name}: ${what}`,
          ).toContain(`credential${field}`);
        }
      }
      expect(app.reported).toEqual([]);
    },
  },
  {
    name: 'a credential beside a code, without its token, or a token without it: 422',
    passkeys: true,
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      const credential = await (await softwareKey()).get({ challenge: CHALLENGE, rpId: 'example.org' });
      const message = 'Give either code, backup_code or credential';
      for (const [path, body, errors] of [
        ['/totp/step-up', {}, [{ path: 'code', message, code: 'required' }]],
        [
          '/totp/step-up',
          { code: '123456', credential, mfa_token: 'x' },
          [{ path: 'code', message, code: 'conflicting' }],
        ],
        [
          '/totp/step-up',
          { credential },
          [{ path: 'credential', message: 'Comes only with mfa_token', code: 'conflicting' }],
        ],
        [
          '/totp/disable',
          { code: '123456', mfa_token: 'x' },
          [{ path: 'mfa_token', message: 'Comes only with credential', code: 'conflicting' }],
        ],
        ['/totp-verify', { mfa_token: 'x' }, [{ path: 'code', message, code: 'required' }]],
        ['/passkey/sign-in', { mfa_token: 'x' }, [{ path: 'credential', message: 'Required', code: 'required' }]],
        ['/webauthn/confirm', {}, [{ path: 'credential', message: 'Required', code: 'required' }]],
        ['/webauthn/enforce-setup', {}, [{ path: 'mfa_token', message: 'Required', code: 'required' }]],
        ['/mfa/challenge', { x: 1 }, [{ path: 'x', message: 'Unknown field', code: 'unknown_field' }]],
        ['/passkey/challenge', [], [{ path: '', message: 'Must be an object', code: 'wrong_type' }]],
      ] as const) {
        const refused = await call('POST', path, { cookie, body });
        expectProblem(refused, 422, 'invalid_input');
        expect(refused.body?.['errors']).toEqual(errors);
      }
    },
  },
  {
    name: 'fields that browsers and extensions add are not read; a key that is given twice is refused at any depth',
    passkeys: true,
    async run(api) {
      const { key } = await addPasskey(api);
      const { mfa_token, credential } = await answer(await askedAlone(api), key);
      const sound = credential as Credential;
      const twice = JSON.stringify({ mfa_token, credential }).replace('"signature":', '"signature":"AA","signature":');
      const refused = await api.call('POST', '/passkey/sign-in', { raw: twice });
      expectProblem(refused, 422, 'invalid_input');
      expect(refused.body?.['errors']).toEqual([{ path: 'signature', message: 'Given twice', code: 'given_twice' }]);
      const added = {
        ...sound,
        clientExtensionResults: { credProps: { rk: true } },
        ['__proto__x']: [1],
        response: { ...sound.response, publicKey: 'AA', toJSON: 1 },
      };
      expect((await api.call('POST', '/passkey/sign-in', { body: { mfa_token, credential: added } })).status).toBe(200);
    },
  },
  {
    name: 'an open route keeps to the limits of every body: type, size, time and spelling',
    passkeys: true,
    async run({ call }) {
      for (const path of ['/passkey/challenge', '/passkey/sign-in']) {
        expectProblem(await call('POST', path, { raw: ' '.repeat(16_385) }), 413, 'body_too_large');
        expectProblem(await call('POST', path, { raw: '{' }), 400, 'invalid_json');
        const typed = { raw: '{}', headers: { 'content-type': 'text/plain' } };
        expectProblem(await call('POST', path, typed), 415, 'unsupported_media_type');
        const foreign = { headers: { 'sec-fetch-site': 'cross-site' } };
        expectProblem(await call('POST', path, foreign), 415, 'unsupported_media_type');
        const other = await call('GET', path);
        expectProblem(other, 405, 'method_not_allowed');
        expect(other.headers.get('allow')).toBe('POST');
      }
    },
  },
  {
    name: 'made-up tokens and keys of nobody: 401, and nothing is read of anybody',
    passkeys: true,
    async run(api) {
      const key = await softwareKey();
      await key.create({ challenge: CHALLENGE, rp: { id: 'example.org' }, user: { id: 'bm9ib2R5' } });
      const made = { mfa_token: 'made-up', credential: await key.get({ challenge: CHALLENGE, rpId: 'example.org' }) };
      expectProblem(await api.call('POST', '/passkey/sign-in', { body: made }), 401, 'invalid_token');
      const body = await answer(await askedAlone(api), key);
      expectProblem(await api.call('POST', '/passkey/sign-in', { body }), 401, 'unknown_credential');
      expect(api.app.events).toEqual([]);
    },
  },
];
