/** What the walk through the pages does not reach. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeSessionCookie } from '../src/cookie.ts';
import { readOrMakeKey, sameOrigin, securityHeaders, type Reply } from '../src/index.ts';
import { checkPassword, hashPassword } from '../src/passwords.ts';
import { enroll, PASSWORD, signUp, start, statusOf, visitor } from './acme.ts';

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
  const { cookies: [cookie] = [] } = await acme.signUp({ user_name: 'ann', password: PASSWORD }, visitor);
  const id = /__Host-session=([^;]+)/.exec(cookie ?? '')?.[1] ?? 'none';
  expect(id).toHaveLength(43);
  expect(await acme.session({ ...visitor, cookies: `__Host-session=${id}` })).toMatchObject({ authTime: null });
  const rows = JSON.stringify([await sql('SELECT * FROM account'), await sql('SELECT * FROM session')]);
  expect(rows).toContain('ann');
  expect(rows).not.toContain(PASSWORD);
  expect(rows).not.toContain(id);
});

test('the cookie is one that no other host and no plain connection can plant', () => {
  expect(writeSessionCookie('x')).toBe('__Host-session=x; Path=/; Secure; HttpOnly; SameSite=Lax');
  expect(writeSessionCookie('')).toBe('__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0');
});

test('HSTS is promised over HTTPS only, and no other page has a handle on ours', () => {
  const secure = securityHeaders('https://acme.example');
  expect(secure).toMatchObject({
    'strict-transport-security': 'max-age=31536000',
    'cross-origin-opener-policy': 'same-origin',
  });
  const { 'strict-transport-security': _, ...others } = secure;
  expect(securityHeaders('http://localhost:3000')).toEqual(others);
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

test('the password alone gives a token and no session if there is a second factor', async () => {
  const stage = await start();
  const { acme, clock } = stage;
  const cai = await signUp(stage, 'cai');
  await enroll(stage, cai);
  const logIn = (): Promise<Reply> => acme.logIn({ user_name: 'cai', password: PASSWORD }, visitor);
  const asked = {
    mfa_required: true,
    mfa_token: expect.any(String),
    methods: ['totp', 'backup_code'],
    trust_days: 30,
    expires_at: new Date(clock() + 5 * 60_000).toISOString(),
  };
  expect(await logIn()).toEqual({ status: 200, body: asked });
  // A browser that would be asked all the same is offered no trust.
  await acme.mfa.enforce(cai.userId, { from: new Date(clock() + 1000) });
  expect((await logIn()).body).toMatchObject({ trust_days: 30 });
  clock.advance({ seconds: 1 });
  expect((await logIn()).body).not.toMatchObject({ trust_days: 30 });
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
