/** startChromium: Chromium behind the one interface, by its debugging protocol. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession, ElementHandle, Page as PlaywrightPage } from 'playwright-core';
import type { Authenticator, Browser, Complaint, Display, Json, LaunchOptions, Tab } from './browser.ts';
import { guardFolder, removeFolder } from './guarded-process.ts';
import { RECORDER } from './in-page.ts';
import { launchChromiumProfile } from './launch-chromium.ts';
import { pageOver } from './page.ts';

/** Starts it. It ends when its pipe to this process does, so only its profile needs a guard. */
export async function startChromium({ display = {}, cpuSlowdown = 1 }: LaunchOptions): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-chromium-profile-'));
  const dismiss = guardFolder(folder);
  const context = await launchChromiumProfile(folder);
  const complaints: Complaint[] = [];
  await context.exposeBinding('mfakitTell', (_source, complaint: Complaint) => complaints.push(complaint));
  await context.addInitScript(RECORDER);
  return {
    engine: 'chromium',
    version: context.browser()?.version() ?? '',
    async open(url, viewport = { width: 1280, height: 800 }) {
      const page = await context.newPage();
      if (cpuSlowdown !== 1) {
        const tools = await context.newCDPSession(page);
        await tools.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown });
      }
      const tab = tabOf(page);
      await tab.setViewport(viewport);
      await tab.setDisplay(display);
      await tab.goto(url);
      return pageOver(tab);
    },
    async complaints() {
      // What pages told before this is here once they have answered.
      await Promise.all(context.pages().map((page) => page.evaluate('0').catch(() => undefined)));
      return complaints;
    },
    async close() {
      await context.close();
      dismiss();
      removeFolder(folder);
    },
  };
}

function call(source: string, args: readonly Json[]): string {
  return `(${source})(...${JSON.stringify(args)})`;
}

function tabOf(page: PlaywrightPage): Tab {
  return {
    async goto(url) {
      await page.goto(url);
    },
    async reload() {
      await page.reload();
    },
    async back() {
      await page.goBack();
    },
    close: () => page.close(),
    evaluate: (source, args) => page.evaluate(call(source, args)),
    async clickOn(source, args) {
      // Playwright's own types need those of the DOM here.
      const element = (await page.evaluateHandle(call(source, args))).asElement() as ElementHandle | null;
      if (element === null) throw new Error('The element has gone.');
      await element.click();
    },
    type: (text) => page.keyboard.type(text),
    async press(...keys) {
      for (const key of keys) await page.keyboard.press(key);
    },
    screenshot: () => page.screenshot(),
    setViewport: (viewport) => page.setViewportSize(viewport),
    setDisplay: ({ colorScheme = 'light', reducedMotion = false, forcedColors = false }: Display) =>
      page.emulateMedia({
        colorScheme,
        reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
        forcedColors: forcedColors ? 'active' : 'none',
      }),
    setOffline: (offline) => page.context().setOffline(offline),
    async addAuthenticator(options = {}) {
      const tools = await page.context().newCDPSession(page);
      return addAuthenticator(tools, options.userVerified ?? true);
    },
    deleteCookies: () => page.context().clearCookies(),
  };
}

async function addAuthenticator(tools: CDPSession, isUserVerified: boolean): Promise<Authenticator> {
  await tools.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId } = await tools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified,
      automaticPresenceSimulation: true,
    },
  });
  return {
    async credentialIds() {
      const { credentials } = await tools.send('WebAuthn.getCredentials', { authenticatorId });
      return credentials.map(({ credentialId }) => Buffer.from(credentialId, 'base64').toString('base64url'));
    },
    async setUserVerified(verified) {
      await tools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: verified });
    },
    async remove() {
      await tools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
    },
  };
}
