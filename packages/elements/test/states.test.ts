/** What every state must hold, in every display: axe finds nothing, nothing overflows, and in another language nothing is English. */
import { accessibilityFindings, type Display, type Page } from '@mfakit/browsers';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { STATES, type Bring } from './walks/states.ts';
import { onStage, TAKES_ALL } from './walks/walk.ts';

/** Where `npm run pictures` wants them. */
const FOLDER = process.env['MFAKIT_TEST_PICTURES'];

const scene = onStage('chromium');

async function picture(page: Page, state: string, display: string): Promise<void> {
  if (FOLDER === undefined) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${state}-${display}.png`), await page.screenshot());
}

/** How far a page can be scrolled sideways, in CSS pixels. */
const sideways = (page: Page): Promise<number> =>
  page.evaluate<number>(`() => document.documentElement.scrollWidth - document.documentElement.clientWidth`);

/** Interactive things that are smaller than 24 by 24 CSS pixels (WCAG 2.5.8), and buttons lower than 44. */
const TOO_SMALL = `() => [...document.querySelectorAll('button, a, input:not(.mfa-unseen), summary')]
  .filter((element) => element.checkVisibility())
  .map((element) => ({ element, box: element.getBoundingClientRect() }))
  .filter(({ element, box }) => box.width < 24 || box.height < (element.matches('button.mfa-button') ? 44 : 24))
  .map(({ element, box }) => element.outerHTML.slice(0, 80) + ' ' + box.width + ' x ' + box.height)
  .filter((text) => !text.includes('Pay out'))`;

/** Names and dates: they come from elsewhere. */
const NO_WORDS =
  /Acme|You are about to pay out 100|Authenticator app|Firefox on Linux|Chrome on Android|person-chromium-\d+|[A-Z][a-z]{2} \d{1,2}, \d{4}(?:, \d{1,2}:\d{2}\s[AP]M)?/g;

const SPACED = `() => {
  for (const element of document.querySelectorAll('body *')) {
    element.style.lineHeight = '1.5';
    element.style.letterSpacing = '0.12em';
    element.style.wordSpacing = '0.16em';
  }
}`;

/** Whether this run is for every display: pictures want them all. */
const ALL = TAKES_ALL || FOLDER !== undefined;

const DISPLAYS: Readonly<Record<string, Display>> = {
  dark: { colorScheme: 'dark' },
  ...(ALL && { 'forced-colors': { forcedColors: true } }),
};

/** Text as widely spaced as WCAG 1.4.12 has it; and at twice its size in a page of twice the width. */
async function checkLargeAndSpaced(page: Page): Promise<void> {
  await page.evaluate(SPACED);
  expect(await sideways(page)).toBe(0);
  await page.setViewport({ width: 640, height: 900 });
  await page.evaluate(`() => { document.documentElement.style.fontSize = '200%'; }`);
  expect(await sideways(page)).toBe(0);
}

async function checkMirrored(name: string, bring: Bring): Promise<void> {
  const page = await bring(scene(), { dir: 'rtl', width: 360 });
  expect(await sideways(page)).toBe(0);
  await picture(page, name, 'rtl');
  await page.close();
}

test.each(Object.entries(STATES))('%s', { timeout: 60_000 }, async (name, bring) => {
  const page = await bring(scene(), {});
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await page.evaluate(TOO_SMALL)).toEqual([]);
  expect(await sideways(page)).toBe(0);
  await picture(page, name, 'light');

  for (const [display, settings] of Object.entries(DISPLAYS)) {
    await page.setDisplay(settings);
    expect(await accessibilityFindings(page, ['color-contrast'])).toEqual([]);
    await picture(page, name, display);
  }
  await page.setDisplay({ colorScheme: 'light', forcedColors: false });

  await page.setViewport({ width: 320, height: 900 });
  expect(await sideways(page)).toBe(0);
  await picture(page, name, '320');
  if (ALL) await checkLargeAndSpaced(page);
  await page.close();
  if (ALL) await checkMirrored(name, bring);

  const foreign = await bring(scene(), { words: 'pseudo' });
  const said = await foreign.evaluate<string>(`() => {
    const main = document.querySelector('main').cloneNode(true);
    // What was never a word of ours: names, codes, keys.
    for (const other of main.querySelectorAll('bdi, main > h1, main > button')) other.remove();
    return main.innerText ?? main.textContent;
  }`);
  const english = said.replaceAll(NO_WORDS, '').match(/[A-Za-z]{2,}/g);
  expect(english).toBeNull();
  await picture(foreign, name, 'pseudo');
  await foreign.close();
});
