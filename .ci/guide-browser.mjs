// One user's life in an application of the guides about the elements, in a browser: every one must let it pass in silence.
import assert from 'node:assert/strict';
import { launchChromium } from '../packages/browsers/dist/index.js';
import { virtualAuthenticator } from '../packages/testkit/dist/index.js';

const PASSWORD = 'correct horse battery staple';
const PATIENCE_MS = 60_000;

/** What every answer but 2xx leaves in the console; that of an icon that no page has among them. */
const isAnswer = (text) => text.startsWith('Failed to load resource');

/** Somebody's browser. @param said what the console shows that nobody should see */
async function openBrowser(chromium, url, said) {
  const context = await chromium.newContext({ baseURL: url });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.on('pageerror', (error) => said.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    const isBad = ['error', 'warning'].includes(message.type()) && !isAnswer(message.text());
    if (isBad) said.push(`${page.url()}: ${message.text()}`);
  });
  /** Gives email and password, and presses a button of the form. */
  const enter = async (email, button) => {
    await page.goto('/');
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: button, exact: true }).click();
  };
  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  const sees = (text) => page.getByText(text).first().waitFor();
  return { page, enter, press, sees };
}

const STEP_MS = 30_000;
const sleep = (ms) => new Promise((resolve) => void setTimeout(resolve, ms));

/** Codes of an app, each of another time step, so that none is used twice. Those of one step before and after are good. */
function codesOf(uri) {
  const phone = virtualAuthenticator(uri);
  let last = 0;
  return async function nextCode() {
    const now = Date.now();
    const current = Math.floor(now / STEP_MS);
    const left = STEP_MS - (now % STEP_MS);
    // The oldest one that stays good for a while.
    const step = Math.max(last + 1, left > STEP_MS / 2 ? current - 1 : current);
    if (step > current + 1) {
      await sleep(left);
      return nextCode();
    }
    last = step;
    return phone.code(step * STEP_MS);
  };
}

/** Adds an authenticator app on the page of the account. @returns its next code, and the backup codes */
async function turnOn({ page, press, sees }) {
  await press('Add an app');
  const uri = await page.locator('a[href^="otpauth:"]').getAttribute('href');
  const nextCode = codesOf(uri);
  await page.getByLabel('Code', { exact: true }).fill(await nextCode());
  await press('Turn on');
  await sees('Save your backup codes');
  const codes = await page.locator('.mfa-codes li').allTextContents();
  await page.getByLabel('I’ve saved these codes').check();
  await press('Finish');
  await sees('Two-step verification is on.');
  return { nextCode, codes };
}

async function signInByOwnForm({ page, press, sees }, { email, nextCode }) {
  await page.goto(`/own?${new URLSearchParams({ email, password: PASSWORD })}`);
  await page.getByLabel('Code').fill(await nextCode());
  await press('Continue');
  await page.waitForURL('**/account');
  await sees('Signed in with a code');
}

/** For a page that has no button for it. */
async function postSignUp(url, email) {
  const body = JSON.stringify({ email, password: PASSWORD });
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(`${url}/api/auth/sign-up`, { method: 'POST', headers, body });
  assert.equal(status, 201);
}

/**
 * Creates an account, sets up an authenticator app, confirms a transfer; signs in with the element, and with the page's own
 * form on the machine.
 * @param {string} url
 * @param {{ signUp?: string | null, account?: string, own?: boolean }} [options] `signUp`: the button of the form that creates
 *   the account; `null`: none. `account`: the address of its page. `own`: whether there is a form of its own
 */
export async function walkInBrowser(url, { signUp = 'Create an account', account = '/account', own = true } = {}) {
  const chromium = await launchChromium();
  const said = [];
  try {
    const email = `ann-${process.hrtime.bigint()}@example.com`;
    const first = await openBrowser(chromium, url, said);
    if (signUp === null) await postSignUp(url, email);
    await first.enter(email, signUp ?? 'Sign in');
    await first.page.waitForURL(`**${account}`);
    await first.sees('You have no authenticator apps yet.');
    // Once more, now that there is a session: the server draws the page with everything around the elements.
    await first.page.reload();
    await first.sees('You have no authenticator apps yet.');
    const answer = first.page.waitForResponse('**/api/transfer');
    await first.press('Transfer');
    await first.sees('Two-step verification is off.');
    const refusal = { status: 401, headers: await (await answer).allHeaders(), body: await (await answer).body() };
    await first.press('Cancel');
    await first.sees('Not transferred.');

    const { nextCode, codes } = await turnOn(first);
    // As after five minutes.
    await first.page.route('**/api/transfer', (route) => route.fulfill(refusal), { times: 1 });
    await first.press('Transfer');
    await first.sees('You are about to transfer 100.');
    await first.press('Use a backup code');
    await first.page.getByLabel('Backup code').fill(codes[0]);
    await first.press('Confirm');
    await first.sees('Transferred.');

    const second = await openBrowser(chromium, url, said);
    await second.enter(email, 'Sign in');
    await second.page.getByLabel('Code', { exact: true }).fill('12345');
    await second.press('Continue');
    await second.sees('Enter the 6 digits your app shows.');
    await second.page.getByLabel('Code', { exact: true }).fill(await nextCode());
    await second.press('Continue');
    await second.page.waitForURL(`**${account}`);
    await second.sees('Signed in with a code');

    if (own) await signInByOwnForm(await openBrowser(chromium, url, said), { email, nextCode });
    assert.deepEqual(said, [], 'the console');
  } catch (error) {
    const pages = chromium.contexts().flatMap((context) => context.pages());
    const shown = await pages.at(-1)?.locator('body').innerText();
    throw new Error([error.message, 'The console:', ...said, 'The page:', shown].join('\n'), { cause: error });
  } finally {
    await chromium.close();
  }
}
