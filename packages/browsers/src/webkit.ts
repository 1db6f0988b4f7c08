/** startWebkit: WebKitGTK behind the one interface, by WebKitWebDriver and the MiniBrowser that comes with it. */
import { mkdirSync, mkdtempSync, readdirSync, existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@mfakit/postgres-server';
import type { Browser, Complaint, LaunchOptions, Tab } from './browser.ts';
import { removeFolder, startGuarded, type GuardedProcess } from './guarded-process.ts';
import { RECORDER } from './in-page.ts';
import { pageOver } from './page.ts';
import { webDriverTabs, type Command, type Send } from './web-driver.ts';
import { startXServer, type XServer } from './x-server.ts';

const STARTUP_LIMIT_MS = 30_000;

/** Nothing around the page takes room, so windows can be as narrow as a phone. */
const GTK_STYLE = '* { min-width: 0px; min-height: 0px; padding: 0px; margin: 0px; border-width: 0px; font-size: 1px }';

/** Where windows are that are not in front: below all of the screen. */
const ASIDE = { x: 0, y: 9000 };
const IN_FRONT = { x: 0, y: 0 };

/** Starts it, on a screen of its own. */
export async function startWebkit({ display = {} }: LaunchOptions): Promise<Browser> {
  if (display.forcedColors === true) throw new Error('WebKitGTK knows no forced colors.');
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-webkit-'));
  let screen: XServer | undefined;
  let driver: GuardedProcess | undefined;
  const end = async (): Promise<void> => {
    await driver?.end();
    await screen?.end();
    removeFolder(folder);
  };
  try {
    screen = await startXServer(folder);
    mkdirSync(join(folder, 'gtk-3.0'));
    writeFileSync(join(folder, 'gtk-3.0/gtk.css'), GTK_STYLE);
    const animations = display.reducedMotion === true ? 0 : 1;
    writeFileSync(join(folder, 'gtk-3.0/settings.ini'), `[Settings]\ngtk-enable-animations=${animations}\n`);
    const port = await freePort();
    driver = startGuarded('WebKitWebDriver', [`--port=${port}`], {
      folder,
      stdio: 'ignore',
      env: {
        ...process.env,
        DISPLAY: screen.display,
        GDK_BACKEND: 'x11',
        HOME: folder,
        XDG_CONFIG_HOME: folder,
        XDG_CACHE_HOME: folder,
        XDG_DATA_HOME: folder,
        XDG_RUNTIME_DIR: folder,
        // No service of the desktop is needed, and none is started.
        DBUS_SESSION_BUS_ADDRESS: 'disabled:',
        GSETTINGS_BACKEND: 'memory',
        NO_AT_BRIDGE: '1',
      },
    });
    return await browserOver(await startSession(port, display.colorScheme === 'dark'), end);
  } catch (error) {
    await end();
    throw error;
  }
}

interface Session {
  readonly version: string;
  readonly send: Send;
}

/** Waits for the driver, which starts the browser. */
async function startSession(port: number, dark: boolean): Promise<Session> {
  const deadline = Date.now() + STARTUP_LIMIT_MS;
  let sessionPath = '/session';
  async function send(command: Command, parameters: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const [method, path] = request(command, parameters);
    const response = await fetch(`http://127.0.0.1:${port}${sessionPath}${path}`, {
      method,
      ...(method === 'POST' && { body: JSON.stringify(parameters) }),
    });
    const { value } = (await response.json()) as { readonly value: unknown };
    if (response.ok) return value;
    const { error, message } = value as { readonly error: string; readonly message: string };
    throw new Error(`${error}: ${message}`);
  }
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/status`);
      break;
    } catch (error) {
      if (Date.now() > deadline) throw new Error('WebKitWebDriver did not start.', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const options = { binary: findMiniBrowser(), args: ['--automation', ...(dark ? ['--dark-mode'] : [])] };
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } };
  const started = (await send('NewSession', { capabilities })) as {
    readonly sessionId: string;
    readonly capabilities: { readonly browserVersion: string };
  };
  sessionPath = `/session/${started.sessionId}`;
  return { version: started.capabilities.browserVersion, send };
}

/** What WebDriver calls a command over HTTP, below the address of its session. */
function request(
  command: Command,
  { id }: Readonly<Record<string, unknown>>,
): readonly ['GET' | 'POST' | 'DELETE', string] {
  switch (command) {
    case 'NewSession':
      return ['POST', ''];
    case 'GetWindowHandle':
      return ['GET', '/window'];
    case 'NewWindow':
      return ['POST', '/window/new'];
    case 'SwitchToWindow':
      return ['POST', '/window'];
    case 'CloseWindow':
      return ['DELETE', '/window'];
    case 'SetWindowRect':
      return ['POST', '/window/rect'];
    case 'Navigate':
      return ['POST', '/url'];
    case 'Refresh':
      return ['POST', '/refresh'];
    case 'Back':
      return ['POST', '/back'];
    case 'ExecuteScript':
      return ['POST', '/execute/sync'];
    case 'ElementClick':
      return ['POST', `/element/${String(id)}/click`];
    case 'PerformActions':
      return ['POST', '/actions'];
    case 'TakeScreenshot':
      return ['GET', '/screenshot'];
    case 'DeleteAllCookies':
      return ['DELETE', '/cookie'];
  }
}

/** It lies beside the library, in a folder that bears the name of the processor. */
function findMiniBrowser(): string {
  for (const folder of readdirSync('/usr/lib')) {
    const path = join('/usr/lib', folder, 'webkit2gtk-4.1/MiniBrowser');
    if (existsSync(path)) return path;
  }
  throw new Error('There is no MiniBrowser; on Debian it comes with webkit2gtk-driver.');
}

const DRAIN = '() => mfakitComplaints.splice(0)';

function unable(what: string): () => Promise<never> {
  return () => Promise.reject(new Error(`WebKitGTK cannot ${what}.`));
}

async function browserOver({ version, send }: Session, end: () => Promise<void>): Promise<Browser> {
  const complaints: Complaint[] = [];
  const tabs = await webDriverTabs({
    send,
    preamble: RECORDER,
    async raise(handle) {
      await send('SetWindowRect', ASIDE);
      await send('SwitchToWindow', { handle });
      await send('SetWindowRect', IN_FRONT);
    },
    extras: () => ({
      setDisplay: unable('change its display; give it to launchBrowser'),
      setOffline: unable('be taken offline'),
      addAuthenticator: unable('have passkeys'),
    }),
  });

  /** The list is in the page, so it is taken before the page goes. */
  function keepingComplaints(tab: Tab): Tab {
    const drain = async (): Promise<void> => {
      complaints.push(...((await tab.evaluate(DRAIN, [])) as readonly Complaint[]));
    };
    const after = async (act: () => Promise<void>): Promise<void> => {
      await drain();
      await act();
      // The recorder begins in the new page.
      await tab.evaluate('() => 0', []);
    };
    draining.set(tab, drain);
    return {
      ...tab,
      goto: (url) => after(() => tab.goto(url)),
      reload: () => after(() => tab.reload()),
      back: () => after(() => tab.back()),
      async close() {
        await drain();
        draining.delete(tab);
        await tab.close();
      },
    };
  }
  const draining = new Map<Tab, () => Promise<void>>();

  return {
    engine: 'webkit',
    version,
    async open(url, viewport = { width: 1280, height: 800 }) {
      const tab = keepingComplaints(await tabs.open(viewport));
      await tab.goto(url);
      return pageOver(tab);
    },
    async complaints() {
      for (const drain of draining.values()) await drain();
      return complaints;
    },
    close: end,
  };
}
