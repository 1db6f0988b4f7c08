/** What the walk through the pages does not reach. */
import { memoryStore } from '@mfakit/memory';
import { testClock, virtualAuthenticator, type TestClock } from '@mfakit/testkit';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createApplication, readOrMakeKey, sameOrigin, toReply, type Application, type Sql } from '../src/index.ts';
import { writeSessionCookie } from '../src/cookie.ts';
import { loginLimit } from '../src/login-limit.ts';
import { checkPassword, hashPassword } from '../src/passwords.ts';
import { sessionsIn } from '../src/sessions.ts';
import { signing } from '../src/signing.ts';
import { memorySql } from './database.ts';

const KEYS = [Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64')];
const PASSWORD = 'a few good words';

async function start(): Promise<{ readonly acme: Application; readonly clock: TestClock; readonly sql: Sql }> {
  const clock = testClock();
  const sql = memorySql();
  return { acme: await createApplication({ sql, store: memoryStore(), keys: KEYS, clock }), clock, sql };
}

const visitor = { cookies: undefined, ip: '192.0.2.1', userAgent: 'test', secure: true };

/** The status of a refusal. */
async function statusOf(call: Promise<unknown>, now = 0): Promise<number> {
  return call.then(
    () => 200,
    (error: unknown) => toReply(error, now).status,
  );
}

test('passwords are kept as Argon2id with the parameters of OWASP, each with its own salt', async () => {
  const [one, other] = await Promise.all([hashPassword(PASSWORD), hashPassword(PASSWORD)]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(other).not.toBe(one);
  expect(await checkPassword(one, PASSWORD)).toBe(true);
  expect(await checkPassword(one, `${PASSWORD}!`)).toBe(false);
  expect(await checkPassword(null, PASSWORD)).toBe(false);
});

test('the database holds neither passwords nor what a cookie holds', async () => {
  const { acme, sql } = await start();
  const { cookie } = await acme.signUp({ user_name: 'ann', password: PASSWORD }, visitor);
  const id = /acme_session=([^;]+)/.exec(cookie ?? '')?.[1] ?? 'none';
  expect(id).toHaveLength(43);
  expect(await acme.session({ ...visitor, cookies: `acme_session=${id}` })).toMatchObject({ authTime: null });
  const rows = JSON.stringify([await sql('SELECT * FROM account'), await sql('SELECT * FROM session')]);
  expect(rows).toContain('ann');
  expect(rows).not.toContain(PASSWORD);
  expect(rows).not.toContain(id);
});

test('over HTTPS the cookie is for HTTPS only', () => {
  expect(writeSessionCookie('x', true)).toBe('acme_session=x; Path=/; HttpOnly; SameSite=Lax; Secure');
  expect(writeSessionCookie('', false)).toBe('acme_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0');
});

test('one address may fail fifty times in a quarter of an hour', () => {
  const clock = testClock();
  const limit = loginLimit(clock);
  for (let failure = 0; failure < 50; failure++) {
    expect(limit.reached('192.0.2.7')).toBe(false);
    limit.failed('192.0.2.7');
  }
  expect(limit.reached('192.0.2.7')).toBe(true);
  expect(limit.reached('192.0.2.8')).toBe(false);
  clock.advance({ minutes: 15, seconds: 1 });
  expect(limit.reached('192.0.2.7')).toBe(false);
});

test('at the limit of an address not even the right password signs in', async () => {
  const { acme, clock, sql } = await start();
  await acme.signUp({ user_name: 'abe', password: PASSWORD }, visitor);
  const parts = { mfa: acme.mfa, accounts: acme.accounts, sessions: sessionsIn(sql, clock), clock };
  const limited = signing(parts, { reached: () => true, failed: () => undefined });
  expect(await statusOf(limited.logIn({ user_name: 'abe', password: PASSWORD }, visitor))).toBe(429);
});

test('the tenth wrong password locks, and the right one is then refused alike', async () => {
  const { acme, clock } = await start();
  await acme.signUp({ user_name: 'bob', password: PASSWORD }, visitor);
  const logIn = (password: string): Promise<number> =>
    statusOf(acme.logIn({ user_name: 'bob', password }, visitor), clock());
  for (let failure = 1; failure < 10; failure++) expect(await logIn('wrong')).toBe(401);
  expect(await logIn('wrong')).toBe(423);
  expect(await logIn(PASSWORD)).toBe(423);
  clock.advance({ minutes: 30 });
  expect(await logIn(PASSWORD)).toBe(200);
});

test('the password alone gives a token and no session where there is a second factor', async () => {
  const { acme, clock } = await start();
  await acme.signUp({ user_name: 'cai', password: PASSWORD }, visitor);
  const account = await acme.accounts.byName('cai');
  const userId = account?.id ?? '';
  const { uri } = await acme.mfa.setup({ userId }, { accountName: 'cai' });
  await acme.mfa.confirm({ userId }, { code: virtualAuthenticator(uri).code(clock()) });
  const reply = await acme.logIn({ user_name: 'cai', password: PASSWORD }, visitor);
  expect(reply).toEqual({ status: 200, body: { mfa_required: true, mfa_token: expect.any(String) } });
});

test('only requests of our own pages may change anything', () => {
  const own = { method: 'POST', ownOrigin: 'https://acme.example' };
  expect(sameOrigin({ ...own, secFetchSite: 'same-origin', origin: undefined })).toBe(true);
  expect(sameOrigin({ ...own, secFetchSite: undefined, origin: 'https://acme.example' })).toBe(true);
  expect(sameOrigin({ ...own, secFetchSite: undefined, origin: undefined })).toBe(false);
  expect(sameOrigin({ ...own, secFetchSite: 'same-site', origin: 'https://acme.example' })).toBe(false);
  expect(sameOrigin({ ...own, secFetchSite: undefined, origin: 'https://acme.example.evil' })).toBe(false);
  expect(sameOrigin({ ...own, method: 'GET', secFetchSite: 'cross-site', origin: undefined })).toBe(true);
});

test('the key is made once, for its owner only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-key-'));
  try {
    const key = readOrMakeKey(join(folder, '.demo'));
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
    expect(readOrMakeKey(join(folder, '.demo'))).toBe(key);
    expect(readFileSync(join(folder, '.demo/mfa.key'), 'utf8')).toBe(key);
    expect(statSync(join(folder, '.demo/mfa.key')).mode & 0o777).toBe(0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
