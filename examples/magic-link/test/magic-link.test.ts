import type { Mfa } from '@mfakit/hono';
import { testApplication, virtualAuthenticator, type TestApplication } from '@mfakit/testkit';
import type { Hono } from 'hono';
import { createTransport, type Transporter } from 'nodemailer';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createApp } from '../src/app.ts';
import { memoryLinks } from '../src/links.ts';
import { startMailbox, type Mailbox } from '../src/mailbox.ts';

const ORIGIN = 'http://localhost:3000';
let made: TestApplication;
let mfa: Mfa;
let mailbox: Mailbox;
let transport: Transporter;
let mails: { readonly to: string; readonly text: string }[];
let app: Hono;

beforeEach(async () => {
  made = testApplication({ verifyPassword: async () => 'none' });
  ({ mfa } = made);
  mails = [];
  mailbox = await startMailbox((to, text) => mails.push({ to, text }));
  transport = createTransport({ host: '127.0.0.1', port: mailbox.port, secure: false, ignoreTLS: true });
  const users = new Map([['ann@example.com', 'ann']]);
  const { clock } = made;
  app = createApp({ mfa, links: memoryLinks(clock), transport, origin: ORIGIN, users, clock });
});
afterEach(async () => {
  transport.close();
  await mailbox.stop();
});

/** A browser that keeps its session. */
function browser() {
  let cookie = '';
  return async (path: string, body?: object | URLSearchParams, origin = ORIGIN) => {
    const json = body !== undefined && !(body instanceof URLSearchParams);
    const response = await app.request(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { origin, cookie, ...(json && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: json ? JSON.stringify(body) : body }),
    });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    const text = await response.text();
    const reply = (text.startsWith('{') ? JSON.parse(text) : {}) as Readonly<Record<string, string>>;
    return { status: response.status, text, reply };
  };
}

/** Asks for a link, and takes it out of the mail. */
async function mailedLink(): Promise<string> {
  const before = mails.length;
  await browser()('/link', new URLSearchParams({ email: 'Ann@example.com' }));
  await vi.waitFor(() => expect(mails).toHaveLength(before + 1));
  const { to, text } = mails.at(-1) ?? { to: '', text: '' };
  expect(to).toBe('ann@example.com');
  return /\/open\?link=([\w-]{43})/.exec(text)?.[1] ?? '';
}

const open = (send: ReturnType<typeof browser>, link: string) => send('/open', new URLSearchParams({ link }));

test('a link signs in once; to look at it spends nothing', async () => {
  const link = await mailedLink();
  const send = browser();
  expect((await send(`/open?link=${link}`)).text).toContain(`value="${link}"`);
  expect((await send('/api/auth/totp/status')).status).toBe(401);
  expect((await open(send, link)).reply).toEqual({ next: 'signed-in' });
  expect((await send('/api/auth/totp/status')).reply['enabled']).toBe(false);
  expect((await open(browser(), link)).status).toBe(410);
});

test('someone with a second factor has no session before the code', async () => {
  const send = browser();
  await open(send, await mailedLink());
  const { reply: setup } = await send('/api/auth/totp/setup', {});
  const phone = virtualAuthenticator(setup['otpauth_uri'] ?? '');
  const spent = phone.code(made.clock());
  expect((await send('/api/auth/totp/confirm', { code: spent })).status).toBe(200);

  const other = browser();
  const { reply: step } = await open(other, await mailedLink());
  expect(step['next']).toBe('verify');
  expect((await other('/api/auth/totp/status')).status).toBe(401);
  const verify = (code: string) => other('/api/auth/totp-verify', { mfa_token: step['mfa_token'], code });
  expect((await verify(spent)).reply['code']).toBe('code_already_used');
  made.clock.advance({ seconds: 30 });
  expect((await verify(phone.code(made.clock()))).status).toBe(200);
  expect((await other('/api/auth/totp/status')).reply['enabled']).toBe(true);
});

test('a link ends after fifteen minutes, and with the next one', async () => {
  const first = await mailedLink();
  const second = await mailedLink();
  expect((await open(browser(), first)).status).toBe(410);
  made.clock.advance({ minutes: 15 });
  expect((await open(browser(), second)).status).toBe(410);
});

test('an address that nobody has gets the same answer and no mail', async () => {
  const known = await browser()('/link', new URLSearchParams({ email: 'ann@example.com' }));
  const unknown = await browser()('/link', new URLSearchParams({ email: 'eve@example.com' }));
  expect(unknown).toEqual(known);
  await vi.waitFor(() => expect(mails).toHaveLength(1));
  expect(mails[0]?.to).toBe('ann@example.com');
});

test('a page of another site cannot sign its visitor in', async () => {
  const link = await mailedLink();
  expect((await browser()('/open', new URLSearchParams({ link }), 'https://evil.example')).status).toBe(403);
});

test('a locked account is refused, link or no link', async () => {
  const ann = await made.enroll('ann');
  for (let tries = 1; tries <= 10; tries += 1) {
    await mfa.verify({ token: await made.token('ann'), code: ann.wrongCode() }).catch(() => undefined);
  }
  expect((await open(browser(), await mailedLink())).status).toBe(423);
});
