/** Walks of people who reload, go back, click twice and lose the connection: nothing is lost, and nothing untrue is said. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import { en } from '@mfakit/elements/words/en';
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person, type Person } from '../person.ts';
import { PASSWORD } from '../routes.ts';

/** How often a page has sent something, from now on. */
function count({ page }: Person, path: string): () => number {
  let sent = 0;
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === path) sent++;
  });
  return () => sent;
}

/** Sends the form of the page five times at once, as impatient hands do: a double click can miss, once an alert is gone. */
async function submitFiveTimes({ page }: Person): Promise<void> {
  await page.locator('main form').evaluate((form: HTMLFormElement) => {
    for (let times = 0; times < 5; times++) form.requestSubmit();
  });
}

/** Does something without a connection. The browser complains of that, rightly. */
async function offline(who: Person, work: () => Promise<void>): Promise<void> {
  await who.context.setOffline(true);
  await work();
  await who.context.setOffline(false);
}

export function steadyWalks(stage: () => Stage): void {
  test('signing up and in: five times is once, and a lost connection keeps what was typed', async () => {
    const abe = await person(stage());
    const signUps = count(abe, '/api/auth/sign-up');
    await abe.open('/sign-up');
    await abe.fill('User name', 'abe');
    await abe.fill('Password', PASSWORD);
    await offline(abe, async () => {
      await abe.press('Create account');
      await abe.reads(en.refusals.offline);
    });
    await submitFiveTimes(abe);
    await abe.sees('Hello, abe');
    expect(signUps()).toBe(2);
    const { device } = await abe.quickly.enroll();
    await abe.open('/security');
    await abe.signOut();

    await abe.signIn('abe');
    await abe.sees(en.signIn.title);
    await abe.page.reload();
    await abe.sees(en.signIn.title);
    const verifies = count(abe, '/api/auth/totp-verify');
    await abe.fill(en.shared.code, device.freshCode());
    await offline(abe, async () => {
      await abe.press(en.shared.continue);
      await abe.reads(en.refusals.offline);
    });
    await submitFiveTimes(abe);
    await abe.sees('Hello, abe');
    expect(verifies()).toBe(2);
    // Back is the sign-in, and not a second step whose token is used.
    await abe.page.goBack();
    await abe.sees('Sign in');
    // A second step is of the tab that began it.
    const other = await abe.inAnotherTab();
    await other.open('/second-step');
    await other.sees('Sign in');
    await abe.leave();
  });

  test('the security page, opened without a connection or left open while another tab changes everything', async () => {
    const bob = await person(stage());
    const { device } = await bob.quickly.join('bob');
    await bob.page.route('**/api/auth/totp/status', (route) => route.abort());
    await bob.open('/security');
    await bob.reads('We couldn’t reach Acme. Try again in a moment.');
    await bob.page.unroute('**/api/auth/totp/status');
    await bob.press(en.shared.tryAgain);
    await bob.reads('You have 10 backup codes left.');

    const other = await bob.inAnotherTab();
    await other.open('/security');
    await other.press(en.manage.turnOff);
    await other.prove(device, en.manage.turnOff);
    await other.reads(en.manage.said.off);
    await bob.page.bringToFront();
    await bob.press(en.manage.newCodes);
    await bob.prove(device, en.manage.newCodes);
    await bob.reads(en.refusals.not_enabled);
    await bob.reads(en.manage.noApps);
    await bob.leave();
  });

  test('a payout and a password: five times is once, and a lost connection changes nothing', async () => {
    const cyd = await person(stage());
    await cyd.quickly.join('cyd');
    await cyd.open('/payout');
    const payouts = count(cyd, '/api/payout');
    await cyd.page.getByRole('button', { name: 'Pay out' }).waitFor();
    await offline(cyd, async () => {
      await cyd.press('Pay out');
      await cyd.reads(en.refusals.offline);
    });
    await submitFiveTimes(cyd);
    await cyd.sees('Paid out');
    expect(payouts()).toBe(2);

    await cyd.open('/password');
    const changes = count(cyd, '/api/auth/password');
    await cyd.fill('Password', PASSWORD);
    await cyd.fill('New password', 'some other good words');
    await offline(cyd, async () => {
      await cyd.press('Change password');
      await cyd.reads(en.refusals.offline);
    });
    await submitFiveTimes(cyd);
    await cyd.reads('Password changed. Your other sessions have ended.');
    expect(changes()).toBe(2);
    // It is told once.
    await cyd.page.reload();
    await cyd.sees('Hello, cyd');
    expect(await cyd.page.locator('#done').isVisible()).toBe(false);
    await cyd.leave();
  });
}
