/** Walks of administrators, and of the people whom their decisions concern. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import { en } from '@mfakit/elements/words/en';
import { expect, test } from 'vitest';
import { administrator } from '../administrator.ts';
import type { Stage } from '../example.ts';
import { dayIn, openPerson } from '../people.ts';
import { LOCALE, person } from '../person.ts';
import { scanQrCode } from '../scan.ts';

export function policyWalks(stage: () => Stage): void {
  test('enrollment with grace: a banner with the day, and the demand after it', async () => {
    const jan = await person(stage());
    await jan.quickly.signUp('jan');
    const { admin } = await administrator(stage());
    await openPerson(admin, 'jan');
    await admin.fill('From', dayIn(stage(), 7));
    await admin.press('Require from this day');
    await admin.reads(/^Required from \d+/);
    const from = new Date(stage().clock() + 7 * 86_400_000);
    await admin.leave();

    await jan.open('/security');
    const day = from.toLocaleDateString('en', { dateStyle: 'medium', timeZone: LOCALE.timezoneId });
    await jan.reads(`Set this up by ${day}. After that, you’ll need it to sign in.`);

    stage().clock.advance({ hours: 7 * 24, seconds: 1 });
    await jan.signIn('jan');
    await jan.reads('Acme requires this. It takes about two minutes.');
    expect(await jan.page.locator('nav').count()).toBe(0);
    await jan.press(/^Authenticator app/);
    await jan.enroll();
    await jan.sees('Hello, jan');
    await jan.reads('Acme requires two-step verification, so you can’t turn it off.');
    expect(await jan.page.getByRole('button', { name: en.manage.turnOff }).count()).toBe(0);
    await jan.leave();
  }, 60_000);

  test('enrollment without grace: the session ends at once, and no page lets in before the setup is done', async () => {
    const kim = await person(stage());
    await kim.quickly.signUp('kim');
    const { admin } = await administrator(stage());
    await openPerson(admin, 'kim');
    await admin.fill('From', dayIn(stage(), 0));
    await admin.press('Require from this day');
    await admin.reads('Required from now on. They will be asked at their next sign-in.');

    await kim.open('/security');
    await kim.sees('Sign in');
    await kim.signIn('kim');
    await kim.sees(en.enroll.title);
    await kim.open('/security');
    await kim.sees('Sign in');
    await kim.signIn('kim');
    await kim.press(/^Authenticator app/);
    await kim.sees(en.enroll.titleApp);
    const device = await scanQrCode(kim.page, stage().clock);
    await kim.fill(en.shared.code, device.wrongCode());
    await kim.press(en.enroll.turnOn);
    await kim.reads(/^That code isn’t right/);
    await kim.enroll();
    await kim.sees('Hello, kim');

    await admin.press('Stop requiring');
    await admin.reads('No longer required.');
    await kim.open('/security');
    await kim.page.getByRole('button', { name: en.manage.turnOff }).waitFor();
    await kim.leave();
    await admin.leave();
  }, 60_000);

  test('support unlocks, and resets somebody who lost everything', async () => {
    const lea = await person(stage());
    await lea.quickly.join('lea');
    await lea.open('/security');
    await lea.signOut();
    for (let failure = 1; failure <= 10; failure++) {
      await lea.fill('User name', 'lea');
      await lea.fill('Password', 'a wrong password');
      const answered = lea.page.waitForResponse('**/login');
      await lea.press('Sign in');
      await answered;
      await lea.page.locator('form[aria-busy=false]').waitFor();
    }
    await lea.reads('Too many wrong tries. You can try again in 30 minutes.');

    const { admin } = await administrator(stage());
    await openPerson(admin, 'lea');
    await admin.reads(/^Locked until \d/);
    await admin.press('Unlock');
    await admin.reads('Unlocked.');
    await lea.signIn('lea');
    await lea.sees(en.signIn.title);

    await admin.fill('Reason', 'Lost phone and codes; called back at the desk');
    await admin.fill('Name of this person', 'lea');
    await admin.press('Reset two-step verification');
    await admin.reads('Reset. All passkeys, authenticator apps and backup codes are removed.');
    await lea.signIn('lea');
    await lea.sees('Hello, lea');
    await lea.reads(en.manage.events.reset);
    await lea.leave();
    await admin.leave();
  }, 60_000);

  test('administration asks for a fresh code once the last one is too old, and then goes on', async () => {
    const mia = await person(stage());
    await mia.quickly.signUp('mia');
    const { admin, device } = await administrator(stage());
    await openPerson(admin, 'mia');
    await admin.fill('From', dayIn(stage(), 0));
    stage().clock.advance({ minutes: 5, seconds: 1 });
    await admin.press('Require from this day');
    await admin.sees(en.stepUp.title);
    await admin.fill(en.shared.code, device.wrongCode());
    await admin.press(en.stepUp.confirm);
    await admin.reads(/^That code isn’t right/);
    await admin.prove(device, en.stepUp.confirm);
    await admin.reads('Required from now on. They will be asked at their next sign-in.');
    await admin.sees('mia');
    expect(await admin.page.evaluate(() => document.activeElement?.textContent)).toBe('Require from this day');

    stage().clock.advance({ minutes: 5, seconds: 1 });
    expect((await admin.context.request.get('/api/admin/users')).status()).toBe(401);
    await admin.open('/admin');
    await admin.prove(device, en.stepUp.confirm);
    await admin.sees('People');
    await admin.leave();
    await mia.leave();
  }, 60_000);

  test('the page for administrators is for them only', async () => {
    const max = await person(stage());
    await max.quickly.signUp('max');
    await max.open('/security');
    await max.sees('Hello, max');
    expect(await max.page.getByRole('link', { name: 'Admin' }).isVisible()).toBe(false);
    await max.open('/admin');
    await max.reads('Only administrators see this page.');
    expect((await max.context.request.get('/api/admin/users')).status()).toBe(403);
    await max.leave();
  }, 60_000);
}
