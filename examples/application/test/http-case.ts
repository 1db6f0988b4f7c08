/** A case for each example: what its answers say to browsers and proxies, and who gets through to administration. */
import type { CodeHasher } from '@mfakit/core';
import { virtualAuthenticator } from '@mfakit/testkit';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Application, PageSources } from '../src/index.ts';
import { PASSWORD } from './acme.ts';

/** How the case starts an example. */
export type StartServer = (options: {
  readonly folder: string;
  readonly port: number;
  readonly demo: boolean;
  readonly sources: PageSources;
  readonly trustProxy: boolean;
  readonly hasher?: CodeHasher;
}) => Promise<{ readonly url: string; readonly acme: Application; stop(): Promise<void> }>;

type Headers = Readonly<Record<string, string>>;

/** A server under test. */
interface Example {
  readonly acme: Application;
  readonly get: (path: string, headers?: Headers) => Promise<Response>;
  /** Sends JSON, from a page of the example unless the headers say otherwise. */
  readonly post: (path: string, body: object, headers?: Headers) => Promise<Response>;
}

/** The pages' markup without their scripts, which nobody runs here. */
export function markupOnly(folder: string): PageSources {
  return { markup: join(import.meta.dirname, '../../pages/public'), built: folder };
}

async function withExample(
  start: StartServer,
  trustProxy: boolean,
  check: (example: Example) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-example-'));
  try {
    const options = { folder: join(folder, 'data'), port: 0, demo: false, sources: markupOnly(folder), trustProxy };
    const server = await start(options);
    const { url, acme } = server;
    try {
      await check({
        acme,
        get: (path, headers = {}) => fetch(url + path, { headers }),
        post: (path, body, headers = {}) =>
          fetch(url + path, {
            method: 'POST',
            headers: { 'content-type': 'application/json', origin: url, ...headers },
            body: JSON.stringify(body),
          }),
      });
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const NOBODY = { user_name: 'nobody', password: 'whatever it is' };
const THROUGH_TLS = { 'x-forwarded-proto': 'https' };

/** COOP on everything; HSTS over HTTPS only; and what a proxy says is taken from a proxy that was named, and from no one else. */
export async function expectHeaders(start: StartServer): Promise<void> {
  const addresses = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' };
  /** The address of a failed login, as the user's history has it. */
  const addressOf = async ({ acme, post }: Example): Promise<unknown> => {
    const account = await acme.accounts.add({ userName: 'ann', password: PASSWORD, isAdmin: false });
    await post('/api/auth/login', { user_name: 'ann', password: 'wrong' }, addresses);
    const [event] = await acme.mfa.history(account?.id ?? '');
    return event?.ip;
  };

  await withExample(start, false, async (example) => {
    for (const path of ['/', '/api/me', '/nothing']) {
      const { headers } = await example.get(path, THROUGH_TLS);
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self';");
      expect(headers.get('strict-transport-security')).toBe(null);
    }
    expect(await addressOf(example)).toBe('127.0.0.1');
  });

  await withExample(start, true, async (example) => {
    const hsts = async (headers: Headers): Promise<string | null> =>
      (await example.get('/', headers)).headers.get('strict-transport-security');
    expect(await hsts(THROUGH_TLS)).toBe('max-age=31536000');
    expect(await hsts({ 'x-forwarded-proto': 'http' })).toBe(null);
    expect(await hsts({})).toBe(null);
    expect(await addressOf(example)).toBe('198.51.100.7');
    // Our own origin is the one that the browser sees.
    expect((await example.post('/api/auth/login', NOBODY, THROUGH_TLS)).status).toBe(403);
    const { origin } = new URL((await example.get('/')).url);
    const secure = { ...THROUGH_TLS, origin: origin.replace('http:', 'https:') };
    expect((await example.post('/api/auth/login', NOBODY, secure)).status).toBe(401);
  });
}

/** Nobody, somebody, an administrator without a fresh second factor, and one with it. */
export async function expectGuardedAdministration(start: StartServer): Promise<void> {
  await withExample(start, false, async ({ acme, get, post }) => {
    const session = async (userName: string, isAdmin: boolean): Promise<{ userId: string; cookie: string }> => {
      const account = await acme.accounts.add({ userName, password: PASSWORD, isAdmin });
      const answer = await post('/api/auth/login', { user_name: userName, password: PASSWORD });
      return { userId: account?.id ?? '', cookie: cookieOf(answer) };
    };
    const change = (cookie: string): Promise<Response> =>
      post('/api/admin/users/unknown', { action: 'unlock' }, { cookie });
    const ann = await session('ann', false);
    const zoe = await session('zoe', true);

    expect(await codesOf(get('/api/admin/users'), change('none=1'))).toEqual(['not_signed_in', 'not_signed_in']);
    expect(await codesOf(get('/api/admin/users', { cookie: ann.cookie }), change(ann.cookie))).toEqual([
      'forbidden',
      'forbidden',
    ]);

    const challenged = await get('/api/admin/users', { cookie: zoe.cookie });
    expect(challenged.status).toBe(401);
    expect(challenged.headers.get('www-authenticate')).toMatch(
      /^Bearer error="insufficient_user_authentication", .*max_age="300"/,
    );
    expect(await codesOf(change(zoe.cookie))).toEqual(['insufficient_user_authentication']);

    const cookie = await stepUp({ acme, post }, zoe);
    expect((await get('/api/admin/users', { cookie })).status).toBe(200);
    expect(await codesOf(change(cookie), get('/api/admin/users', { cookie: zoe.cookie }))).toEqual([
      'not_found',
      'not_signed_in',
    ]);
  });
}

/** Turns two-step verification on, and gives a code. @returns the cookie of the session from then on */
export async function stepUp(
  { acme, post }: Pick<Example, 'acme' | 'post'>,
  { userId, cookie }: { readonly userId: string; readonly cookie: string },
): Promise<string> {
  const { uri } = await acme.mfa.setup({ userId }, { accountName: 'zoe' });
  const app = virtualAuthenticator(uri);
  await acme.mfa.confirm({ userId }, { code: app.code(Date.now() - 30_000) });
  const steppedUp = await post('/api/auth/totp/step-up', { code: app.code(Date.now()) }, { cookie });
  expect(steppedUp.status).toBe(200);
  return cookieOf(steppedUp);
}

export function cookieOf(answer: Response): string {
  const [cookie = ''] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^__Host-session=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
  return cookie.split(';')[0] ?? '';
}

async function codesOf(...answers: readonly Promise<Response>[]): Promise<readonly unknown[]> {
  return Promise.all(answers.map(async (answer) => ((await (await answer).json()) as { code?: string }).code));
}
