/** A tour: every page, in light and dark, on a phone's width. Pictures are taken of a wide screen too. */
import { expect, test } from 'vitest';
import { administrator } from '../administrator.ts';
import { seriousFindings } from '../axe.ts';
import type { Stage } from '../example.ts';
import { person, type Person } from '../person.ts';
import { PASSWORD } from '../routes.ts';
import { screenshot, takesScreenshots } from '../screenshot.ts';

const PHONE = { width: 360, height: 740 };
const WIDE = { width: 1100, height: 800 };

/** How far the page can be moved sideways. */
const OVERHANG = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

export function tourWalks(stage: () => Stage): void {
  test('each page fits a phone, and axe finds nothing serious in light or dark', async () => {
    const problems: string[] = [];
    const look = async ({ page }: Person, name: string): Promise<void> => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const rules = colorScheme === 'light' ? 'all' : 'contrast';
        for (const finding of await seriousFindings(page, rules)) problems.push(`${name} ${colorScheme}: ${finding}`);
        await screenshot(page, `${name}-phone-${colorScheme}`);
        if (!takesScreenshots) continue;
        await page.setViewportSize(WIDE);
        await screenshot(page, `${name}-wide-${colorScheme}`);
        await page.setViewportSize(PHONE);
      }
      const overhang = Number(await page.evaluate(OVERHANG));
      if (overhang > 0) problems.push(`${name} hangs over by ${overhang} px`);
    };

    const uma = await person(stage(), { viewport: PHONE });
    await uma.open('/');
    await look(uma, 'sign-in');
    await uma.press('Sign in');
    await look(uma, 'sign-in-missing');
    await uma.open('/sign-up');
    await look(uma, 'sign-up');
    await uma.quickly.signUp('uma');
    await uma.open('/account');
    await uma.sees('Hello, uma');
    await look(uma, 'account-off');
    await uma.follow('Turn on');
    await uma.sees('Set up your authenticator app');
    await uma.page.getByText('Cannot scan it?').click();
    await look(uma, 'enroll');
    const { device } = await uma.quickly.enroll();
    await uma.fill('Code from the app', device.wrongCode());
    await uma.press('Turn on');
    await uma.sees('Two-step verification is on');
    await look(uma, 'enroll-go-on');
    await uma.press('Go on');
    await uma.sees('Hello, uma');
    await look(uma, 'account-on');
    await uma.open('/enroll');
    await uma.sees('Add a device');
    await look(uma, 'add-device');
    await uma.open('/backup-codes');
    await uma.fill('Password', PASSWORD);
    await uma.fill('Code from your authenticator app', device.freshCode());
    await uma.press('Get new codes');
    await uma.sees('Save your backup codes');
    await look(uma, 'backup-codes');
    await uma.open('/disable');
    await look(uma, 'disable');
    await uma.open('/password');
    await uma.sees('Change password');
    await look(uma, 'password');
    await uma.open('/account');
    await uma.follow('Remove Authenticator app');
    await uma.sees('Remove Authenticator app');
    await look(uma, 'remove-device');
    stage().clock.advance({ minutes: 6 });
    await uma.open('/payout');
    await look(uma, 'payout');
    await uma.press('Pay out');
    await uma.sees('Confirm that it is you');
    await look(uma, 'step-up');
    await uma.open('/activity');
    await uma.reads('New backup codes made');
    await look(uma, 'activity');
    await uma.signOut();
    await uma.signIn('uma');
    await uma.sees('Confirm that it is you');
    await look(uma, 'second-step');
    await uma.press('Use a backup code instead');
    await uma.fill('Backup code', 'AAAA-AAAA');
    await uma.press('Sign in');
    await uma.reads('Invalid backup code');
    await look(uma, 'second-step-refused');
    await uma.leave();

    const { admin, device: phone } = await administrator(stage(), { viewport: PHONE });
    await admin.open('/admin?name=uma');
    await admin.page.getByRole('link', { name: 'uma', exact: true }).waitFor();
    await look(admin, 'admin');
    stage().clock.advance({ minutes: 5, seconds: 1 });
    await admin.open('/admin');
    await admin.sees('Confirm that it is you');
    await look(admin, 'admin-step-up');
    await admin.fill('Code from your authenticator app', phone.freshCode());
    await admin.press('Confirm');
    await admin.sees('People');
    await admin.leave();
    expect(problems).toEqual([]);
  }, 60_000);
}
