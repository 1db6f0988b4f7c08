/** Walks over devices and backup codes of somebody who is signed in. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person, type Person } from '../person.ts';
import { PASSWORD } from '../routes.ts';
import { scanQrCode, type Device } from '../scan.ts';

/** Password and a fresh code, as the pages ask for them before they change anything. */
async function prove(who: Person, device: Device, button: string): Promise<void> {
  await who.fill('Password', PASSWORD);
  await who.fill('Code from your authenticator app', device.freshCode());
  await who.press(button);
}

export function deviceWalks(stage: () => Stage): void {
  test('a second device signs in, and the first one can go', async () => {
    const gus = await person(stage());
    const { device: phone } = await gus.quickly.join('gus');
    await gus.open('/account');

    await gus.follow('Add a device');
    await gus.sees('Add a device');
    await gus.fill('Name of the new device', 'Tablet');
    await prove(gus, phone, 'Go on');
    await gus.sees('Set up your authenticator app');
    const tablet = await scanQrCode(gus.page, stage().clock);
    expect([phone.app.accountName, tablet.app.accountName]).toEqual(['gus', 'gus (Tablet)']);
    await gus.fill('Code from the app', tablet.freshCode());
    await gus.press('Turn on');
    await gus.reads('The device was added.');
    await gus.reads('Tablet');

    await gus.signIn('gus');
    await gus.sees('Confirm that it is you');
    await gus.fill('Code from your authenticator app', tablet.freshCode());
    await gus.press('Sign in');
    await gus.sees('Hello, gus');

    await gus.follow('Remove Authenticator app');
    await gus.sees('Remove Authenticator app');
    await prove(gus, tablet, 'Remove');
    await gus.reads('The device was removed.');
    expect(await gus.page.locator('#devices li').count()).toBe(1);

    await gus.signIn('gus');
    await gus.fill('Code from your authenticator app', phone.freshCode());
    await gus.press('Sign in');
    await gus.reads('Invalid code');
    await gus.leave();
  });

  test('codes arrive whole, however they are pasted', async () => {
    const ivy = await person(stage());
    const paste = async (label: string, text: string): Promise<void> => {
      // As from the clipboard: unlike `fill`, it stops where the field has a longest length.
      await ivy.page.getByLabel(label).focus();
      await ivy.page.keyboard.insertText(text);
    };
    const { device, backupCodes } = await ivy.quickly.join('ivy');
    await ivy.signIn('ivy');
    await ivy.sees('Confirm that it is you');
    const [first, second] = device.freshCode().match(/.../g) ?? [];
    await paste('Code from your authenticator app', `\u2068 1. \u201C${first}\u00A0\u2013 ${second}\u201D,\u2069`);
    await ivy.press('Sign in');
    await ivy.sees('Hello, ivy');
    await ivy.signIn('ivy');
    await ivy.press('Use a backup code instead');
    await paste('Backup code', `\u2022 10) "${(backupCodes[9] ?? '').replaceAll('-', ' \u2013 ')}", `);
    await ivy.press('Sign in');
    await ivy.sees('Hello, ivy');
    await ivy.leave();
  });

  test('someone without a password is never asked for one', async () => {
    const joy = await person(stage());
    const { device } = await joy.quickly.join('joy');
    const account = await stage().acme.accounts.byName('joy');
    await stage().acme.accounts.setPassword(account?.id ?? '', null);
    for (const [link, button, heading] of [
      ['Add a device', 'Go on', 'Set up your authenticator app'],
      ['Get new backup codes', 'Get new codes', 'Save your backup codes'],
      ['Turn off two-step verification', 'Turn off', 'Hello, joy'],
    ] as const) {
      await joy.open('/account');
      await joy.follow(link);
      await joy.sees(link);
      await joy.page.getByLabel('Code from your authenticator app').waitFor();
      await joy.page.getByLabel('Password').waitFor({ state: 'detached' });
      if (link === 'Add a device') await joy.fill('Name of the new device', 'Tablet');
      await joy.fill('Code from your authenticator app', device.freshCode());
      await joy.press(button);
      await joy.sees(heading);
    }
    await joy.reads('Two-step verification is off.');
    await joy.leave();
  });

  test('new backup codes replace the old ones', async () => {
    const hal = await person(stage());
    const { device, backupCodes: old } = await hal.quickly.join('hal');
    await hal.open('/account');
    await hal.follow('Get new backup codes');
    await hal.sees('Get new backup codes');
    await hal.fill('Password', 'not the password');
    await hal.fill('Code from your authenticator app', device.freshCode());
    await hal.press('Get new codes');
    await hal.reads('Invalid password');
    await prove(hal, device, 'Get new codes');
    await hal.sees('Save your backup codes');
    const fresh = await hal.page.getByRole('list', { name: 'Backup codes' }).getByRole('listitem').allTextContents();
    expect(fresh).toHaveLength(10);
    expect(fresh.filter((code) => old.includes(code))).toEqual([]);

    await hal.signIn('hal');
    await hal.press('Use a backup code instead');
    await hal.fill('Backup code', old[0] ?? '');
    await hal.press('Sign in');
    await hal.reads('Invalid backup code');
    await hal.fill('Backup code', fresh[0] ?? '');
    await hal.press('Sign in');
    await hal.sees('Hello, hal');
    await hal.leave();
  });

  test('turning it off ends the other sessions, and the password alone signs in again', async () => {
    const ida = await person(stage());
    const { device } = await ida.quickly.join('ida');
    await ida.open('/account');

    const elsewhere = await person(stage());
    await elsewhere.quickly.signIn('ida', device);
    await elsewhere.open('/account');
    await elsewhere.sees('Hello, ida');

    await ida.follow('Turn off two-step verification');
    await ida.sees('Turn off two-step verification');
    await prove(ida, device, 'Turn off');
    await ida.reads('Two-step verification is off.');

    await elsewhere.open('/account');
    await elsewhere.sees('Sign in');
    await elsewhere.signIn('ida');
    await elsewhere.sees('Hello, ida');
    await elsewhere.leave();
    await ida.leave();
  });
}
