/** screenshot: takes a picture of a page if MFAKIT_SCREENSHOTS names a folder of the workspace for them. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';

const { MFAKIT_SCREENSHOTS: wanted } = process.env;

/** Whether pictures are wanted. */
export const takesScreenshots: boolean = wanted !== undefined;

/** @param name - without its ending */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (wanted === undefined) return;
  const target = resolve(import.meta.dirname, '../../..', wanted);
  mkdirSync(target, { recursive: true });
  await page.screenshot({ path: join(target, `${name}.png`), fullPage: true });
}
