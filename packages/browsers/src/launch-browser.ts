/** launchBrowser: starts a browser of an engine. */
import type { Browser, LaunchOptions } from './browser.ts';
import { startChromium } from './chromium.ts';
import type { Engine } from './engine.ts';
import { startFirefox } from './firefox.ts';
import { startWebkit } from './webkit.ts';

const START: Readonly<Record<Engine, (options: LaunchOptions) => Promise<Browser>>> = {
  chromium: startChromium,
  firefox: startFirefox,
  webkit: startWebkit,
};

/**
 * Starts a browser with a fresh profile in a temporary folder. It does not outlive this process, however that ends.
 * @throws {Error} if its programs are not there; `missingEngine` tells
 */
export function launchBrowser(engine: Engine, options: LaunchOptions = {}): Promise<Browser> {
  return START[engine](options);
}
