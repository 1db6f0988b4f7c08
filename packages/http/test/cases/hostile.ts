/** Hostile input at the socket: the documented statuses, and the process goes on. */
import v8 from 'node:v8';
import vm from 'node:vm';
import { virtualAuthenticator } from '@mfakit/testkit';
import { expect } from 'vitest';
import { expectProblem, type HttpApi, type HttpCase } from '../http-api.ts';

/** Whether the application still answers as it should. */
async function expectAlive({ app, call }: HttpApi): Promise<void> {
  expect((await call('GET', '/totp/status', { cookie: app.signIn('alice') })).status).toBe(200);
}

/** A request as text. The server is asked to close, so that its answer has an end. */
function requestText(path: string, headers: readonly string[], body = '', method = 'POST'): string {
  const lines = [`${method} ${path} HTTP/1.1`, 'host: localhost', 'connection: close', ...headers];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** Bytes in use, with garbage collected. */
async function usedBytes(): Promise<number> {
  v8.setFlagsFromString('--expose_gc');
  const collect = vm.runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

export const hostileCases: readonly HttpCase[] = [
  {
    name: 'duplicate keys and prototype keys: 422, and no prototype changes',
    async run(api) {
      const cookie = api.app.signIn('alice');
      for (const [raw, path, message] of [
        ['{"code":"111111","code":"222222"}', 'code', 'Given twice'],
        ['{"code":"111111","c\\u006fde":"222222"}', 'code', 'Given twice'],
        ['{"code":"1111\\"11","x":{"code":1},"x":2}', 'x', 'Given twice'],
        ['{"code":"111111","__proto__":{"polluted":1}}', '__proto__', 'Unknown field'],
        ['{"__proto__":{"code":"111111"}}', '__proto__', 'Unknown field'],
        ['{"code":"111111","constructor":{"prototype":{"polluted":1}}}', 'constructor', 'Unknown field'],
        ['{"code":"111111","toString":1}', 'toString', 'Unknown field'],
      ] as const) {
        const answer = await api.call('POST', '/totp/confirm', { cookie, raw });
        expectProblem(answer, 422, 'invalid_input');
        expect(answer.body?.['errors']).toEqual([{ path, message, code: message.toLowerCase().replace(' ', '_') }]);
      }
      expect('polluted' in {}).toBe(false);
    },
  },
  {
    name: 'a thousand unknown fields and a very long one: a short answer',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`field${i}`, 1]));
      const answer = await call('POST', '/totp/confirm', { cookie, body: many });
      expectProblem(answer, 422, 'invalid_input');
      expect(answer.body?.['errors']).toHaveLength(10);
      const long = await call('POST', '/totp/confirm', { cookie, body: { ['x'.repeat(10_000)]: 1, code: '123456' } });
      expect(long.text.length).toBeLessThan(420);
      const key = JSON.stringify('x'.repeat(8000));
      const twice = await call('POST', '/totp/confirm', { cookie, raw: `{${key}:1,${key}:1}` });
      expectProblem(twice, 422, 'invalid_input');
      expect(twice.body?.['errors']).toEqual([{ path: 'x'.repeat(64), message: 'Given twice', code: 'given_twice' }]);
    },
  },
  {
    name: 'deeply nested JSON: 422',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      const raw = `{"code":${'['.repeat(8000)}${']'.repeat(8000)}}`;
      expectProblem(await call('POST', '/totp/confirm', { cookie, raw }), 422, 'invalid_input');
    },
  },
  {
    name: 'bodies of 10 MB, with and without a declared length: 413, and the memory comes back',
    async run(api) {
      const { app, call, served } = api;
      const cookie = app.signIn('alice');
      const large = `{"code":"${'1'.repeat(10_000_000)}"}`;
      const chunked = async (): Promise<void> => {
        const chunk = new Uint8Array(100_000).fill(0x31);
        let sent = 0;
        const body = new ReadableStream<Uint8Array>({
          pull(controller) {
            sent += chunk.length;
            if (sent > 10_000_000) controller.close();
            else controller.enqueue(chunk);
          },
        });
        const headers = { cookie, 'content-type': 'application/json' };
        const init = { method: 'POST', headers, body, duplex: 'half' } as const;
        const answer = await fetch(`${served.url}/totp/confirm`, init);
        expect(answer.status).toBe(413);
        expect(await answer.json()).toMatchObject({ code: 'body_too_large' });
      };
      const attack = async (): Promise<void> => {
        expectProblem(await call('POST', '/totp/confirm', { cookie, raw: large }), 413, 'body_too_large');
        await chunked();
      };
      await attack();
      const before = await usedBytes();
      for (let round = 0; round < 10; round++) await attack();
      expect((await usedBytes()) - before).toBeLessThan(8_000_000);
      await expectAlive(api);
    },
  },
  {
    name: 'slow bodies: 408 once their time is over, with and without a declared length',
    async run(api) {
      const cookie = `cookie: ${api.app.signIn('alice')}`;
      const path = `${new URL(api.served.url).pathname}/totp/confirm`;
      const type = 'content-type: application/json';
      for (const [framing, part] of [
        ['content-length: 17', '{"code"'],
        ['transfer-encoding: chunked', '7\r\n{"code"\r\n'],
      ] as const) {
        const answer = await api.socket(requestText(path, [cookie, type, framing], part));
        expect(answer).toMatch(/^HTTP\/1\.1 408 /);
        expect(answer).toContain('"code":"request_timeout"');
        expect(answer.toLowerCase()).toContain('cache-control: no-store');
      }
      await expectAlive(api);
    },
  },
  {
    name: 'a body without an end: 413 as soon as it is too large',
    async run(api) {
      const cookie = `cookie: ${api.app.signIn('alice')}`;
      const path = `${new URL(api.served.url).pathname}/totp/confirm`;
      const headers = [cookie, 'content-type: application/json', 'transfer-encoding: chunked'];
      const answer = await api.socket(requestText(path, headers, `5000\r\n${' '.repeat(0x5000)}\r\n`));
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
      await expectAlive(api);
    },
  },
  {
    name: 'clients that leave in the middle of a body, a hundred of them',
    async run(api) {
      const { hostname, port, pathname } = new URL(api.served.url);
      const net = await import('node:net');
      const text = requestText(
        `${pathname}/totp/confirm`,
        [`cookie: ${api.app.signIn('alice')}`, 'content-type: application/json', 'content-length: 17'],
        '{"code"',
      );
      const leave = (): Promise<void> =>
        new Promise((resolve) => {
          const socket = net.connect(Number(port), hostname, () => {
            socket.write(text, () => socket.resetAndDestroy());
          });
          socket.on('error', () => undefined).on('close', () => resolve());
        });
      await Promise.all(Array.from({ length: 100 }, leave));
      await expectAlive(api);
    },
  },
  {
    name: 'account names that would inject headers or a second account: cleaned, nothing injected',
    async run({ app, call }) {
      for (const [accountName, shown] of [
        ['alice\r\nset-cookie: admin=1', 'alice  set-cookie- admin=1'],
        ['Acme:admin', 'Acme-admin'],
        ['a\u0000b', 'a b'],
        ['', 'account'],
        ['x'.repeat(255), 'x'.repeat(254)],
      ] as const) {
        app.accounts.set('alice', { accountName, active: true });
        const answer = await call('POST', '/totp/setup', { cookie: app.signIn('alice') });
        expect(answer.status).toBe(200);
        const uri = String(answer.body?.['otpauth_uri']);
        expect(virtualAuthenticator(uri)).toMatchObject({ issuer: 'Acme', accountName: shown });
        expect(answer.headers.get('set-cookie')).toBeNull();
      }
      app.accounts.set('alice', { accountName: 'al&secret=AAAA ice?#%2F+é', active: true });
      const { body } = await call('POST', '/totp/setup', { cookie: app.signIn('alice') });
      const uri = new URL(String(body?.['otpauth_uri']));
      expect(uri.searchParams.getAll('secret')).toEqual([body?.['secret']]);
      expect(decodeURIComponent(uri.pathname.slice('/Acme:'.length))).toBe('al&secret=AAAA ice?#%2F+é');
    },
  },
  {
    name: 'invariant 3: 500 parallel connections guess, ten refusals are revealed, the rest is locked out',
    async run(api) {
      const { app, call } = api;
      const alice = await app.enrol('alice');
      const mfa_token = await app.token('alice');
      const code = alice.wrong();
      const answers = await Promise.all(
        Array.from({ length: 500 }, () => call('POST', '/totp-verify', { body: { mfa_token, code } })),
      );
      const count: Record<string, number> = {};
      for (const { status, body } of answers) {
        const kind = `${status} ${String(body?.['code'])}`;
        count[kind] = (count[kind] ?? 0) + 1;
      }
      expect(count).toEqual({ '401 invalid_code': 10, '423 locked': 490 });
      await expectAlive(api);
    },
  },
  {
    name: 'TRACE, which no `Request` can carry: 405, and the process goes on',
    async run(api) {
      const { pathname } = new URL(api.served.url);
      const answer = await api.socket(requestText(`${pathname}/totp/status`, [], '', 'TRACE'));
      expect(answer).toMatch(/^HTTP\/1\.1 405 /);
      await expectAlive(api);
    },
  },
  {
    name: 'malformed HTTP: refused by the server, which goes on',
    async run(api) {
      const { pathname } = new URL(api.served.url);
      for (const text of [
        'NONSENSE\r\n\r\n',
        requestText(`${pathname}/totp/confirm`, ['content-length: -1']),
        requestText(`${pathname}/totp/confirm`, ['content-length: 5', 'transfer-encoding: chunked'], '0\r\n\r\n'),
        requestText(`${pathname}/totp/confirm`, ['x: a\u0000b']),
        requestText(`${pathname}/totp/confirm`, [`x: ${'a'.repeat(100_000)}`]),
      ]) {
        expect(await api.socket(text)).toMatch(/^HTTP\/1\.1 4\d\d /);
      }
      await expectAlive(api);
    },
  },
];
