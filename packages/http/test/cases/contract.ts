/** Contract: methods, paths, bodies and queries, whatever the route. */
import { expect } from 'vitest';
import * as z from 'zod';
import type { FieldErrorCode } from '../../src/problem-body.ts';
import { ROUTES } from '../../src/table.ts';
import { PASSWORD } from '../application.ts';
import { expectProblem, type Answer, type HttpCase } from '../http-api.ts';

const BODY_ROUTES = Object.values(ROUTES).filter(({ inputFrom }) => inputFrom === 'body');

export const contractCases: readonly HttpCase[] = [
  {
    name: 'another method: 405 with Allow',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      for (const { method, path } of Object.values(ROUTES)) {
        for (const other of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((each) => each !== method)) {
          const answer = await call(other, path, { cookie });
          expectProblem(answer, 405, 'method_not_allowed', 'Method not allowed');
          expect(answer.headers.get('allow')).toBe(method);
        }
      }
      const head = await call('HEAD', '/totp/status', { cookie });
      expect(head.status).toBe(405);
      expect(head.headers.get('cache-control')).toBe('no-store');
    },
  },
  {
    name: 'unknown paths below ours: 404',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      for (const path of ['/totp/unknown', '/totp/setup/', '/totp/Setup', '/totp/factors/', '/totp/__proto__']) {
        expectProblem(await call('POST', path, { cookie }), 404, 'not_found', 'Not found');
      }
    },
  },
  {
    name: 'paths that only end like a route, or spell one: 404, and nothing is decided, spent or set',
    async run({ app, call, served }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      const verify = { cookie, body: { mfa_token: await app.token('alice'), code: alice.code() } };
      const disable = { cookie, body: { password: PASSWORD, code: alice.code() } };
      const told = app.events.length;
      for (const [sent, paths] of [
        [verify, ['/totp/x/totp-verify', '/totp/totp-verify', '/totp/status/totp-verify', '/totp/%2Ftotp-verify']],
        [
          disable,
          [
            '/totp/x/totp/disable',
            '/totp/totp/disable',
            '/totp/factors/totp/disable',
            '/totp/factors/x/totp/disable',
            '/totp/%64isable',
            '/totp/x%2Ftotp/disable',
          ],
        ],
      ] as const) {
        for (const path of paths) expectProblem(await call('POST', path, sent), 404, 'not_found');
      }

      const { origin, pathname: mount } = new URL(served.url);
      for (const path of [
        '/totp-verify',
        '/x/totp-verify',
        `/x${mount}/totp-verify`,
        `${mount}${mount}/totp-verify`,
        `${mount}/x/totp-verify`,
        `${mount}x/totp-verify`,
        `${mount}totp-verify`,
        `${mount}//totp-verify`,
        `${mount}/totp//disable`,
        `/${mount}/totp-verify`,
        `${mount}/%74otp-verify`,
        `${mount}/totp-verify/`,
        `/x?${mount}/totp-verify`,
        `/x?a=/${mount}/totp-verify`,
        `${mount.slice(0, mount.lastIndexOf('/'))}/totp-verify`,
      ]) {
        const headers = { cookie, 'content-type': 'application/json' };
        const answer = await fetch(origin + path, { method: 'POST', headers, body: JSON.stringify(verify.body) });
        expect([path, answer.status, answer.headers.get('set-cookie')]).toEqual([path, 404, null]);
      }
      expect(app.events).toHaveLength(told);
      expect((await call('POST', '/totp-verify', verify)).status).toBe(200);
    },
  },
  {
    name: 'a body that is not JSON: 400; of another type: 415; too large: 413',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      const mfa_token = 'x';
      for (const { method, path } of BODY_ROUTES) {
        const send = (raw: string | Uint8Array<ArrayBuffer>, type?: string): Promise<Answer> =>
          call(method, path, { cookie, raw, ...(type !== undefined && { headers: { 'content-type': type } }) });
        for (const raw of ['{', '{"code": 1', 'code=123456', "{'code': 1}", 'undefined', '{"a":1}x', '\u0000', ' ']) {
          expectProblem(await send(raw), 400, 'invalid_json', 'The request body is not valid JSON');
        }
        expectProblem(await send(new Uint8Array([0x22, 0xff, 0x22])), 400, 'invalid_json');
        for (const type of [
          'text/plain',
          'application/x-www-form-urlencoded',
          'multipart/form-data; boundary=x',
          'application/json; charset=utf-16',
          'application/jsonp',
          // Browsers send this one for another site without asking first.
          'text/plain; application/json',
        ]) {
          const answer = await send(JSON.stringify({ mfa_token, code: '123456' }), type);
          expectProblem(answer, 415, 'unsupported_media_type', 'The request body must be application/json');
        }
        const large = JSON.stringify({ code: '1'.repeat(16_384) });
        expectProblem(await send(large), 413, 'body_too_large', 'The request body is too large');
      }
      // Without a body too: a form of another site could send this one.
      const form = { cookie, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
      expectProblem(await call('POST', '/totp/setup', form), 415, 'unsupported_media_type');
      const compressed = await call('POST', '/totp/confirm', {
        cookie,
        raw: '{}',
        headers: { 'content-encoding': 'gzip' },
      });
      expectProblem(compressed, 415, 'unsupported_media_type');
      const typed = { raw: '{"code":"123456"}', headers: { 'content-type': 'Application/JSON; charset=UTF-8' } };
      expectProblem(await call('POST', '/totp/confirm', { cookie, ...typed }), 400, 'setup_not_started');
    },
  },
  {
    name: 'CSRF: a body without a type is refused where another site may have sent it, an empty one too',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      const setup = (site: string | null, sent: { raw?: string; headers?: object } = {}): Promise<Answer> => {
        const { raw, headers } = sent;
        const all = { ...(site !== null && { 'sec-fetch-site': site }), ...headers };
        return call('POST', '/totp/setup', { cookie, ...(raw !== undefined && { raw }), headers: all });
      };
      for (const site of ['cross-site', 'same-site', 'Cross-Site', 'unheard-of', '']) {
        expectProblem(await setup(site), 415, 'unsupported_media_type');
        // As a browser sends it that was given a `Blob` without a type.
        const untyped = { raw: '{}', headers: { 'content-type': '' } };
        expectProblem(await setup(site, untyped), 415, 'unsupported_media_type');
      }
      expect(app.events).toHaveLength(0);
      for (const site of ['same-origin', 'none', null]) expect((await setup(site)).status).toBe(200);
      // Typed: a browser has asked by a preflight, and CORS is the host's to allow.
      for (const site of ['cross-site', 'same-site']) expect((await setup(site, { raw: '{}' })).status).toBe(200);
    },
  },
  {
    name: 'an empty body of the same origin has any type; a body that is not empty is JSON all the same',
    async run({ app, call, served }) {
      const cookie = app.signIn('alice');
      const { origin, host, port } = new URL(served.url);
      const setup = (headers: Record<string, string>, raw?: string): Promise<Answer> =>
        call('POST', '/totp/setup', { cookie, headers, ...(raw !== undefined && { raw }) });
      const types = ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', 'what'];
      const own = [{ 'sec-fetch-site': 'same-origin' }, { origin }, { 'sec-fetch-site': 'same-origin', origin }];
      const foreign: Record<string, string>[] = [
        {},
        ...['cross-site', 'same-site', 'none', 'Same-Origin', ''].map((site) => ({ 'sec-fetch-site': site, origin })),
        // Each differs from this origin in one part.
        ...['null', '', host, `https://${host}`, `http://app.example:${port}`, 'http://127.0.0.1', `${origin}/`].map(
          (other) => ({ origin: other }),
        ),
        { origin: `${origin}, ${origin}` },
      ];
      for (const type of types) {
        for (const headers of foreign) {
          const answer = await setup({ ...headers, 'content-type': type });
          expectProblem(answer, 415, 'unsupported_media_type');
        }
      }
      expect(app.events).toHaveLength(0);
      for (const type of types) {
        for (const headers of own) {
          expect((await setup({ ...headers, 'content-type': type })).status).toBe(200);
          for (const raw of ['{}', ' ', 'label=Phone']) {
            const filled = await setup({ ...headers, 'content-type': type }, raw);
            expectProblem(filled, 415, 'unsupported_media_type');
          }
        }
      }
    },
  },
  {
    name: 'exactly 16 KiB is read, one byte more is not',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      const body = '{"code":"123456"}';
      expectProblem(
        await call('POST', '/totp/confirm', { cookie, raw: body.padEnd(16_384) }),
        400,
        'setup_not_started',
      );
      expectProblem(await call('POST', '/totp/confirm', { cookie, raw: body.padEnd(16_385) }), 413, 'body_too_large');
    },
  },
  {
    name: 'unknown fields, wrong types and limits: 422 with the field, never its value',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      const cases: readonly (readonly [string, unknown, readonly (readonly [string, string, FieldErrorCode])[]])[] = [
        ['/totp/confirm', {}, [['code', 'Required', 'required']]],
        ['/totp/confirm', { code: 123456 }, [['code', 'Must be a string', 'wrong_type']]],
        ['/totp/confirm', { code: null }, [['code', 'Must be a string', 'wrong_type']]],
        ['/totp/confirm', { code: ['123456'] }, [['code', 'Must be a string', 'wrong_type']]],
        ['/totp/confirm', { code: '12345' }, [['code', 'Must be 6 to 8 digits', 'malformed']]],
        ['/totp/confirm', { code: '123456789' }, [['code', 'Must be 6 to 8 digits', 'malformed']]],
        ['/totp/confirm', { code: '١٢٣٤٥' }, [['code', 'Must be 6 to 8 digits', 'malformed']]],
        ['/totp/confirm', { code: '' }, [['code', 'Must be 6 to 8 digits', 'malformed']]],
        ['/totp/confirm', { code: '1'.repeat(65) }, [['code', 'Must be 6 to 8 digits', 'too_long']]],
        ['/totp/confirm', { code: '123456', extra: 1 }, [['extra', 'Unknown field', 'unknown_field']]],
        ['/totp/confirm', { code: '123456', backupCode: 'x' }, [['backupCode', 'Unknown field', 'unknown_field']]],
        ['/totp/confirm', [], [['', 'Must be an object', 'wrong_type']]],
        ['/totp/confirm', 'text', [['', 'Must be an object', 'wrong_type']]],
        ['/totp/confirm', null, [['', 'Must be an object', 'wrong_type']]],
        ['/totp-verify', { mfa_token: 'x' }, [['code', 'Give either code or backup_code', 'required']]],
        [
          '/totp-verify',
          { mfa_token: 'x', code: '123456', backup_code: 'AAAA-AAAA' },
          [['code', 'Give either code or backup_code', 'conflicting']],
        ],
        [
          '/totp-verify',
          { mfa_token: 'x'.repeat(513), code: '123456' },
          [['mfa_token', 'Must be a string of 1 to 512 characters', 'too_long']],
        ],
        [
          '/totp-verify',
          { mfa_token: 'x', backup_code: 'A'.repeat(65) },
          [['backup_code', 'Must be a string of 1 to 64 characters', 'too_long']],
        ],
        ['/totp/enforce-setup', {}, [['mfa_token', 'Required', 'required']]],
        ['/totp/enforce-confirm', { mfa_token: 'x' }, [['code', 'Required', 'required']]],
        ['/totp/step-up', {}, [['code', 'Give either code or backup_code', 'required']]],
        ['/totp/disable', { password: PASSWORD }, [['code', 'Give either code or backup_code', 'required']]],
        [
          '/totp/disable',
          { password: 'x'.repeat(1025), code: '123456' },
          [['password', 'Must be a string of 1 to 1024 characters', 'too_long']],
        ],
        [
          '/totp/disable',
          { password: '', code: 1 },
          [
            ['password', 'Must be a string of 1 to 1024 characters', 'too_short'],
            ['code', 'Must be a string', 'wrong_type'],
          ],
        ],
        ['/totp/disable', { password: PASSWORD, code: '1' }, [['code', 'Must be 6 to 8 digits', 'malformed']]],
        ['/totp/disable', { code: '123456' }, [['password', 'Required', 'required']]],
        ['/totp/setup', { label: 'x'.repeat(65) }, [['label', 'Must be a string of 1 to 64 characters', 'too_long']]],
        [
          '/totp/setup',
          { code: '123456', backup_code: 'AAAA-AAAA' },
          [['code', 'Give either code or backup_code', 'conflicting']],
        ],
        [
          '/totp/setup',
          { label: 'a\nb' },
          [['label', 'Must be a string of 1 to 64 printable characters', 'malformed']],
        ],
        [
          '/totp/setup',
          { label: 'a\u202Eb' },
          [['label', 'Must not contain invisible characters, or ones that change the direction of text', 'malformed']],
        ],
        ['/totp/step-up', { backup_code: '%%%%' }, [['backup_code', expect.any(String), 'malformed']]],
      ];
      for (const [path, body, errors] of cases) {
        const answer = await call('POST', path, { cookie, raw: JSON.stringify(body) });
        expectProblem(answer, 422, answer.body?.['code'] === 'proof_required' ? 'proof_required' : 'invalid_input');
        expect(answer.body?.['errors']).toEqual(
          errors.map(([where, message, code]) => ({ path: where, message, code })),
        );
        expect(answer.body).toMatchObject({ title: 'Unprocessable Content', status: 422 });
      }
      expect((await app.mfa.history('alice')).length).toBe(0);
    },
  },
  {
    name: 'a password of 1,024 characters reaches the host, one of 1,025 is refused, on every route that takes one',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      const routes = BODY_ROUTES.filter(
        ({ input }) => 'password' in (z.toJSONSchema(input ?? z.null()).properties ?? {}),
      );
      const known = ['/totp/setup', '/totp/disable', '/totp/backup-codes/regenerate', '/totp/factors/{id}'];
      expect(routes.map(({ path }) => path)).toEqual(expect.arrayContaining(known));
      for (const { method, path } of routes) {
        const send = (length: number): Promise<Answer> => {
          const body = { password: 'é'.repeat(length), code: alice.code() };
          return call(method, path.replace('{id}', alice.factorId), { cookie, body });
        };
        // Only the host's own check of a password answers this.
        expectProblem(await send(1024), 401, 'invalid_password');
        const refused = await send(1025);
        expectProblem(refused, 422, 'invalid_input');
        expect(refused.body?.['errors']).toEqual([
          { path: 'password', message: 'Must be a string of 1 to 1024 characters', code: 'too_long' },
        ]);
      }
    },
  },
  {
    name: 'a code of a length that no factor has: 422, not counted; spaces do not matter',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      const answer = await call('POST', '/totp/step-up', { cookie, body: { code: '1234567' } });
      expectProblem(answer, 422, 'invalid_input', 'The request is invalid');
      expect(answer.body?.['errors']).toEqual([{ path: 'code', message: 'Must have 6 digits', code: 'malformed' }]);
      const code = alice.code().replace(/^(...)/, '$1 ');
      expect((await call('POST', '/totp/step-up', { cookie, body: { code } })).status).toBe(200);
      expect(app.events.some(({ type }) => type === 'attempt_refused')).toBe(false);
    },
  },
  {
    name: 'queries: 422 for what is no page',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      for (const [query, code] of [
        ['limit=0', 'out_of_range'],
        ['limit=201', 'out_of_range'],
        ['limit=1.5', 'wrong_type'],
        ['limit=-1', 'wrong_type'],
        ['limit=abc', 'wrong_type'],
        ['limit=', 'wrong_type'],
        ['limit=0x10', 'wrong_type'],
        ['limit=1&limit=2', 'wrong_type'],
        ['before=0', 'out_of_range'],
        ['before=9007199254740993', 'out_of_range'],
        ['before=99999999999999999', 'wrong_type'],
      ] as const) {
        const answer = await call('GET', `/totp/history?${query}`, { cookie });
        expectProblem(answer, 422, 'invalid_input');
        expect(answer.body?.['errors']).toMatchObject([{ path: query.split('=')[0], code }]);
      }
      expect((await call('GET', '/totp/history?limit=200&before=9007199254740991', { cookie })).status).toBe(200);
      expect((await call('GET', '/totp/history?__proto__=1', { cookie })).status).toBe(200);
      const twice = await call('GET', '/totp/history?limit=1&before=2&limit=1', { cookie });
      expect(twice.body?.['errors']).toMatchObject([{ path: 'limit' }]);
    },
  },
  {
    name: 'a query of 2,048 characters is read, a longer one is 422',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      const longest = 'limit=1&_='.padEnd(2048, 'x');
      expect((await call('GET', `/totp/history?${longest}`, { cookie })).status).toBe(200);
      const refused = await call('GET', `/totp/history?${longest}x`, { cookie });
      expectProblem(refused, 422, 'invalid_input');
      expect(refused.body?.['errors']).toEqual([
        { path: '', message: 'The query must be at most 2048 characters long', code: 'too_long' },
      ]);
    },
  },
  {
    name: 'an error of the host is not ours: the framework handles it, without a word of it from us',
    async run({ app, call, served }) {
      app.faults.host = new Error('host trouble');
      const alice = await app.enrol('alice');
      for (const send of [
        () => call('GET', '/totp/status', { cookie: 'sid=x' }),
        async () => call('POST', '/totp-verify', { body: { mfa_token: await app.token('alice'), code: alice.code() } }),
      ]) {
        const answer = await send();
        expect({ status: answer.status, text: answer.text }).toEqual(served.hostError);
        expect(answer.headers.get('set-cookie')).toBeNull();
      }
    },
  },
];
