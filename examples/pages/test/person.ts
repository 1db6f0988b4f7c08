/** Person: somebody with a browser of their own, who does what the pages let them do. */
import { en } from '@mfakit/elements/words/en';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Stage } from './example.ts';
import { PASSWORD, routesOf, type Enrolled, type Routes } from './routes.ts';
import { scanQrCode, type Device } from './scan.ts';
import { watch } from './watch.ts';

/** Nothing here takes this long, on a busy machine either. */
const PATIENCE_MS = 15_000;

/** In a zone that the server does not share. */
export const LOCALE = { locale: 'en-GB', timezoneId: 'America/New_York' } as const;

/** Somebody at a browser. */
export interface Person {
  readonly stage: Stage;
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained of. */
  readonly complaints: readonly string[];
  /** What brings them to where a walk begins, without the pages. */
  readonly quickly: Routes;
  open(path: string): Promise<void>;
  /** Waits for a heading of a page or an element. */
  sees(heading: string | RegExp): Promise<void>;
  field(label: string): Locator;
  fill(label: string, text: string): Promise<void>;
  /** Gives what an element asks for before it goes on: a code, and the password where there is a field for it. */
  prove(device: Device, button: string, password?: string): Promise<void>;
  press(name: string | RegExp): Promise<void>;
  follow(name: string | RegExp): Promise<void>;
  /** Waits for a text on the page. */
  reads(text: string | RegExp): Promise<Locator>;
  signUp(userName: string): Promise<void>;
  /** Gives user name and password. */
  signIn(userName: string, password?: string): Promise<void>;
  signOut(): Promise<void>;
  /** From the QR code to the backup codes, and on. */
  enroll(): Promise<Enrolled>;
  /** Says that the backup codes on the screen are saved. */
  saveCodes(): Promise<void>;
  /**
   * The same person in another tab of the same browser.
   * @param opens - what opens the tab; by default they do
   */
  inAnotherTab(opens?: () => Promise<unknown>): Promise<Person>;
  leave(): Promise<void>;
}

/** Somebody new, with a fresh browser profile. */
export async function person(stage: Stage, options: Parameters<Browser['newContext']>[0] = {}): Promise<Person> {
  const context = await stage.browser.newContext({ baseURL: stage.url, ...LOCALE, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const complaints = watch(context);
  return at(await context.newPage(), { stage, complaints });
}

/** Somebody who looks at a page. */
function at(page: Page, shared: { readonly stage: Stage; readonly complaints: readonly string[] }): Person {
  const { stage, complaints } = shared;
  const context = page.context();
  const self: Person = {
    stage,
    page,
    context,
    complaints,
    quickly: routesOf(context.request, stage),
    async open(path) {
      await page.goto(path);
    },
    async sees(heading) {
      await page.getByRole('heading', { name: heading, ...exactly(heading) }).waitFor();
    },
    // Sections bear labels, too.
    field: (label) => page.locator('input').and(page.getByLabel(label, { exact: true })),
    fill: (label, text) => self.field(label).fill(text),
    async prove(device, button, password = PASSWORD) {
      const asked = self.field(en.shared.password);
      await self.field(en.shared.code).waitFor();
      if (await asked.isVisible()) await asked.fill(password);
      await self.fill(en.shared.code, device.freshCode());
      await self.press(button);
    },
    press: (name) => page.getByRole('button', { name, ...exactly(name) }).click(),
    follow: (name) =>
      page
        .getByRole('link', { name, ...exactly(name) })
        .first()
        .click(),
    async reads(text) {
      const found = page.getByText(text).first();
      await found.waitFor();
      return found;
    },
    async signUp(userName) {
      await self.open('/sign-up');
      await self.fill('User name', userName);
      await self.fill('Password', PASSWORD);
      await self.press('Create account');
      await self.sees(`Hello, ${userName}`);
    },
    async signIn(userName, password = PASSWORD) {
      await self.open('/');
      await self.fill('User name', userName);
      await self.fill('Password', password);
      await self.press('Sign in');
    },
    async signOut() {
      await self.press('Sign out');
      await self.sees('Sign in');
    },
    async enroll() {
      await self.sees(en.enroll.titleApp);
      const device = await scanQrCode(page, stage.clock);
      await self.fill(en.shared.code, device.freshCode());
      await self.press(en.enroll.turnOn);
      await self.sees(en.codes.title);
      const backupCodes = await page.locator('.mfa-codes li').allTextContents();
      await self.saveCodes();
      return { device, backupCodes };
    },
    async saveCodes() {
      await self.field(en.codes.saved).check();
      await self.press(en.codes.finish);
    },
    async inAnotherTab(opens = () => context.newPage()) {
      const [other] = await Promise.all([context.waitForEvent('page'), opens()]);
      return at(other, shared);
    },
    async leave() {
      await context.close();
      expect(complaints).toEqual([]);
    },
  };
  return self;
}

/** Texts are the whole name of something; patterns may be a part of it. */
function exactly(name: string | RegExp): { readonly exact?: true } {
  return typeof name === 'string' ? { exact: true } : {};
}
