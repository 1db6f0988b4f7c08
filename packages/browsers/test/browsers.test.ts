import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ABILITIES, accessibilityFindings, ENGINES, launchBrowser, leftOut, type Browser } from '../src/index.ts';
import { openSite, type Site } from './site.ts';

const START_MS = 120_000;

const MEDIA = `() => ['(prefers-color-scheme: dark)', '(prefers-reduced-motion: reduce)', '(forced-colors: active)']
  .map((query) => matchMedia(query).matches)`;

const CREATE = `async () => {
  const random = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));
  try {
    const { id } = await navigator.credentials.create({
      publicKey: {
        timeout: 2000,
        challenge: random(32),
        rp: { name: 'Acme' },
        user: { id: random(16), name: 'ann', displayName: 'Ann' },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      },
    });
    return id;
  } catch (error) {
    return error.name;
  }
}`;

const READ = `async (path) => { try { return await (await fetch(path)).text() } catch { return null } }`;

describe.each(ENGINES)('%s', (engine) => {
  const missing = leftOut(engine);
  const can = ABILITIES[engine];
  if (missing !== null) console.log(`Skipped: tests in ${engine}: ${missing}.`);

  describe.skipIf(missing !== null)(missing ?? 'a browser', { timeout: 120_000 }, () => {
    let site: Site;
    let browser: Browser;
    beforeAll(async () => {
      site = await openSite();
      browser = await launchBrowser(engine);
    }, START_MS);
    afterAll(async () => {
      await browser.close();
      site.close();
    });

    test('typing and clicking reach the page as from a person', async () => {
      const page = await browser.open(`${site.url}/`);
      await page.click({ label: 'Code' });
      await page.type('12 aBü@');
      expect(await page.evaluate('() => code.value')).toBe('12 aBü@');
      expect(await page.evaluate('() => pressed')).toEqual(expect.arrayContaining(['1', '2', ' ', 'a', 'B', '@']));
      await page.fill('#code', '654321');
      expect(await page.evaluate('() => code.value')).toBe('654321');
      await page.click({ role: 'button', name: 'Continue' });
      await page.until(
        'the form is sent',
        '(text) => document.querySelector("#seen").textContent === text',
        'Sent 654321',
      );
      expect(await page.text({ role: 'status' })).toBe('Sent 654321');
      await page.clear({ label: 'Code' });
      expect(await page.evaluate('() => code.value')).toBe('');
      await page.close();
    });

    test('Tab moves through the page in order, and Enter, Space and Escape do what they do', async () => {
      const page = await browser.open(`${site.url}/`);
      expect(await page.focused()).toBeNull();
      await page.click({ role: 'textbox', name: 'Code' });
      expect(await page.evaluate('() => document.hasFocus()')).toBe(true);
      const order = [await page.focused()];
      for (let presses = 0; presses < 4; presses += 1) {
        await page.press('Tab');
        order.push(await page.focused());
      }
      expect(order.map((focused) => [focused?.tag, focused?.name])).toEqual([
        ['input', 'Code'],
        ['input', `Don't ask again`],
        ['button', 'Continue'],
        ['button', 'More ways'],
        ['a', 'Other page'],
      ]);
      await page.press('Shift+Tab', 'Enter');
      await page.sees({ role: 'dialog', name: 'Sure?' });
      expect(await page.focused()).toEqual({ tag: 'button', id: 'no', name: 'No' });
      await page.press('Escape');
      await page.until('the dialog is closed', '() => !document.querySelector("dialog").open');
      expect(await page.focused()).toEqual({ tag: 'button', id: 'more', name: 'More ways' });
      await page.press('Shift+Tab', 'Shift+Tab', 'Space');
      expect(await page.evaluate('() => trust.checked')).toBe(true);
      // WebKitGTK has no name for Tab with Shift.
      expect(await page.evaluate('() => pressed')).toEqual(expect.arrayContaining(['Tab', 'Escape', ' ']));
      await page.close();
    });

    test('what is hidden is not found', async () => {
      const page = await browser.open(`${site.url}/`);
      expect(await page.count('button')).toBe(2);
      expect(await page.count({ role: 'button', name: 'Hidden' })).toBe(0);
      await page.close();
    });

    test('pages go forth and back, share cookies, and forget', async () => {
      const page = await browser.open(`${site.url}/`);
      await page.click({ role: 'link', name: 'Other page' });
      await page.sees({ role: 'heading', name: 'Other page' });
      await page.back();
      await page.sees({ role: 'heading', name: 'Sign in' });
      await page.fill('#code', '1');
      await page.evaluate('() => { window.kept = true; localStorage.setItem("a", "b"); }');
      await page.reload();
      expect(await page.evaluate('() => window.kept === undefined')).toBe(true);
      const second = await browser.open(`${site.url}/cookie`);
      await second.goto(`${site.url}/`);
      expect(await page.evaluate(READ, '/who')).toBe('session=1');
      await page.click('#code');
      await page.type('22');
      expect(await page.focused()).toEqual({ tag: 'input', id: 'code', name: 'Code' });
      expect(await page.evaluate('() => document.hasFocus()')).toBe(true);
      expect(await second.evaluate('() => code.value + localStorage.getItem("a")')).toBe('b');
      await second.close();
      await page.forget();
      expect(await page.evaluate(READ, '/who')).toBe('nobody');
      expect(await page.evaluate('() => localStorage.length')).toBe(0);
      await page.close();
    });

    test('complaints are collected, and only those', async () => {
      const before = (await browser.complaints()).length;
      const page = await browser.open(`${site.url}/`);
      expect((await browser.complaints()).slice(before)).toEqual([]);
      await page.goto(`${site.url}/broken`);
      await page.evaluate('() => { try { misbehave(); } catch {} }');
      // The exception and the rejection come when the script has ended.
      await page.evaluate('() => new Promise((done) => setTimeout(done, 100))');
      const complaints = (await browser.complaints()).slice(before);
      // WebKit may report an image twice: what looks ahead of the parser asks for it as well.
      const told = [...new Set(complaints.map(({ kind, text }) => `${kind}: ${text}`))];
      const texts = ['script-src-elem', 'img-src', 'an error 1', 'require-trusted-types-for', 'thrown', 'rejected'];
      for (const text of texts) expect(told).toContainEqual(expect.stringContaining(text));
      expect(told.filter((line) => line.startsWith('violation: '))).toHaveLength(3);
      expect(told.filter((line) => line.startsWith('console: '))).toHaveLength(1);
      expect(told).toHaveLength(6);
      expect(complaints.map(({ url }) => url)).toEqual(complaints.map(() => `${site.url}/broken`));
      await page.close();
    });

    test.each([
      { width: 320, height: 600 },
      { width: 1280, height: 1500 },
    ])('a picture is as large as the viewport: %o', async ({ width, height }) => {
      const page = await browser.open(`${site.url}/`, { width, height });
      expect(await page.evaluate('() => [innerWidth, innerHeight]')).toEqual([width, height]);
      const picture = PNG.sync.read(Buffer.from(await page.screenshot()));
      expect([picture.width, picture.height]).toEqual([width, height]);
      // Drawn to its last row, in the light that is the default.
      expect([...picture.data.subarray(-4)]).toEqual([255, 255, 255, 255]);
      await page.setViewport({ width: 700, height: 500 });
      expect(await page.evaluate('() => [innerWidth, innerHeight]')).toEqual([700, 500]);
      await page.close();
    });

    test('axe runs under the policy', async () => {
      const page = await browser.open(`${site.url}/`);
      const before = (await browser.complaints()).length;
      expect(await accessibilityFindings(page)).toEqual([]);
      await page.goto(`${site.url}/unlabelled`);
      expect(await accessibilityFindings(page)).toMatchObject([{ id: 'label', impact: 'critical' }]);
      expect(await accessibilityFindings(page, ['color-contrast'])).toEqual([]);
      expect((await browser.complaints()).slice(before)).toEqual([]);
      await page.close();
    });

    test('a page sees the display that the browser was given', async () => {
      const display = { colorScheme: 'dark', reducedMotion: true } as const;
      const dark = await launchBrowser(engine, { display });
      try {
        const page = await dark.open(`${site.url}/`, { width: 320, height: 480 });
        expect(await page.evaluate(MEDIA)).toEqual([true, true, false]);
        const picture = PNG.sync.read(Buffer.from(await page.screenshot()));
        expect(picture.data.at(-4)).toBeLessThan(50);
      } finally {
        await dark.close();
      }
    });

    test.skipIf(!can.setDisplay)('a page changes its display', async () => {
      const page = await browser.open(`${site.url}/`);
      expect(await page.evaluate(MEDIA)).toEqual([false, false, false]);
      await page.setDisplay({ colorScheme: 'dark' });
      expect(await page.evaluate(MEDIA)).toEqual([true, false, false]);
      await page.setDisplay({ forcedColors: true, reducedMotion: true });
      expect(await page.evaluate(MEDIA)).toEqual([false, true, true]);
      await page.close();
    });

    test.skipIf(!can.offline)('a page loses the network, and has it again', async () => {
      const page = await browser.open(`${site.url}/`);
      await page.setOffline(true);
      expect(await page.evaluate(READ, '/who')).toBeNull();
      expect(await page.evaluate('() => navigator.onLine')).toBe(false);
      await page.setOffline(false);
      expect(await page.evaluate(READ, '/who')).toBe('nobody');
      await page.close();
    });

    test.skipIf(!can.passkeys)('an authenticator makes a passkey, unless it does not know its user', async () => {
      const page = await browser.open(`${site.url}/`);
      const key = await page.addAuthenticator();
      const id = await page.evaluate<string>(CREATE);
      expect(await key.credentialIds()).toEqual([id]);
      await key.setUserVerified(false);
      expect(await page.evaluate(CREATE)).toBe('NotAllowedError');
      await key.remove();
      expect(await page.evaluate(CREATE)).toBe('NotAllowedError');
      await page.close();
    });

    test.skipIf(engine !== 'webkit')('what the engine cannot do, it refuses', async () => {
      const page = await browser.open(`${site.url}/`);
      expect(await page.evaluate('() => typeof PublicKeyCredential')).toBe('undefined');
      await expect(page.addAuthenticator()).rejects.toThrow('passkeys');
      await expect(page.setOffline(true)).rejects.toThrow('offline');
      await expect(page.setDisplay({})).rejects.toThrow('launchBrowser');
      await expect(launchBrowser(engine, { display: { forcedColors: true } })).rejects.toThrow('forced colors');
      await page.close();
    });
  });
});
