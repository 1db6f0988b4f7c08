/** A tour: every page, in light and dark, on a phone's width. Pictures are taken of a wide screen too. */
import { en } from '@mfakit/elements/words/en';
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
    await uma.open('/payout');
    await uma.follow('Turn it on');
    await uma.sees('Hello, uma');
    await uma.reads(en.manage.noActivity);
    await look(uma, 'security-off');
    await uma.press(en.manage.addApp);
    await uma.sees(en.enroll.titleApp);
    await uma.page.getByText(en.enroll.cannotScan).click();
    await uma.page.getByText('No phone? Use a virtual one.').click();
    await look(uma, 'add-app');
    const { device } = await uma.quickly.enroll();
    await uma.open('/security');
    await uma.reads('You have 10 backup codes left.');
    await look(uma, 'security-on');
    await uma.press(en.manage.newCodes);
    await uma.prove(device, en.manage.newCodes, 'not the password');
    await uma.reads(/^That password isn’t right/);
    await look(uma, 'new-codes-refused');
    await uma.prove(device, en.manage.newCodes);
    await uma.sees(en.codes.title);
    await look(uma, 'backup-codes');
    await uma.saveCodes();
    await uma.open('/password');
    await look(uma, 'password');
    stage().clock.advance({ minutes: 6 });
    await uma.open('/payout');
    await uma.page.getByRole('button', { name: 'Pay out' }).waitFor();
    await look(uma, 'payout');
    await uma.press('Pay out');
    await uma.field(en.shared.code).waitFor();
    await look(uma, 'step-up');
    await uma.prove(device, en.stepUp.confirm);
    await uma.sees('Paid out');
    await look(uma, 'paid');
    await uma.signOut();
    await uma.signIn('uma');
    await uma.sees(en.signIn.title);
    await look(uma, 'second-step');
    await uma.press(en.shared.useBackupCode);
    await uma.fill(en.shared.backupCode, 'AAAA-AAAA');
    await uma.press(en.shared.continue);
    await uma.page.locator('[aria-invalid=true]').waitFor();
    await look(uma, 'second-step-refused');
    const { acme } = stage();
    const account = await acme.accounts.add({ userName: 'ugo', password: PASSWORD, isAdmin: false });
    await acme.mfa.enforce(account?.id ?? '');
    await uma.signIn('ugo');
    await uma.sees(en.enroll.title);
    await look(uma, 'set-up');
    await uma.leave();

    const { admin, device: phone } = await administrator(stage(), { viewport: PHONE });
    await admin.open('/admin?name=uma');
    await admin.page.getByRole('link', { name: 'uma', exact: true }).waitFor();
    await look(admin, 'admin');
    stage().clock.advance({ minutes: 5, seconds: 1 });
    await admin.open('/admin');
    await admin.field(en.shared.code).waitFor();
    await look(admin, 'admin-step-up');
    await admin.prove(phone, en.stepUp.confirm);
    await admin.sees('People');
    await admin.leave();
    expect(problems).toEqual([]);
  }, 60_000);
}
