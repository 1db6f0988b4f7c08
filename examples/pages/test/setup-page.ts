/** Setup page: what somebody does where the QR code is shown, without reading it off the screen. */
import { en } from '@mfakit/elements/words/en';
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Person } from './person.ts';
import { deviceFor, type Device } from './scan.ts';

/** A setup on a page. */
interface ShownSetup {
  /** A digest of the QR code. */
  readonly picture: string;
  /** One that has taken it up. */
  readonly device: Device;
}

/** The setup that is shown now. */
export async function setupOn(who: Person): Promise<ShownSetup> {
  await who.sees(en.enroll.titleApp);
  const { page, stage } = who;
  const uri = await page.locator('a[href^="otpauth:"]').getAttribute('href');
  const source = await page.getByRole('img', { name: en.enroll.picture }).getAttribute('src');
  const picture = createHash('sha256')
    .update(source ?? '')
    .digest('hex');
  return { picture, device: deviceFor(uri ?? '', stage.clock) };
}

interface Kept {
  readonly owner: string;
  readonly setup: { readonly backup_codes: readonly string[] };
}

async function kept({ page }: Person): Promise<Kept | null> {
  return JSON.parse((await page.evaluate(() => sessionStorage.getItem('mfakit-setup'))) ?? 'null') as Kept | null;
}

/** Whose setup the tab keeps; `undefined`: nobody's. */
export async function keptFor(who: Person): Promise<string | undefined> {
  return (await kept(who))?.owner;
}

/** The backup codes that it keeps. */
export async function keptCodes(who: Person): Promise<readonly string[]> {
  return (await kept(who))?.setup.backup_codes ?? [];
}

/** The backup codes on the screen. */
export async function codesOn(who: Person): Promise<readonly string[]> {
  await who.sees(en.codes.title);
  return who.page.locator('.mfa-codes li').allTextContents();
}

/** Types in a first code. */
export async function confirm(who: Person, code: string): Promise<void> {
  await who.fill(en.shared.code, code);
  await who.press(en.enroll.turnOn);
}

/** Confirms the setup on the page. @returns the backup codes; the tab keeps nothing any more */
export async function confirms(who: Person): Promise<readonly string[]> {
  const { device } = await setupOn(who);
  await confirm(who, device.freshCode());
  const codes = await codesOn(who);
  expect(await keptFor(who)).toBeUndefined();
  return codes;
}

/** A setup that has ended: nothing of it is left on the page or in the tab, and a button leads on. */
export async function ends(who: Person, sentence: string, button: string): Promise<void> {
  await who.sees(en.enroll.ended);
  await who.reads(sentence);
  expect(await keptFor(who)).toBeUndefined();
  expect(await who.page.locator('.mfa-picture, .mfa-key').count()).toBe(0);
  await who.press(button);
}
