/** Two of the tests in node:test: the testkit belongs to no test runner. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TEST_PASSWORD, testApplication } from '@mfakit/testkit';
import { createApp } from '../src/app.ts';
import { browserOf } from './browser.ts';

const passwordMatches = async (_userId: string, password: string): Promise<boolean> => password === TEST_PASSWORD;

void test('a code works once', async () => {
  const { mfa, enroll } = testApplication();
  const ann = await enroll('ann');
  const send = browserOf(createApp(mfa, passwordMatches));
  for (const status of [200, 401]) {
    const { body } = await send('/login', { userId: 'ann', password: TEST_PASSWORD });
    const verified = await send('/auth/totp-verify', { mfa_token: body['mfa_token'], code: ann.code() });
    assert.equal(verified.status, status);
  }
});

void test('ten wrong passwords lock the account, until the lock ends', async () => {
  const { mfa, clock, enroll } = testApplication();
  await enroll('ann');
  const send = browserOf(createApp(mfa, passwordMatches));
  const login = (password: string) => send('/login', { userId: 'ann', password });
  for (let tries = 1; tries <= 10; tries += 1) assert.equal((await login('a guess')).status, 401);
  assert.equal((await login(TEST_PASSWORD)).status, 423);
  clock.advance({ hours: 1 });
  assert.equal((await login(TEST_PASSWORD)).status, 200);
});
