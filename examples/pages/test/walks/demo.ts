/** Walks with what only the demo has, and around a server that has none of it. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import { en } from '@mfakit/elements/words/en';
import { DEMO_ACCOUNTS } from '@mfakit/example-application';
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person } from '../person.ts';

export function demoWalks(stage: () => Stage): void {
  test('the virtual phone scans, and types in codes that are accepted, in a dialog as well', async () => {
    const sam = await person(stage());
    // The phone goes by the browser's clock: let it agree with the server's.
    await sam.page.clock.install({ time: stage().clock() });
    await sam.quickly.signUp('sam');
    await sam.open('/security');
    await sam.press(en.manage.addApp);
    await sam.sees(en.enroll.titleApp);
    const scan = sam.page.getByRole('button', { name: 'Scan the QR code on this page' });
    expect(await scan.isVisible()).toBe(false);
    await sam.page.getByText('No phone? Use a virtual one.').click();
    await scan.click();
    await sam.reads('Acme: sam');
    await sam.press('Type it in');
    await sam.press(en.enroll.turnOn);
    await sam.sees(en.codes.title);
    await sam.saveCodes();

    stage().clock.advance({ minutes: 6 });
    await sam.page.clock.setFixedTime(stage().clock());
    await sam.open('/payout');
    await sam.press('Pay out');
    await sam.field(en.shared.code).waitFor();
    await sam.page.clock.runFor(1000);
    await sam.press('Type it in');
    await sam.press(en.stepUp.confirm);
    await sam.sees('Paid out');
    await sam.page.clock.runFor(1000);
    // It is back at the foot of the page, and still unfolded.
    await sam.reads('Acme: sam');
    await sam.leave();
  });

  test.each(DEMO_ACCOUNTS)('$userName is filled in, and signs in', async ({ userName }) => {
    const tia = await person(stage());
    await tia.open('/');
    await tia.press(`Fill in ${userName}`);
    await tia.press('Sign in');
    // The administrator of this stage may have a second factor by now.
    await tia.sees(new RegExp(`^(?:Hello, ${userName}|${en.signIn.title})$`));
    await tia.leave();
  });

  test('outside the demo there is no virtual phone and no ready account', async () => {
    const server = await stage().startWithoutDemo();
    try {
      const page = await (await fetch(`${server.url}/`)).text();
      expect(page).toContain('<h1>Sign in</h1>');
      expect(page).not.toMatch(/phone|alice/i);
      for (const path of ['/scripts/virtual-phone.js', '/virtual-phone.css', '/scripts/demo-accounts.js']) {
        expect((await fetch(server.url + path)).status).toBe(404);
        expect((await fetch(stage().url + path)).status).toBe(200);
      }
      const answer = await fetch(`${server.url}/api/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: server.url },
        body: JSON.stringify({ user_name: 'alice', password: 'blue-teapot-on-monday' }),
      });
      expect(answer.status).toBe(401);
    } finally {
      await server.stop();
    }
  });

  test('the watch over the pages sees a violation of their policy', async () => {
    const tom = await person(stage());
    await tom.open('/');
    await tom.page.evaluate(() => {
      const style = document.createElement('style');
      style.textContent = 'body { display: none }';
      document.body.append(style);
    });
    await expect.poll(() => tom.complaints.join()).toContain('Content Security Policy');
    expect(await tom.page.locator('body').isVisible()).toBe(true);
    const markup = tom.page.evaluate(() => {
      document.body.innerHTML = '<p>markup</p>';
    });
    await expect(markup).rejects.toThrow(/TrustedHTML/);
    await tom.context.close();
  });
}
