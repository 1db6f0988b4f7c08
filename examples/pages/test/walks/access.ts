/** Walks of people who use no mouse, or a narrow screen, or a screen reader. */
import { en } from '@mfakit/elements/words/en';
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
        const found = await target.evaluateAll(
          ([element], wanted) =>
            element instanceof HTMLInputElement
              ? element.labels?.[0]?.textContent === wanted
              : element?.textContent?.trim() === wanted,
          name,
        );
        if (found) return;
        await keyboard.press('Tab');
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
    await tabTo(en.manage.addApp);
    await keyboard.press('Enter');
    await quy.sees(en.enroll.titleApp);
    // The heading of a new step has the focus, so a screen reader goes on from there.
    expect(await page.locator(':focus').textContent()).toBe(en.enroll.titleApp);
    const device = await scanQrCode(page, stage().clock);
    await type(en.shared.code, device.freshCode());
    await keyboard.press('Enter');
    await quy.sees(en.codes.title);
    const [code = ''] = await page.locator('.mfa-codes li').allTextContents();
    await tabTo(en.codes.saved);
    await keyboard.press('Space');
    await tabTo(en.codes.finish);
    await keyboard.press('Enter');
    await quy.reads(en.manage.said.on);
    await tabTo('Sign out');
    await keyboard.press('Enter');

    await quy.sees('Sign in');
    await type('User name', 'quy');
    await type('Password', PASSWORD);
    await keyboard.press('Enter');
    await quy.sees(en.signIn.title);
    await tabTo(en.shared.useBackupCode);
    await keyboard.press('Enter');
    await keyboard.type(code);
    await keyboard.press('Enter');
    await quy.sees('Hello, quy');
    await quy.leave();
  });

  test('fields tell browsers, phones and password managers what they are, and the first one has the focus', async () => {
    const ria = await person(stage());
    await ria.open('/');
    const attributes = async (label: string, names: readonly string[]): Promise<readonly (string | null)[]> =>
      Promise.all(names.map(async (name) => ria.field(label).getAttribute(name)));
    const hasFocus = async (label: string): Promise<boolean> =>
      ria.field(label).evaluate((input) => input === document.activeElement);
    expect(await attributes('User name', ['autocomplete'])).toEqual(['username webauthn']);
    expect(await hasFocus('User name')).toBe(true);
    expect(await attributes('Password', ['autocomplete', 'type'])).toEqual(['current-password', 'password']);
    await ria.fill('Password', PASSWORD);
    await ria.press('Show password');
    expect(await attributes('Password', ['type'])).toEqual(['text']);
    await ria.press('Hide password');
    expect(await attributes('Password', ['type'])).toEqual(['password']);
    await ria.quickly.join('ria');
    await ria.signIn('ria');
    await ria.sees(en.signIn.title);
    expect(await attributes(en.shared.code, ['autocomplete', 'inputmode'])).toEqual(['one-time-code', 'numeric']);
    expect(await hasFocus(en.shared.code)).toBe(true);
    await ria.leave();
  });
}
