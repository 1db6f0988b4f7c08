/** Walks of people who use no mouse, or a narrow screen, or a screen reader. */
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person } from '../person.ts';
import { PASSWORD } from '../routes.ts';
import { scanQrCode } from '../scan.ts';

/** Presses of Tab after which something must have come up. */
const MAX_TABS = 25;

export function accessWalks(stage: () => Stage): void {
  test('everything from signing up to the second step goes with the keyboard alone', async () => {
    const quy = await person(stage());
    const { page } = quy;
    const { keyboard } = page;
    /** Moves on until the focus is on something with this name, as a screen reader would call it. */
    const tabTo = async (name: string): Promise<void> => {
      const target = page.locator(':focus');
      for (let tabs = 0; tabs < MAX_TABS; tabs++) {
        await keyboard.press('Tab');
        const found = await target.evaluateAll(
          ([element], wanted) =>
            element instanceof HTMLInputElement
              ? element.labels?.[0]?.textContent === wanted
              : element?.textContent?.trim() === wanted,
          name,
        );
        if (found) return;
      }
      throw new Error(`No way to ${name} with the keyboard.`);
    };
    const type = async (label: string, text: string): Promise<void> => {
      await tabTo(label);
      await keyboard.type(text);
    };

    await quy.open('/');
    await tabTo('Create an account');
    await keyboard.press('Enter');
    await quy.sees('Create an account');
    await type('User name', 'quy');
    await type('Password', PASSWORD);
    await keyboard.press('Enter');
    await quy.sees('Hello, quy');
    await tabTo('Turn on');
    await keyboard.press('Enter');
    await quy.sees('Set up your authenticator app');
    // The heading of a new step has the focus, so a screen reader goes on from there.
    expect(await page.locator(':focus').textContent()).toBe('Set up your authenticator app');
    const device = await scanQrCode(page, stage().clock);
    await type('Code from the app', device.freshCode());
    await keyboard.press('Enter');
    await quy.sees('Save your backup codes');
    const [code = ''] = await page.locator('#codes li').allTextContents();
    await tabTo('I have saved them');
    await keyboard.press('Enter');
    await quy.sees('Hello, quy');
    await tabTo('Sign out');
    await keyboard.press('Enter');

    await quy.sees('Sign in');
    await type('User name', 'quy');
    await type('Password', PASSWORD);
    await keyboard.press('Enter');
    await quy.sees('Confirm that it is you');
    await tabTo('Use a backup code instead');
    await keyboard.press('Enter');
    await keyboard.type(code);
    await keyboard.press('Enter');
    await quy.sees('Hello, quy');
    await quy.leave();
  });

  test('fields tell browsers, phones and password managers what they are', async () => {
    const ria = await person(stage());
    await ria.open('/');
    const attributes = async (label: string, names: readonly string[]): Promise<readonly (string | null)[]> =>
      Promise.all(names.map(async (name) => ria.page.getByLabel(label).getAttribute(name)));
    expect(await attributes('User name', ['autocomplete'])).toEqual(['username webauthn']);
    expect(await attributes('Password', ['autocomplete', 'type'])).toEqual(['current-password', 'password']);
    await ria.quickly.signUp('ria');
    await ria.open('/enroll');
    await ria.sees('Set up your authenticator app');
    expect(await attributes('Code from the app', ['autocomplete', 'inputmode'])).toEqual(['one-time-code', 'numeric']);
    await ria.quickly.enroll();
    await ria.signIn('ria');
    await ria.sees('Confirm that it is you');
    const label = 'Code from your authenticator app';
    expect(await attributes(label, ['autocomplete', 'inputmode'])).toEqual(['one-time-code', 'numeric']);
    expect(await ria.page.getByLabel(label).evaluate((input) => input === document.activeElement)).toBe(true);
    await ria.leave();
  });
}
