/** webDriverTabs: pages by WebDriver, which Marionette and WebKitWebDriver speak in the same words. */
import type { Json, Key, Tab, Viewport } from './browser.ts';

/** The commands that are used, by their names in Marionette. */
export type Command =
  | 'NewSession'
  | 'GetWindowHandle'
  | 'NewWindow'
  | 'SwitchToWindow'
  | 'CloseWindow'
  | 'SetWindowRect'
  | 'Navigate'
  | 'Refresh'
  | 'Back'
  | 'ExecuteScript'
  | 'ElementClick'
  | 'PerformActions'
  | 'TakeScreenshot'
  | 'DeleteAllCookies';

/** Sends a command; what it returns is the `value` of the answer. */
export type Send = (command: Command, parameters?: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** What only the engine at hand can do. `inTab` runs work while the tab is the one that commands go to. */
type Extras = (
  inTab: <T>(work: () => Promise<T>) => Promise<T>,
) => Pick<Tab, 'setDisplay' | 'setOffline' | 'addAuthenticator'>;

/** How an engine differs. */
export interface TabsOptions {
  readonly send: Send;
  readonly extras: Extras;
  /** Brings a window to the front; until then, commands go to the one that was there. */
  readonly raise: (handle: string) => Promise<void>;
  /** Runs before each function, in the same document. */
  readonly preamble?: string;
}

/** Tabs of one browser. Commands go to one of them at a time, so work in several of them takes turns. */
export interface Tabs {
  open(viewport: Viewport): Promise<Tab>;
  /** Runs work while no other work is going on. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** The tabs that are open. */
  list(): readonly Tab[];
}

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const SHIFT = '\uE008';
const KEYS: Readonly<Record<Exclude<Key, 'Shift+Tab'>, string>> = {
  Tab: '\uE004',
  Enter: '\uE007',
  Space: ' ',
  Escape: '\uE00C',
  Backspace: '\uE003',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
};

const RESIZE_TRIES = 5;
const RESIZE_LIMIT_MS = 500;

/** Manages the tabs of a session. Its first window stays as it is, because a browser ends with its last one. */
export async function webDriverTabs({ send, extras, raise, preamble = '' }: TabsOptions): Promise<Tabs> {
  const first = String(await send('GetWindowHandle'));
  let current = first;
  let last: Promise<unknown> = Promise.resolve();
  const open = new Set<Tab>();
  // What windows have around what pages see: known once the first has its size.
  let [extraWidth, extraHeight] = [0, 0];

  function alone<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  }

  const execute = (source: string, args: readonly Json[]): Promise<unknown> =>
    send('ExecuteScript', { script: `${preamble}\nreturn (${source})(...arguments);`, args });
  const strike = (keys: readonly (readonly string[])[]): Promise<unknown> =>
    send('PerformActions', {
      actions: [
        {
          type: 'key',
          id: 'keyboard',
          actions: keys.flatMap((held) => [
            ...held.map((value) => ({ type: 'keyDown', value })),
            ...held.toReversed().map((value) => ({ type: 'keyUp', value })),
          ]),
        },
      ],
    });

  async function hasSize({ width, height }: Viewport): Promise<boolean> {
    const deadline = Date.now() + RESIZE_LIMIT_MS;
    for (;;) {
      const [w, h] = (await execute('() => [innerWidth, innerHeight]', [])) as readonly [number, number];
      if (w === width && h === height) return true;
      if (Date.now() > deadline) {
        extraWidth += width - w;
        extraHeight += height - h;
        return false;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  function tabOf(handle: string): Tab {
    const inTab = <T>(work: () => Promise<T>): Promise<T> =>
      alone(async () => {
        if (current !== handle) {
          await raise(handle);
          current = handle;
        }
        return work();
      });
    const run = (command: Command, parameters?: Readonly<Record<string, unknown>>): Promise<void> =>
      inTab(async () => {
        await send(command, parameters);
      });

    const tab: Tab = {
      goto: (url) => run('Navigate', { url }),
      reload: () => run('Refresh'),
      back: () => run('Back'),
      close: () =>
        inTab(async () => {
          await send('CloseWindow');
          // Commands go nowhere otherwise.
          await send('SwitchToWindow', { handle: first });
          current = first;
          open.delete(tab);
        }),
      evaluate: (source, args) => inTab(() => execute(source, args)),
      clickOn: (source, args) =>
        inTab(async () => {
          const element = (await execute(source, args)) as Readonly<Record<string, string>> | null;
          if (element === null) throw new Error('The element has gone.');
          await send('ElementClick', { id: element[ELEMENT] });
        }),
      type: (text) =>
        inTab(async () => {
          await strike(Array.from(text, (character) => [character]));
        }),
      press: (...keys) =>
        inTab(async () => {
          await strike(keys.map((key) => (key === 'Shift+Tab' ? [SHIFT, KEYS.Tab] : [KEYS[key]])));
        }),
      screenshot: () =>
        inTab(async () => {
          await execute('() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))', []);
          return Buffer.from(String(await send('TakeScreenshot', { full: false })), 'base64');
        }),
      setViewport: (viewport) =>
        inTab(async () => {
          for (let tries = 0; tries < RESIZE_TRIES; tries += 1) {
            const rect = { x: 0, y: 0, width: viewport.width + extraWidth, height: viewport.height + extraHeight };
            await send('SetWindowRect', rect);
            if (await hasSize(viewport)) return;
          }
          throw new Error(`The window does not take the size ${viewport.width} by ${viewport.height}.`);
        }),
      deleteCookies: () => run('DeleteAllCookies'),
      ...extras(inTab),
    };
    return tab;
  }

  return {
    alone,
    list: () => [...open],
    async open(viewport) {
      const { handle } = (await alone(() => send('NewWindow', { type: 'window' }))) as { readonly handle: string };
      const tab = tabOf(handle);
      open.add(tab);
      await tab.setViewport(viewport);
      return tab;
    },
  };
}
