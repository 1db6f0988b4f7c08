/** Walks through `mfa-enroll`. */
import { virtualAuthenticator } from '@mfakit/testkit';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import type { Page } from '@mfakit/browsers';
import { codesOn, complaintAt, liveLine, toldBy, uriOn, type Scene } from './scene.ts';

/** The code that a phone shows which has scanned the page. */
async function codeFor(page: Page, { stage }: Scene): Promise<string> {
  await page.sees('.mfa-picture');
  return virtualAuthenticator(await uriOn(page)).code(stage.clock());
}

const pictureOn = (page: Page): Promise<string> =>
  page.evaluate<string>(`() => document.querySelector('.mfa-picture').src`);

/** Registers them. */
export function enrollWalks(scene: () => Scene): void {
  test('an app: choose, scan, confirm, save the codes; the box must be ticked', async () => {
    const { show, newName, stage, browser } = scene();
    const user = newName();
    const page = await show('mfa-enroll', user, { kinds: 'totp' });
    await page.sees({ role: 'heading', name: 'Add an authenticator app' });
    await page.fill({ label: 'Code' }, await codeFor(page, scene()));
    await page.click({ role: 'button', name: 'Turn on' });
    await page.sees({ role: 'heading', name: 'Save your backup codes' });
    expect(await page.focused()).toMatchObject({ name: 'Save your backup codes' });
    const codes = await codesOn(page);
    expect(codes).toHaveLength(10);
    // Leaving now, people are asked.
    const leave = `() => { const event = new Event('beforeunload', { cancelable: true }); dispatchEvent(event); return event.defaultPrevented; }`;
    expect(await page.evaluate(leave)).toBe(true);
    await page.click({ role: 'button', name: 'Finish' });
    expect(await page.text('.mfa-error')).toBe('Save your codes, then tick the box.');
    expect(await page.focused()).toMatchObject({ tag: 'input', name: 'I’ve saved these codes' });
    await page.press('Space');
    expect(await page.evaluate(leave)).toBe(false);
    await page.click({ role: 'button', name: 'Finish' });
    await page.until('it is done', `() => told.length > 0`);
    expect(await toldBy(page)).toMatchObject([expect.stringMatching(/^mfa-done .*"kind":"totp"/)]);
    expect(await stage.mfa.stepUp(user, { backupCode: codes[0] ?? '' })).toMatchObject({ method: 'backup_code' });
    expect(browser.engine).toBeDefined();
    await page.close();
  });

  test('the codes are copied, downloaded and printed with whose they are; a copy that is refused says nothing', async () => {
    const { show, newName } = scene();
    const user = newName();
    const page = await show('mfa-enroll', user, { kinds: 'totp' });
    // What leaves the page is caught here: a clipboard wants permissions, and a printer paper.
    await page.evaluate(`() => {
      window.left = {};
      Object.defineProperty(navigator, 'clipboard', {
        value: { writeText: async (text) => {
          if (window.refuse) throw new DOMException('', 'NotAllowedError');
          left.copied = text;
        } },
      });
      const createUrl = URL.createObjectURL;
      URL.createObjectURL = (blob) => {
        left.blob = blob;
        return createUrl.call(URL, blob);
      };
      document.addEventListener('click', (event) => {
        if (event.target.download) event.preventDefault();
      }, true);
      HTMLAnchorElement.prototype.click = function () { left.file = this.download; };
      window.print = () => { left.printed = document.querySelector('.mfa-paper').textContent; };
    }`);
    await page.fill({ label: 'Code' }, await codeFor(page, scene()));
    await page.press('Enter');
    await page.sees('.mfa-codes');
    await page.evaluate('() => { window.refuse = true; }');
    await page.click({ role: 'button', name: 'Copy' });
    expect(await liveLine(page)).toBe('');
    await page.evaluate('() => { window.refuse = false; }');
    await page.click({ role: 'button', name: 'Copy' });
    await page.until('it is said', `() => document.querySelector('.mfa-live').textContent === 'Copied.'`);
    await page.click({ role: 'button', name: 'Download' });
    await page.click({ role: 'button', name: 'Print' });
    const left = await page.evaluate<Readonly<Record<'copied' | 'downloaded' | 'file' | 'printed', string>>>(
      'async () => ({ ...left, downloaded: await left.blob.text() })',
    );
    const [title] = left.copied.split('\n');
    expect(title).toMatch(new RegExp(`^Acme backup codes for ${user}, .+ \\d{4}$`));
    expect(left.copied).toBe(`${title}\n\n${(await codesOn(page)).join('\n')}\n`);
    expect(left).toMatchObject({ downloaded: left.copied, file: 'backup-codes.txt', printed: title });
    await page.close();
  });

  test('two minutes before a setup ends, it is said once', async () => {
    const { show, newName, stage } = scene();
    // The server's clock is behind that of the page, so that the setup has little more than two minutes left there.
    const ahead = 10 * 60_000 - 122_000;
    stage.clock.set(Date.now() - ahead);
    try {
      const page = await show('mfa-enroll', newName(), { kinds: 'totp' });
      await page.sees('.mfa-picture');
      expect(await liveLine(page)).toBe('');
      await page.until('it is said', `() => document.querySelector('.mfa-live').textContent !== ''`);
      expect(await liveLine(page)).toBe('You have 2 minutes left to finish this.');
      await page.close();
    } finally {
      stage.clock.set(Date.now());
    }
  });

  test('the picture on the screen says what the key says: black on white, with its quiet zone', async () => {
    const { show, newName } = scene();
    const page = await show('mfa-enroll', newName(), { kinds: 'totp' });
    await page.sees('.mfa-picture');
    await page.until('the picture is there', `() => document.querySelector('.mfa-picture').naturalWidth > 0`);
    const { data, width, height } = PNG.sync.read(Buffer.from(await page.screenshot()));
    const read = jsqr.default(new Uint8ClampedArray(data), width, height);
    expect(read?.data).toBe(await uriOn(page));
    await page.close();
  });

  test('a reload shows the same picture; it was set up once', async () => {
    const { show, newName, stage } = scene();
    const user = newName();
    const page = await show('mfa-enroll', user, { kinds: 'totp' });
    await page.sees('.mfa-picture');
    const before = await pictureOn(page);
    await page.reload();
    await page.sees('.mfa-picture');
    expect(await pictureOn(page)).toBe(before);
    expect(stage.events.filter(({ userId, type }) => userId === user && type === 'setup_started')).toHaveLength(1);
    await page.close();
  });

  test('a wrong code keeps the picture; many of them end the setup, and a button begins another', async () => {
    const { show, newName } = scene();
    const page = await show('mfa-enroll', newName(), { kinds: 'totp' });
    await page.sees('.mfa-picture');
    const before = await pictureOn(page);
    await page.fill({ label: 'Code' }, '000000');
    await page.press('Enter');
    await page.sees('[aria-invalid="true"]');
    expect(await complaintAt(page, 'code')).toMatch(/^That code isn’t right\. Check the app and try again\./);
    expect(await pictureOn(page)).toBe(before);
    for (let tries = 1; tries < 20; tries += 1) {
      await page.press('Enter');
      await page.until('it was answered', `() => document.querySelector('[aria-disabled="true"]') === null`);
      if ((await page.count('form')) === 0) break;
    }
    await page.sees({ role: 'button', name: 'Start again' });
    expect(await page.text('mfa-enroll')).toContain('Too many wrong codes, so we stopped this setup. Start again.');
    await page.click({ role: 'button', name: 'Start again' });
    await page.sees('.mfa-picture');
    expect(await pictureOn(page)).not.toBe(before);
    await page.close();
  });

  test('started again in another tab: the older picture says so', async () => {
    const { show, newName, stage } = scene();
    const user = newName();
    const older = await show('mfa-enroll', user, { kinds: 'totp' });
    const code = await codeFor(older, scene());
    await stage.mfa.setup({ userId: user }, { accountName: user });
    await older.fill({ label: 'Code' }, code);
    await older.press('Enter');
    await older.sees({ role: 'button', name: 'Start again' });
    expect(await older.text('mfa-enroll')).toContain('You started again in another tab.');
    await older.close();
  });

  test('turned on in another tab: a button goes on', async () => {
    const { show, newName, stage } = scene();
    const user = newName();
    const page = await show('mfa-enroll', user, { kinds: 'totp' });
    const code = await codeFor(page, scene());
    await stage.enroll(user);
    await page.fill({ label: 'Code' }, code);
    await page.press('Enter');
    await page.click({ role: 'button', name: 'Continue' });
    await page.until('it is done', `() => told.length > 0`);
    expect(await toldBy(page)).toEqual(['mfa-done {"factorId":null,"kind":"totp"}']);
    await page.close();
  });

  test('who must enroll does so by the token of the sign-in, and cannot cancel', async () => {
    const { show, newName, stage } = scene();
    const user = newName();
    await stage.mfa.enforce(user);
    const page = await show('mfa-enroll', user, { login: true, kinds: 'totp' });
    await page.sees('.mfa-picture');
    expect(await page.text('mfa-enroll')).toContain('Acme requires this. It takes about two minutes.');
    expect(await page.count({ role: 'button', name: 'Cancel' })).toBe(0);
    await page.fill({ label: 'Code' }, await codeFor(page, scene()));
    await page.press('Enter');
    await page.sees('.mfa-codes');
    await page.close();
  });

  test('a further app wants a proof; the password can be shown; cancel is told', async () => {
    const { show, newUser } = scene();
    const { userId, code } = await newUser();
    const page = await show('mfa-enroll', userId, { kinds: 'totp' });
    await page.fill({ label: 'Password' }, 'wrong');
    await page.click({ role: 'button', name: 'Show password' });
    expect(await page.evaluate(`() => document.querySelector('input[name=password]').type`)).toBe('text');
    await page.click({ role: 'button', name: 'Hide password' });
    await page.fill({ label: 'Code' }, code());
    await page.click({ role: 'button', name: 'Continue' });
    await page.sees('[aria-invalid="true"]');
    expect(await complaintAt(page, 'password')).toMatch(/^That password isn’t right\./);
    await page.click({ role: 'button', name: 'Cancel' });
    expect(await toldBy(page)).toEqual(['mfa-cancel {}']);
    await page.close();
  });
}
