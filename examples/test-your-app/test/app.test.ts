import { TEST_PASSWORD, testApplication, type EnrolledUser, type TestApplication } from '@mfakit/testkit';
import { beforeEach, expect, test } from 'vitest';
import { createApp } from '../src/app.ts';
import { browserOf } from './browser.ts';

let made: TestApplication;
let ann: EnrolledUser;
let send: ReturnType<typeof browserOf>;

beforeEach(async () => {
  made = testApplication();
  ann = await made.enroll('ann');
  send = browserOf(createApp(made.mfa, async (_userId, password) => password === TEST_PASSWORD));
});

const login = (userId = 'ann', password = TEST_PASSWORD) => send('/login', { userId, password });
const verify = (token: string | undefined, code: string) => send('/auth/totp-verify', { mfa_token: token, code });

test('someone without a second factor is signed in by the password', async () => {
  expect((await login('bob')).body).toEqual({ next: 'signed-in' });
});

test('someone with one has no session before the code', async () => {
  const { body } = await login();
  expect(body['next']).toBe('verify');
  expect((await send('/payout')).status).toBe(401);
  expect((await verify(body['mfa_token'], ann.code())).status).toBe(200);
  expect((await send('/payout')).body).toEqual({ paid: true });
});

test('a code works once, and the next one after it', async () => {
  await verify((await login()).body['mfa_token'], ann.code());
  const { body } = await login();
  expect((await verify(body['mfa_token'], ann.code())).body['code']).toBe('code_already_used');
  made.clock.advance({ seconds: 30 });
  expect((await verify(body['mfa_token'], ann.code())).status).toBe(200);
});

test('ten wrong passwords lock the account, until the lock ends', async () => {
  for (let tries = 1; tries <= 10; tries += 1) expect((await login('ann', 'a guess')).status).toBe(401);
  expect((await login()).status).toBe(423);
  made.clock.advance({ hours: 1 });
  expect((await login()).body['next']).toBe('verify');
});

test('a payout wants a second factor of the last five minutes', async () => {
  await verify((await login()).body['mfa_token'], ann.code());
  made.clock.advance({ minutes: 6 });
  expect((await send('/payout')).status).toBe(401);
  expect((await send('/auth/totp/step-up', { code: ann.code() })).status).toBe(200);
  expect((await send('/payout')).status).toBe(200);
});

test('a step that has waited for more than five minutes begins again', async () => {
  const { body } = await login();
  made.clock.advance({ minutes: 6 });
  expect((await verify(body['mfa_token'], ann.code())).body['code']).toBe('invalid_token');
});
