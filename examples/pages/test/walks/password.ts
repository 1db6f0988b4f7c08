/** Walks around passwords, and around what is asked for beside a code. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person } from '../person.ts';
import { PASSWORD } from '../routes.ts';

const NEW_PASSWORD = 'some other good words';

/** Answers requests to a route in the server's place, one after the other, and keeps what they sent. */
async function answerAt(
  page: Page,
  route: string,
  answers: readonly { readonly status: number; readonly body: object }[],
): Promise<readonly unknown[]> {
  const sent: unknown[] = [];
  await page.route(route, async (request) => {
    const { status, body } = answers[sent.length] ?? { status: 500, body: {} };
    sent.push(request.request().postDataJSON());
    const contentType = status < 400 ? 'application/json' : 'application/problem+json';
    await request.fulfill({ status, contentType, body: JSON.stringify(body) });
  });
  return sent;
}

export function passwordWalks(stage: () => Stage): void {
  test('a new password takes the old one and a code, and ends the other sessions', async () => {
    const eda = await person(stage());
    const { page } = eda;
    const { device } = await eda.quickly.join('eda');
    await eda.open('/account');
    const elsewhere = await person(stage());
    await elsewhere.quickly.signIn('eda', device);
    await elsewhere.open('/account');
    await elsewhere.sees('Hello, eda');

    await eda.follow('Change password');
    await eda.sees('Change password');
    const change = async (password: string): Promise<void> => {
      await page.getByLabel('Password', { exact: true }).fill(password);
      await eda.fill('New password', NEW_PASSWORD);
      await eda.fill('Code from your authenticator app', device.freshCode());
      await eda.press('Change password');
    };
    await change('not the password');
    await eda.reads('Invalid password');
    await change(PASSWORD);
    await eda.reads('The password was changed. Your other sessions have ended.');
    await eda.reads('Password changed');

    await elsewhere.open('/account');
    await elsewhere.sees('Sign in');
    await elsewhere.signIn('eda');
    await elsewhere.reads('Wrong user name or password');
    await elsewhere.signIn('eda', NEW_PASSWORD);
    await elsewhere.sees('Confirm that it is you');
    await elsewhere.leave();
    await eda.leave();
  });

  test('someone without a second factor changes the password by the old one', async () => {
    const eli = await person(stage());
    await eli.quickly.signUp('eli');
    await eli.open('/account');
    await eli.follow('Change password');
    await eli.sees('Change password');
    await eli.page.locator('#second-factor').waitFor({ state: 'detached' });
    await eli.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await eli.fill('New password', NEW_PASSWORD);
    await eli.press('Change password');
    await eli.reads('The password was changed. Your other sessions have ended.');
    await eli.leave();
  });

  test('when two codes are asked for, a second field appears and both are sent', async () => {
    const fin = await person(stage());
    const { page } = fin;
    const { device } = await fin.quickly.join('fin');
    const sent = await answerAt(page, '**/totp-verify', [
      { status: 401, body: { status: 401, code: 'two_codes_required', detail: 'Enter two consecutive codes' } },
      { status: 200, body: { authenticated: true } },
    ]);
    await fin.signIn('fin');
    await fin.sees('Confirm that it is you');
    const next = page.getByLabel('The code after that');
    expect(await next.isVisible()).toBe(false);
    const code = device.freshCode();
    await fin.fill('Code from your authenticator app', code);
    await fin.press('Sign in');
    await fin.reads('Enter two consecutive codes');
    expect(await next.evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await page.getByLabel('Code from your authenticator app').inputValue()).toBe(code);

    // A backup code is no pair; back at the codes, both fields are there.
    await fin.press('Use a backup code instead');
    expect(await next.isVisible()).toBe(false);
    await fin.press('Use a code from the app instead');
    expect(await next.isVisible()).toBe(true);
    const nextCode = device.freshCode();
    await next.fill(nextCode);
    const answered = page.waitForResponse('**/totp-verify');
    await fin.press('Sign in');
    await answered;
    expect(sent).toEqual([
      { mfa_token: expect.any(String), code },
      { mfa_token: expect.any(String), code, next_code: nextCode },
    ]);
    await fin.sees('Hello, fin');
    await fin.leave();
  });

  test('long after the sign-in, the first device needs the password again', async () => {
    const gil = await person(stage());
    await gil.quickly.signUp('gil');
    stage().clock.advance({ minutes: 15, seconds: 1 });
    await gil.open('/account');
    await gil.follow('Turn on');
    await gil.sees('Enter your password again');
    await gil.fill('Password', 'not the password');
    await gil.press('Go on');
    await gil.reads('Invalid password');
    await gil.fill('Password', PASSWORD);
    await gil.press('Go on');
    await gil.enroll();
    await gil.reads('10 codes are left.');
    await gil.leave();
  });
}
