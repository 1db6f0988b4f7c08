/** Setup page: what somebody does on the page with the QR code, without reading it off the screen. */
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
  await who.sees('Set up your authenticator app');
  const { page, stage } = who;
  const uri = await page.locator('#open-app').getAttribute('href');
  const source = await page.locator('#qr').getAttribute('src');
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
  return JSON.parse((await page.evaluate(() => sessionStorage.getItem('setup'))) ?? 'null') as Kept | null;
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
  await who.sees('Save your backup codes');
  return who.page.locator('#codes li').allTextContents();
}

/** Types in a first code. */
export async function confirm(who: Person, code: string): Promise<void> {
  await who.fill('Code from the app', code);
  await who.press('Turn on');
}

/** Confirms the setup on the page. @returns the backup codes; the tab keeps nothing any more */
export async function confirms(who: Person): Promise<readonly string[]> {
  const { device } = await setupOn(who);
  await confirm(who, device.freshCode());
  const codes = await codesOn(who);
  expect(await keptFor(who)).toBeUndefined();
  return codes;
}

/** A setup that has ended: nothing of it is left on the page or in the tab, and a button begins another. */
export async function startsAgain(who: Person, sentence: string): Promise<void> {
  await who.sees('This QR code is no longer good');
  await who.reads(sentence);
  expect(await keptFor(who)).toBeUndefined();
  expect(await who.page.locator('#qr, #secret').count()).toBe(0);
  await who.press('Start again here');
}

/** In the tab of a setup after which another was begun. */
export const REPLACED = 'You started again in another tab or window. Go on there, or start again here.';
/** In the tab of one that is confirmed. */
export const CONFIRMED = 'This setup is complete already. Your device is set up: go on.';
/** In the tab of one, after another was confirmed. */
export const ANOTHER_CONFIRMED = 'Two-step verification was turned on in another tab or window: go on.';
