/** Walks through `mfa-manage` and `mfa-step-up`. */
import { TEST_PASSWORD } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { codesOn, liveLine, toldBy, type Scene } from './scene.ts';

/** Registers them. */
export function manageWalks(scene: () => Scene): void {
  test('removing an app: asked first, with a way back; then said, and the focus is at the heading', async () => {
    const { show, newUser, stage } = scene();
    const { userId, code } = await newUser();
    const page = await show('mfa-manage', userId);
    await page.click({ role: 'button', name: 'Remove Authenticator app' });
    await page.sees({ role: 'heading', name: 'Remove Authenticator app?' });
    expect(await page.text('mfa-manage')).toContain('It’s your last one, so this turns off two-step verification.');
    await page.click({ role: 'button', name: 'Keep it' });
    await page.click({ role: 'button', name: 'Remove Authenticator app' });
    await page.fill({ label: 'Password' }, TEST_PASSWORD);
    await page.fill({ label: 'Code' }, code());
    await page.press('Enter');
    await page.sees({ role: 'heading', name: 'Two-step verification' });
    await page.until('it is off', `() => document.querySelector('.mfa-off') !== null`);
    expect(await liveLine(page)).toBe('Two-step verification is off.');
    expect(await page.focused()).toMatchObject({ name: 'Two-step verification' });
    expect(await toldBy(page)).toEqual(['mfa-changed {"change":"off"}']);
    expect((await stage.mfa.status(userId)).enabled).toBe(false);
    await page.close();
  });

  test('new backup codes: the old ones end when the new ones are shown', async () => {
    const { show, newUser, stage } = scene();
    const { userId, code, backupCodes } = await newUser();
    const page = await show('mfa-manage', userId);
    await page.click({ role: 'button', name: 'Get new codes' });
    await page.fill({ label: 'Password' }, TEST_PASSWORD);
    await page.fill({ label: 'Code' }, code());
    await page.press('Enter');
    await page.sees('.mfa-codes');
    expect(await codesOn(page)).not.toContain(backupCodes[0]);
    await page.click('.mfa-check');
    await page.click({ role: 'button', name: 'Finish' });
    await page.sees({ role: 'heading', name: 'Two-step verification' });
    expect(await liveLine(page)).toBe('Your old backup codes no longer work.');
    await expect(stage.mfa.stepUp(userId, { backupCode: backupCodes[0] ?? '' })).rejects.toMatchObject({
      code: 'invalid_backup_code',
    });
    await page.close();
  });

  test('a browser that is forgotten hands the focus to the next row', async () => {
    const { show, newUser, stage } = scene();
    const { userId, code } = await newUser();
    for (const label of ['First', 'Second', 'Third']) {
      const begun = await stage.logIn(userId);
      await stage.mfa.verify({ token: begun.mfa_token, code: code(), trustDevice: { label } });
      stage.clock.advance({ seconds: 30 });
    }
    const page = await show('mfa-manage', userId);
    await page.click({ role: 'button', name: 'Forget Second' });
    await page.until('it is gone', `() => !document.body.textContent.includes('Forget Second')`);
    expect((await page.focused())?.name).toMatch(/^Forget (?:First|Third|all browsers)$/);
    expect(await liveLine(page)).toBe('Forgotten. That browser will need a code next time.');
    await page.close();
  });

  test('adding an app from here, and back; what was added is said', async () => {
    const { show, newUser } = scene();
    const { userId } = await newUser();
    const page = await show('mfa-manage', userId);
    await page.click({ role: 'button', name: 'Add an app' });
    await page.sees({ role: 'heading', name: 'Confirm it’s you' });
    await page.click({ role: 'button', name: 'Cancel' });
    await page.sees({ role: 'button', name: 'Add an app' });
    expect(await toldBy(page)).toEqual([]);
    await page.close();
  });

  test('seen again, it shows what another tab has changed', async () => {
    const { show, newName, stage } = scene();
    const user = newName();
    const page = await show('mfa-manage', user);
    expect(await page.text('mfa-manage')).toContain('You have no authenticator apps yet.');
    await stage.enroll(user);
    await page.evaluate(`() => document.dispatchEvent(new Event('visibilitychange'))`);
    await page.sees({ role: 'button', name: 'Remove Authenticator app' });
    await page.close();
  });

  test('a slow answer: nothing at first, then that it is loading, at a height that stays', async () => {
    const { show, newUser, stage } = scene();
    const { userId } = await newUser();
    const page = await show('mfa-manage', userId);
    await page.sees('[data-key="regenerate"]');
    stage.pause.ms = 1500;
    try {
      const seen = await page.evaluate<readonly [string, string, boolean]>(`async () => {
        const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
        const element = document.querySelector('mfa-manage');
        element.remove();
        await wait(0);
        document.querySelector('main').append(element);
        await wait(100);
        const first = element.innerText.trim();
        await wait(500);
        return [first, element.innerText.trim(), element.getBoundingClientRect().height >= 192];
      }`);
      expect(seen).toEqual(['', 'Loading…', true]);
    } finally {
      stage.pause.ms = 0;
    }
    await page.sees('[data-key="regenerate"]');
    await page.close();
  });

  test('signed out: one sentence, and a link', async () => {
    const { show, newUser } = scene();
    const { userId } = await newUser();
    const page = await show('mfa-manage', userId);
    await page.sees({ role: 'button', name: 'Add an app' });
    await page.evaluate(`() => {
      document.cookie = 'user=; path=/; max-age=0';
      document.dispatchEvent(new Event('visibilitychange'));
    }`);
    await page.sees({ role: 'link', name: 'Sign in again' });
    expect(await page.text('mfa-manage')).toContain('You’ve been signed out. Sign in again.');
    expect(await toldBy(page)).toEqual(['mfa-signed-out {}']);
    await page.close();
  });

  test('step-up: a dialog asks, Escape cancels and gives the focus back, a right code goes on', async () => {
    const { show, newUser } = scene();
    const { userId, code } = await newUser();
    const page = await show('mfa-step-up', userId);
    await page.click({ role: 'button', name: 'Pay out' });
    await page.sees({ label: 'Code' });
    expect(await page.text('dialog')).toContain('You are about to pay out 100.');
    await page.press('Escape');
    await page.until('it was cancelled', `() => told.length === 1`);
    expect(await toldBy(page)).toEqual(['not paid']);
    expect(await page.focused()).toMatchObject({ tag: 'button', name: 'Pay out' });
    await page.press('Enter');
    await page.fill({ label: 'Code' }, code());
    await page.press('Enter');
    await page.until('it was paid', `() => told.length === 2`);
    expect(await toldBy(page)).toEqual(['not paid', 'paid']);
    expect(await page.count('dialog')).toBe(0);
    await page.close();
  });
}
