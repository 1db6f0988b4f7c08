/** startFirefox: Firefox behind the one interface, by Marionette. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authenticator, Browser, Complaint, Display, LaunchOptions } from './browser.ts';
import { removeFolder, startGuarded } from './guarded-process.ts';
import { connectMarionette, type Marionette } from './marionette.ts';
import { pageOver } from './page.ts';
import { webDriverTabs } from './web-driver.ts';

const STARTUP_LIMIT_MS = 60_000;

/** The system gives the port. Nothing asks another host for anything, no page asks for an icon, nothing loads ahead. */
const PREFERENCES = {
  'marionette.port': 0,
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.chrome.site_icons': false,
  'browser.newtab.preload': false,
  'browser.newtabpage.enabled': false,
  'browser.safebrowsing.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.ipc.processPrelaunch.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'messaging-system.rsexperimentloader.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
  // Windows as narrow as a phone, by the style sheet below.
  'toolkit.legacyUserProfileCustomizations.stylesheets': true,
  // Virtual authenticators, and no others.
  'security.webauth.webauthn_enable_softtoken': true,
  'security.webauth.webauthn_enable_usbtoken': false,
};
const NARROW = '#main-window, body { min-width: 0 !important }';

/** Runs in each process of pages, and tells the browser's own process what pages complain about. */
const LISTENER = `
const tell = (kind, text, url) => sendAsyncMessage('mfakit:complaint', { kind, text, url });
addEventListener('DOMWindowCreated', ({ target }) => {
  const window = target.defaultView;
  const here = () => window.location.href;
  window.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
    tell('violation', [effectiveDirective, blockedURI, sample].join(' ').trim(), here()), true);
  window.addEventListener('error', ({ message }) => message && tell('exception', message, here()));
  window.addEventListener('unhandledrejection', ({ reason }) => tell('exception', String(reason), here()));
}, true);
const log = Cc['@mozilla.org/consoleAPI-storage;1'].getService(Ci.nsIConsoleAPIStorage);
const listen = ({ wrappedJSObject: { level, arguments: values, innerID } }) => {
  // Several pages may share this process, and the browser writes here, too.
  if (level === 'error' && innerID === content?.windowGlobalChild?.innerWindowId)
    tell('console', values.map(String).join(' '), content.location.href);
};
log.addLogEventListener(listen, Services.scriptSecurityManager.getSystemPrincipal());
addEventListener('unload', ({ target }) => { if (target === this) log.removeLogEventListener(listen); });
`;

const SHARED = 'Services.ppmm.sharedData';

const COLLECT = `() => {
  ${SHARED}.set('mfakit', []);
  Services.mm.addMessageListener('mfakit:complaint', ({ data }) => {
    ${SHARED}.set('mfakit', [...${SHARED}.get('mfakit'), data]);
  });
  Services.mm.loadFrameScript('data:application/javascript;charset=utf-8,' + encodeURIComponent(${JSON.stringify(LISTENER)}), true);
}`;

/** Starts it, without a window that anybody sees. */
export async function startFirefox({ display = {} }: LaunchOptions): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-firefox-'));
  const profile = join(folder, 'profile');
  mkdirSync(join(profile, 'chrome'), { recursive: true });
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
  writeFileSync(join(profile, 'user.js'), lines.join('\n'));
  writeFileSync(join(profile, 'chrome/userChrome.css'), NARROW);
  const flags = ['--marionette', '--headless', '--no-remote', '--remote-allow-system-access', '--profile', profile];
  const firefox = startGuarded('firefox-esr', flags, {
    folder,
    stdio: 'ignore',
    // Its helper for crashes would be a process outside the group.
    env: { ...process.env, HOME: folder, MOZ_CRASHREPORTER_DISABLE: '1' },
  });
  const end = async (): Promise<void> => {
    await firefox.end();
    removeFolder(folder);
  };
  try {
    const marionette = await connectMarionette(await activePort(profile, () => firefox.child.exitCode !== null));
    return await browserOver(marionette, display, end);
  } catch (error) {
    await end();
    throw error;
  }
}

async function activePort(profile: string, hasEnded: () => boolean): Promise<number> {
  const deadline = Date.now() + STARTUP_LIMIT_MS;
  while (Date.now() < deadline && !hasEnded()) {
    try {
      const port = Number(readFileSync(join(profile, 'MarionetteActivePort'), 'utf8'));
      if (port > 0) return port;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('Firefox did not start.');
}

async function browserOver(marionette: Marionette, display: Display, end: () => Promise<void>): Promise<Browser> {
  const { send } = marionette;
  const session = (await send('WebDriver:NewSession', { capabilities: {} })) as {
    readonly capabilities: { readonly browserVersion: string };
  };

  /** Runs a function in the browser's own process, in the window that commands go to. */
  async function inBrowser(source: string, ...args: readonly unknown[]): Promise<unknown> {
    await send('Marionette:SetContext', { value: 'chrome' });
    try {
      return valueOf(await send('WebDriver:ExecuteScript', { script: `return (${source})(...arguments);`, args }));
    } finally {
      await send('Marionette:SetContext', { value: 'content' });
    }
  }

  const set = (properties: Readonly<Record<string, unknown>>): Promise<unknown> =>
    inBrowser('(given) => { Object.assign(gBrowser.selectedBrowser.browsingContext, given); }', properties);

  const tabs = await webDriverTabs({
    send: async (command, parameters) => valueOf(await send(`WebDriver:${command}`, parameters)),
    raise: async (handle) => {
      await send('WebDriver:SwitchToWindow', { handle, focus: true });
    },
    extras: (inTab) => ({
      setDisplay: ({ colorScheme = 'light', reducedMotion = false, forcedColors = false }) =>
        inTab(async () => {
          await set({
            prefersColorSchemeOverride: colorScheme,
            prefersReducedMotionOverride: reducedMotion ? 'reduce' : 'none',
            forcedColorsOverride: forcedColors ? 'active' : 'none',
          });
        }),
      setOffline: (forceOffline) =>
        inTab(async () => {
          await set({ forceOffline });
        }),
      addAuthenticator: (options = {}) =>
        inTab(() => addAuthenticator(marionette, inTab, options.userVerified ?? true)),
    }),
  });
  await inBrowser(COLLECT);

  return {
    engine: 'firefox',
    version: session.capabilities.browserVersion,
    async open(url, viewport = { width: 1280, height: 800 }) {
      const tab = await tabs.open(viewport);
      await tab.setDisplay(display);
      await tab.goto(url);
      return pageOver(tab);
    },
    async complaints() {
      // What pages told before this is here once they have answered.
      await Promise.all(tabs.list().map((tab) => tab.evaluate('() => 0', [])));
      return (await tabs.alone(() => inBrowser(`() => ${SHARED}.get('mfakit')`))) as readonly Complaint[];
    },
    async close() {
      marionette.close();
      await end();
    },
  };
}

/** Some answers are the value, others hold it. */
function valueOf(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'value' in answer ? answer.value : answer;
}

async function addAuthenticator(
  { send }: Marionette,
  inTab: <T>(work: () => Promise<T>) => Promise<T>,
  isUserVerified: boolean,
): Promise<Authenticator> {
  const authenticatorId = valueOf(
    await send('WebAuthn:AddVirtualAuthenticator', {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserConsenting: true,
      isUserVerified,
    }),
  );
  const ask = (command: string, parameters = {}): Promise<unknown> =>
    inTab(async () => valueOf(await send(`WebAuthn:${command}`, { authenticatorId, ...parameters })));
  return {
    async credentialIds() {
      const credentials = (await ask('GetCredentials')) as readonly { readonly credentialId: string }[];
      return credentials.map(({ credentialId }) => credentialId);
    },
    async setUserVerified(verified) {
      await ask('SetUserVerified', { isUserVerified: verified });
    },
    async remove() {
      await ask('RemoveVirtualAuthenticator');
    },
  };
}
