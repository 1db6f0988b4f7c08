/** Walks from signing up to signing out. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import { en } from '@mfakit/elements/words/en';
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person } from '../person.ts';

export function signInWalks(stage: () => Stage): void {
  test('from signing up to signing out, with a QR code read off the screen', async () => {
    const ann = await person(stage());
    await ann.signUp('ann');
    await ann.press(en.manage.addApp);
    const { device, backupCodes } = await ann.enroll();
    await ann.reads(en.manage.said.on);
    expect(device.app).toMatchObject({ issuer: 'Acme', accountName: 'ann' });
    expect(new Set(backupCodes).size).toBe(10);
    await ann.reads('You have 10 backup codes left.');
    await ann.signOut();

    await ann.signIn('ann');
    await ann.sees(en.signIn.title);
    await ann.prove(device, en.shared.continue);
    await ann.sees('Hello, ann');
    await ann.reads(en.manage.events.signed_in_totp);
    await ann.leave();
  });

  test('a backup code signs in once', async () => {
    const dan = await person(stage());
    const { backupCodes } = await dan.quickly.join('dan');
    const signIn = async (): Promise<void> => {
      await dan.signIn('dan');
      await dan.press(en.shared.useBackupCode);
      await dan.fill(en.shared.backupCode, (backupCodes[3] ?? '').toLowerCase());
      await dan.press(en.shared.continue);
    };
    await signIn();
    await dan.sees('Hello, dan');
    await dan.reads('You have 9 backup codes left.');
    await dan.reads(en.manage.events.signed_in_backup_code);
    await signIn();
    await dan.reads(/^That isn’t one of your unused backup codes/);
    await dan.leave();
  });

  test('what is missing or wrong is said beside its field, which has the focus', async () => {
    const eve = await person(stage());
    await eve.open('/');
    await eve.press('Sign in');
    await eve.reads('Enter your password.');
    const name = eve.field('User name');
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    expect(await name.evaluate((input) => input === document.activeElement)).toBe(true);

    await eve.signIn('nobody', 'whatever it is');
    const alert = eve.page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toBe('That user name or password isn’t right.');

    await eve.open('/sign-up');
    await eve.fill('User name', 'E:ve');
    await eve.fill('Password', 'short');
    await eve.press('Create account');
    await eve.reads('Use at least 12 characters');
    await eve.reads('Use 3 to 32 small letters, digits, dots or dashes');
    await eve.leave();
  });

  test('a used code and a wrong one are told apart, and ten wrong ones lock: the page says for how long', async () => {
    const fay = await person(stage());
    const { device } = await fay.quickly.join('fay');
    await fay.signIn('fay');
    await fay.sees(en.signIn.title);
    await fay.fill(en.shared.code, device.app.code(stage().clock()));
    await fay.press(en.shared.continue);
    await fay.reads(en.refusals.code_already_used);
    const token = await fay.page.evaluate(() => JSON.parse(sessionStorage.getItem('sign-in') ?? '{}').mfa_token);
    for (let failure = 1; failure <= 9; failure++) {
      const wrong = { mfa_token: token, code: device.wrongCode() };
      await expect(fay.quickly.post('/api/auth/totp-verify', wrong)).rejects.toThrow('answers 40');
    }
    // The failure that locks is told as one; from then on right and wrong codes are alike.
    await fay.fill(en.shared.code, device.wrongCode());
    await fay.press(en.shared.continue);
    await fay.reads(/^That code isn’t right/);
    await fay.prove(device, en.shared.continue);
    await fay.sees(en.signIn.locked);
    await fay.reads('Too many wrong tries. You can try again in 30 minutes.');

    stage().clock.advance({ minutes: 30 });
    await fay.signIn('fay');
    await fay.sees(en.signIn.title);
    await fay.prove(device, en.shared.continue);
    await fay.sees('Hello, fay');
    await fay.leave();
  });
}
