/** Walks with the virtual phone, and around a server that has none. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person } from '../person.ts';

export function demoWalks(stage: () => Stage): void {
  test('the virtual phone scans, and types in a code that is accepted', async () => {
    const sam = await person(stage());
    // The phone goes by the browser's clock: let it agree with the server's.
    await sam.page.clock.setFixedTime(stage().clock());
    await sam.quickly.signUp('sam');
    await sam.open('/account');
    await sam.reads('It holds no accounts yet.');
    await sam.follow('Turn on');
    await sam.sees('Set up your authenticator app');
    await sam.press('Scan the QR code on this page');
    await sam.reads('Acme: sam');
    await sam.press('Type it in');
    await sam.press('Turn on');
    await sam.sees('Save your backup codes');
    await sam.leave();
  });

  test('outside the demo there is no virtual phone and no ready account', async () => {
    const server = await stage().startWithoutDemo();
    try {
      const page = await (await fetch(`${server.url}/`)).text();
      expect(page).toContain('<h1>Sign in</h1>');
      expect(page).not.toMatch(/phone/i);
      for (const path of ['/scripts/virtual-phone.js', '/modules/otpauth.js']) {
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
      const script = document.createElement('script');
      script.textContent = 'document.title = "run"';
      document.body.append(script);
    });
    await expect.poll(() => tom.complaints.join()).toContain('Content Security Policy');
    expect(await tom.page.title()).toBe('Sign in – Acme');
    await tom.context.close();
  });
}
