// What takes a browser: that pages are accessible, load nothing from elsewhere, and work by keyboard, from a disk, and in a search.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchChromium } from '../../packages/browsers/src/index.ts';
import { sitePages } from './check-files.mjs';
import { SITE } from './folders.mjs';
import { SEARCHES } from './searches.mjs';
import { serveSite } from './server.mjs';

const AXE = readFileSync(
  createRequire(new URL('../../packages/browsers/package.json', import.meta.url)).resolve('axe-core/axe.min.js'),
  'utf8',
);
const EVERYTHING = {
  type: 'tag',
  values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
};
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };
/** As many pages are looked at side by side. */
const TABS = 2;

/** Every page is looked at in the first two, and so in each scheme and in each size. */
const LOOKS = [
  { name: 'desktop, light', viewport: DESKTOP, dark: false },
  { name: '360 px, dark', viewport: PHONE, dark: true },
  { name: '360 px, light', viewport: PHONE, dark: false },
  { name: 'desktop, dark', viewport: DESKTOP, dark: true },
];
/** One page of each kind, which is looked at in all four: prose, code, pictures, tables, a reference. */
const IN_EVERY_LOOK = [
  'index',
  'guide/express',
  'guide/how-a-sign-in-works',
  'benchmarks',
  'reference/@mfakit/core/qr',
];

/** What axe finds in the page as it looks now. */
async function violations(page) {
  return page.evaluate(async (runOnly) => {
    const found = await window.axe.run({ resultTypes: ['violations'], runOnly });
    return found.violations.map(({ id, nodes }) => `${id}, ${nodes.length} times: ${nodes[0].html.slice(0, 160)}`);
  }, EVERYTHING);
}

async function checkLooks(page, url, path, complaints) {
  await page.setViewportSize(DESKTOP);
  await page.goto(`${url}/${path}`);
  // The script has taken the page over.
  await page.waitForFunction(() => '__vue_app__' in document.querySelector('#app'));
  await page.evaluate(AXE);
  const isSample = IN_EVERY_LOOK.some((sample) => path === `${sample}.html`);
  for (const { name, viewport, dark } of isSample ? LOOKS : LOOKS.slice(0, 2)) {
    await page.setViewportSize(viewport);
    await page.evaluate((isDark) => document.documentElement.classList.toggle('dark', isDark), dark);
    for (const violation of await violations(page)) complaints.push(`${path}, ${name}: ${violation}`);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > viewport.width) complaints.push(`${path}, ${name}: ${width} px wide`);
  }
}

/** Every page, in every look. */
export async function checkPages(browser, url, complaints) {
  const queue = sitePages();
  console.log(`   ${queue.length} pages`);
  const missing = IN_EVERY_LOOK.filter((sample) => !queue.includes(`${sample}.html`));
  if (missing.length > 0) complaints.push(`there is no page ${missing.join(', ')}`);
  if (queue.length < 50) complaints.push('hardly a page was found');
  const work = async () => {
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    const page = await context.newPage();
    listen(page, url, complaints);
    for (let path = queue.shift(); path !== undefined; path = queue.shift())
      await checkLooks(page, url, path, complaints);
    await context.close();
  };
  await Promise.all(Array.from({ length: TABS }, work));
}

/** Errors of a page, and requests to other hosts. */
function listen(page, url, complaints) {
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!/^(?:data|blob):/.test(request.url()) && new URL(request.url()).origin !== url) {
      complaints.push(`${page.url()} asks for ${request.url()}`);
    }
  });
}

/** Presses Tab until an element has the focus. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  throw new Error(`Tab does not reach ${selector}`);
}

const RESULT = '.VPLocalSearchBox a.result';

/** Search and theme, without a mouse. */
export async function checkKeyboard(browser, url) {
  const context = await browser.newContext({ colorScheme: 'light' });
  const page = await context.newPage();
  await page.goto(`${url}/index.html`);
  await tabTo(page, '.VPNavBarSearch button');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.matches('.VPLocalSearchBox input'));
  await page.keyboard.type('quick start');
  await page.locator(RESULT).first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/guide/quick-start.html*');
  await page.locator('h1', { hasText: 'Quick start' }).waitFor();

  const isDark = () => page.evaluate(() => document.documentElement.classList.contains('dark'));
  if (await isDark()) throw new Error('a light screen shows a dark page');
  await tabTo(page, '.VPNavBarAppearance button');
  await page.keyboard.press('Space');
  if (!(await isDark())) throw new Error('the switch does not darken the page');
  await page.reload();
  if (!(await isDark())) throw new Error('the page forgets that it was dark');
  await context.close();
}

/** Twelve searches find their page. */
export async function checkSearches(browser, url, complaints) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/index.html`);
  await page.keyboard.press('Control+k');
  const input = page.locator('.VPLocalSearchBox input');
  for (const [query, wanted] of SEARCHES) {
    await input.fill('');
    await page.locator(RESULT).first().waitFor({ state: 'detached' });
    await input.fill(query);
    await page
      .locator(RESULT)
      .first()
      .waitFor()
      .catch(() => undefined);
    const hits = await page
      .locator(RESULT)
      .evaluateAll((links) => links.slice(0, 3).map((link) => new URL(link.href).pathname));
    if (!hits.includes(`/${wanted}.html`))
      complaints.push(`"${query}" finds ${hits.join(', ') || 'nothing'}, not ${wanted}`);
  }
  await context.close();
}

/** From a disk: with scripts, which browsers do not load there, and with none allowed. */
export async function checkDisk(browser) {
  const start = pathToFileURL(join(SITE, 'index.html')).href;
  for (const javaScriptEnabled of [true, false]) {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(start);
    await page.locator('main a', { hasText: /^Quick start$/ }).click();
    await page.locator('h1', { hasText: 'Quick start' }).waitFor();
    await page.locator('.VPSidebar a', { hasText: /^Your login route$/ }).click();
    await page.locator('h1', { hasText: 'Your login route' }).waitFor();
    const font = await page.locator('body').evaluate((body) => getComputedStyle(body).fontFamily);
    if (!font.includes('sans-serif')) throw new Error(`the page has no style: ${font}`);
    await context.close();
  }
}

/** @param {(name: string, work: (complaints: string[]) => Promise<void>) => Promise<void>} check - runs and counts one */
export async function checkInBrowser(check) {
  const { url, close } = await serveSite(0);
  const browser = await launchChromium();
  try {
    await check('by keyboard alone', () => checkKeyboard(browser, url));
    await check('searches find their page', (complaints) => checkSearches(browser, url, complaints));
    await check('from a disk, without scripts', () => checkDisk(browser));
    await check('accessible, and nothing from elsewhere', (complaints) => checkPages(browser, url, complaints));
  } finally {
    await browser.close();
    close();
  }
}
