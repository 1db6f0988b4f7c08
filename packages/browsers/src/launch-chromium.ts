/** launchChromium: starts the Chromium inside the registry package, or that of MFAKIT_TEST_CHROMIUM. */
import sparticuz from '@sparticuz/chromium';
import { existsSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';

/** Quiet and without a sandbox, which root cannot have. Nothing here asks another host for anything. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a browser, for walks that are written against Playwright. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), args: FLAGS });
}

/** Starts a browser with a profile in a given folder. */
export async function launchChromiumProfile(folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { executablePath: await findChromium(), args: FLAGS });
}

/** Where its program is; unpacks it if need be. */
export async function findChromium(): Promise<string> {
  return process.env['MFAKIT_TEST_CHROMIUM'] ?? unpack();
}

/** Unpacks the browser once per user. Suites that start together each unpack their own, and one of them stays. */
async function unpack(): Promise<string> {
  const user = userInfo().uid;
  const kept = join(tmpdir(), `mfakit-chromium-147-${user}`);
  const executable = join(kept, 'chromium');
  if (existsSync(executable)) {
    // Temporary folders are open to everybody: nothing that another user put there is run.
    if (statSync(executable).uid !== user) throw new Error(`${executable} belongs to somebody else.`);
    return executable;
  }
  const own = mkdtempSync(join(tmpdir(), 'mfakit-chromium-'));
  const { TMPDIR } = process.env;
  // The package unpacks into the folder for temporary files, and trusts whatever it finds there.
  process.env['TMPDIR'] = own;
  try {
    await sparticuz.executablePath();
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  }
  try {
    renameSync(own, kept);
  } catch {
    rmSync(own, { recursive: true });
  }
  return executable;
}
