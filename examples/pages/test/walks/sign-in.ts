/** Walks from signing up to signing out. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person } from '../person.ts';
import { deviceFor, scanQrCode } from '../scan.ts';

export function signInWalks(stage: () => Stage): void {
  test('from signing up to signing out, with a QR code read off the screen', async () => {
    const ann = await person(stage());
    await ann.signUp('ann');
    await ann.follow('Turn on');
    const { device, backupCodes } = await ann.enroll();
    expect(device.app).toMatchObject({ issuer: 'Acme', accountName: 'ann' });
    expect(new Set(backupCodes).size).toBe(10);
    await ann.reads('10 codes are left.');
    await ann.signOut();

    await ann.signIn('ann');
    await ann.sees('Confirm that it is you');
    await ann.fill('Code from your authenticator app', device.freshCode());
    await ann.press('Sign in');
    await ann.sees('Hello, ann');
    await ann.reads('Signed in with a code');
    await ann.leave();
  });

  test('the key that is typed in is the one in the QR code', async () => {
    const bea = await person(stage());
    await bea.quickly.signUp('bea');
    await bea.open('/enroll');
    await bea.sees('Set up your authenticator app');
    const { uri } = await scanQrCode(bea.page, stage().clock);
    await bea.page.getByText('Cannot scan it?').click();
    const typed = (await bea.page.locator('#secret').textContent())?.replaceAll(' ', '') ?? '';
    expect(new URL(uri).searchParams.get('secret')).toBe(typed);
    const device = deviceFor(`otpauth://totp/Acme:bea?secret=${typed}&issuer=Acme`, stage().clock);
    await bea.fill('Code from the app', device.freshCode());
    await bea.press('Turn on');
    await bea.sees('Save your backup codes');
    await bea.leave();
  });

  test('backup codes can be copied, downloaded and printed', async () => {
    const cem = await person(stage(), { permissions: ['clipboard-read', 'clipboard-write'], acceptDownloads: true });
    await cem.page.addInitScript('window.print = () => { document.documentElement.dataset.printed = "yes"; }');
    await cem.quickly.signUp('cem');
    await cem.open('/enroll');
    await cem.sees('Set up your authenticator app');
    const device = await scanQrCode(cem.page, stage().clock);
    await cem.fill('Code from the app', device.freshCode());
    await cem.press('Turn on');
    await cem.sees('Save your backup codes');
    const codes = await cem.page.getByRole('list', { name: 'Backup codes' }).getByRole('listitem').allTextContents();
    const text = `Backup codes for Acme. Each works once.\n\n${codes.join('\n')}\n`;

    await cem.press('Copy');
    await cem.reads('Copied.');
    expect(await cem.page.evaluate('navigator.clipboard.readText()')).toBe(text);

    const [download] = await Promise.all([cem.page.waitForEvent('download'), cem.press('Download as text')]);
    expect(download.suggestedFilename()).toBe('acme-backup-codes.txt');
    expect(await readFile(await download.path(), 'utf8')).toBe(text);

    await cem.press('Print');
    expect(await cem.page.locator('html').getAttribute('data-printed')).toBe('yes');
    await cem.page.emulateMedia({ media: 'print' });
    expect(await cem.page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
    expect(await cem.page.getByText(codes[0] ?? '', { exact: true }).isVisible()).toBe(true);
    await cem.leave();
  });

  test('a backup code signs in once', async () => {
    const dan = await person(stage());
    const { backupCodes } = await dan.quickly.join('dan');
    for (const answer of ['Hello, dan', 'Invalid backup code']) {
      await dan.signIn('dan');
      await dan.press('Use a backup code instead');
      await dan.fill('Backup code', (backupCodes[3] ?? '').toLowerCase());
      await dan.press('Sign in');
      if (answer.startsWith('Hello')) {
        await dan.sees(answer);
        await dan.reads('9 codes are left.');
        await dan.reads('Signed in with a backup code; 9 left');
      } else {
        await dan.reads(answer);
      }
    }
    await dan.leave();
  });

  test('what is missing or wrong is said beside its field, which has the focus', async () => {
    const eve = await person(stage());
    await eve.open('/');
    await eve.press('Sign in');
    await eve.reads('Enter your password');
    const name = eve.page.getByLabel('User name');
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    expect(await name.evaluate((input) => input === document.activeElement)).toBe(true);

    await eve.signIn('nobody', 'whatever it is');
    const alert = eve.page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toBe('Wrong user name or password');

    await eve.open('/sign-up');
    await eve.fill('User name', 'E:ve');
    await eve.fill('Password', 'short');
    await eve.press('Create account');
    await eve.reads('Use at least 12 characters');
    await eve.reads('Use 3 to 32 small letters, digits, dots or dashes');
    await eve.leave();
  });

  test('a used code and a wrong one are told apart, and ten wrong ones lock: the page says until when', async () => {
    const fay = await person(stage());
    const { device } = await fay.quickly.join('fay');
    await fay.signIn('fay');
    await fay.sees('Confirm that it is you');
    await fay.fill('Code from your authenticator app', device.app.code(stage().clock()));
    await fay.press('Sign in');
    await fay.reads('Code already used — wait for the next code');

    const code = fay.page.getByLabel('Code from your authenticator app');
    for (let failure = 1; failure <= 10; failure++) {
      await code.fill(device.wrongCode());
      const answered = fay.page.waitForResponse('**/totp-verify');
      await code.press('Enter');
      await answered;
      await fay.page.locator('form[aria-busy=false]').waitFor();
    }
    // The failure that locks is told as one; from then on right and wrong codes are alike.
    await code.fill(device.freshCode());
    await fay.press('Sign in');
    const alert = fay.page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/^Account locked\. Try again in 30 minutes\. That is at \d\d:\d\d\.$/);

    stage().clock.advance({ minutes: 30 });
    await fay.signIn('fay');
    await fay.sees('Confirm that it is you');
    await fay.fill('Code from your authenticator app', device.freshCode());
    await fay.press('Sign in');
    await fay.sees('Hello, fay');
    await fay.leave();
  });
}
