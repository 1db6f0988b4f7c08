/** Walks over apps and backup codes of somebody who is signed in. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import { en } from '@mfakit/elements/words/en';
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person } from '../person.ts';
import { scanQrCode } from '../scan.ts';

export function deviceWalks(stage: () => Stage): void {
  test('a second app signs in, and the first one can go', async () => {
    const gus = await person(stage());
    const { device: phone } = await gus.quickly.join('gus');
    await gus.open('/security');

    await gus.press(en.manage.addApp);
    await gus.sees(en.enroll.proofTitle);
    await gus.fill(en.shared.name, 'Tablet');
    await gus.prove(phone, en.shared.continue);
    await gus.sees(en.enroll.titleApp);
    const tablet = await scanQrCode(gus.page, stage().clock);
    expect([phone.app.accountName, tablet.app.accountName]).toEqual(['gus', 'gus (Tablet)']);
    await gus.fill(en.shared.code, tablet.freshCode());
    await gus.press(en.enroll.addApp);
    await gus.reads('Tablet added.');

    await gus.signIn('gus');
    await gus.sees(en.signIn.title);
    await gus.prove(tablet, en.shared.continue);
    await gus.sees('Hello, gus');

    await gus.press('Remove Authenticator app');
    await gus.sees('Remove Authenticator app?');
    await gus.prove(tablet, 'Remove Authenticator app');
    await gus.reads('Authenticator app removed.');
    expect(await gus.page.getByRole('button', { name: /^Remove/ }).allTextContents()).toEqual(['Remove Tablet']);

    await gus.signIn('gus');
    await gus.prove(phone, en.shared.continue);
    await gus.reads(/^That code isn’t right/);
    await gus.leave();
  });

  test('codes arrive whole, however they are pasted', async () => {
    const ivy = await person(stage());
    const paste = async (label: string, text: string): Promise<void> => {
      // As from the clipboard: unlike `fill`, it stops where the field has a longest length.
      await ivy.field(label).focus();
      await ivy.page.keyboard.insertText(text);
    };
    const { device, backupCodes } = await ivy.quickly.join('ivy');
    await ivy.signIn('ivy');
    await ivy.sees(en.signIn.title);
    const [first, second] = device.freshCode().match(/.../g) ?? [];
    await paste(en.shared.code, `\u2068 1. \u201C${first}\u00A0\u2013 ${second}\u201D,\u2069`);
    await ivy.press(en.shared.continue);
    await ivy.sees('Hello, ivy');
    await ivy.signIn('ivy');
    await ivy.press(en.shared.useBackupCode);
    await paste(en.shared.backupCode, `\u2022 10) "${(backupCodes[9] ?? '').replaceAll('-', ' \u2013 ')}", `);
    await ivy.press(en.shared.continue);
    await ivy.sees('Hello, ivy');
    await ivy.leave();
  });

  test('someone without a password is never asked for one', async () => {
    const joy = await person(stage());
    const { device } = await joy.quickly.join('joy');
    const account = await stage().acme.accounts.byName('joy');
    await stage().acme.accounts.setPassword(account?.id ?? '', null);
    for (const [button, heading, submit, then] of [
      [en.manage.addApp, en.enroll.proofTitle, en.shared.continue, en.enroll.titleApp],
      [en.manage.newCodes, en.manage.newCodesAsk, en.manage.newCodes, en.codes.title],
      [en.manage.turnOff, en.manage.turnOffAsk, en.manage.turnOff, en.manage.title],
    ] as const) {
      await joy.open('/security');
      await joy.press(button);
      await joy.sees(heading);
      await joy.field(en.shared.code).waitFor();
      expect(await joy.field(en.shared.password).count()).toBe(0);
      await joy.fill(en.shared.code, device.freshCode());
      await joy.press(submit);
      await joy.sees(then);
      if (then === en.codes.title) await joy.saveCodes();
    }
    await joy.reads(en.manage.said.off);
    await joy.leave();
  });

  test('new backup codes replace the old ones', async () => {
    const hal = await person(stage());
    const { device, backupCodes: old } = await hal.quickly.join('hal');
    await hal.open('/security');
    await hal.press(en.manage.newCodes);
    await hal.sees(en.manage.newCodesAsk);
    await hal.prove(device, en.manage.newCodes, 'not the password');
    await hal.reads(/^That password isn’t right/);
    await hal.prove(device, en.manage.newCodes);
    await hal.sees(en.codes.title);
    const fresh = await hal.page.locator('.mfa-codes li').allTextContents();
    expect(fresh).toHaveLength(10);
    expect(fresh.filter((code) => old.includes(code))).toEqual([]);
    // On paper: the codes, whose they are, and nothing to click.
    await hal.page.emulateMedia({ media: 'print' });
    expect(await hal.page.getByText(fresh[0] ?? '', { exact: true }).isVisible()).toBe(true);
    expect(await hal.page.getByText(/^Acme backup codes for hal/).isVisible()).toBe(true);
    expect(await hal.page.locator('button:visible, a:visible').allTextContents()).toEqual([]);
    await hal.page.emulateMedia({ media: 'screen' });
    await hal.saveCodes();
    await hal.reads(en.manage.said.regenerated);

    await hal.signIn('hal');
    await hal.press(en.shared.useBackupCode);
    await hal.fill(en.shared.backupCode, old[0] ?? '');
    await hal.press(en.shared.continue);
    await hal.reads(/^That isn’t one of your unused backup codes/);
    await hal.fill(en.shared.backupCode, fresh[0] ?? '');
    await hal.press(en.shared.continue);
    await hal.sees('Hello, hal');
    await hal.leave();
  });

  test('turning it off ends the other sessions, and the password alone signs in again', async () => {
    const ida = await person(stage());
    const { device } = await ida.quickly.join('ida');
    await ida.open('/security');

    const elsewhere = await person(stage());
    await elsewhere.quickly.signIn('ida', device);
    await elsewhere.open('/security');
    await elsewhere.sees('Hello, ida');

    await ida.press(en.manage.turnOff);
    await ida.sees(en.manage.turnOffAsk);
    await ida.prove(device, en.manage.turnOff);
    await ida.reads(en.manage.said.off);

    // On the page that is open there, the next click says so.
    await elsewhere.press(en.manage.addPasskey);
    await elsewhere.reads(en.refusals.not_signed_in);
    await elsewhere.follow(en.shared.signIn);
    await elsewhere.signIn('ida');
    await elsewhere.sees('Hello, ida');
    await elsewhere.leave();
    await ida.leave();
  });
}
