/** Walks through `mfa-sign-in`. */
import { ABILITIES } from '@mfakit/browsers';
import { expect, test } from 'vitest';
import { complaintAt, liveLine, toldBy, type Scene } from './scene.ts';

const WRONG = 'That code isn’t right. Check the app and try again.';

/** Registers them. */
export function signInWalks(scene: () => Scene): void {
  test('a wrong code is told beside its field, which is selected; the right one signs in, and that is told once', async () => {
    const { show, newUser } = scene();
    const { userId, code, wrongCode } = await newUser();
    const page = await show('mfa-sign-in', userId, { login: true });
    expect(await page.text('h2')).toBe('Confirm it’s you');
    await page.fill({ label: 'Code' }, wrongCode());
    await page.press('Enter');
    await page.sees('[aria-invalid="true"]');
    expect(await complaintAt(page, 'code')).toBe(WRONG);
    expect(await page.focused()).toMatchObject({ tag: 'input', name: 'Code' });
    // It is selected: typing replaces it.
    await page.type(`${code().slice(0, 3)} ${code().slice(3)}`);
    await page.click({ role: 'button', name: 'Continue' });
    await page.until('it is done', `() => told.length > 0`);
    expect(await toldBy(page)).toEqual(['mfa-done {"method":"totp","backupCodesRemaining":10}']);
    await page.close();
  });

  test('an empty field is told without asking the server; the focus is in it', async () => {
    const { stage, show, newUser } = scene();
    const { userId } = await newUser();
    const page = await show('mfa-sign-in', userId, { login: true });
    const before = stage.events.length;
    await page.click({ role: 'button', name: 'Continue' });
    expect(await complaintAt(page, 'code')).toBe('Enter the 6-digit code.');
    expect(await page.focused()).toMatchObject({ tag: 'input', name: 'Code' });
    expect(stage.events.length).toBe(before);
    await page.close();
  });

  test('a backup code, by keyboard alone', async () => {
    const { show, newUser } = scene();
    const { userId, backupCodes } = await newUser();
    const page = await show('mfa-sign-in', userId, { login: true });
    const seen: (string | undefined)[] = [];
    for (let presses = 0; presses < 4; presses += 1) {
      await page.press('Tab');
      seen.push((await page.focused())?.name);
    }
    expect(seen).toEqual(['Code', 'Don’t ask for a code in this browser for 30 days', 'Continue', 'Use a backup code']);
    await page.press('Enter');
    expect(await page.focused()).toMatchObject({ tag: 'input', name: 'Backup code' });
    await page.type((backupCodes[0] ?? '').toLowerCase());
    await page.press('Enter');
    await page.until('it is done', `() => told.length > 0`);
    expect(await toldBy(page)).toEqual(['mfa-done {"method":"backup_code","backupCodesRemaining":9}']);
    await page.close();
  });

  test('five submits at once are one attempt', async () => {
    const { stage, show, newUser } = scene();
    const { userId, code } = await newUser();
    const page = await show('mfa-sign-in', userId, { login: true });
    await page.fill({ label: 'Code' }, code());
    await page.evaluate(
      `() => { const form = document.forms[0]; for (let n = 0; n < 5; n += 1) form.requestSubmit(); }`,
    );
    await page.until('it is done', `() => told.length > 0`);
    expect(await toldBy(page)).toHaveLength(1);
    const mine = stage.events.filter((event) => event.userId === userId).map(({ type }) => type);
    expect(mine.filter((type) => type === 'verified')).toHaveLength(1);
    expect(mine).not.toContain('attempt_refused');
    await page.close();
  });

  test('two tabs with one sign-in: what one has finished is finished in the other', async () => {
    const { show, newUser, stage } = scene();
    const { userId, code } = await newUser();
    const one = await show('mfa-sign-in', userId, { login: true });
    const token = await one.evaluate<string>(`() => JSON.stringify(document.querySelector('mfa-sign-in').begun)`);
    const other = await show('mfa-sign-in', userId, { login: true });
    await other.evaluate(`(begun) => { document.querySelector('mfa-sign-in').begun = JSON.parse(begun); }`, token);
    await one.fill({ label: 'Code' }, code());
    await one.press('Enter');
    await one.until('it is done', `() => told.length > 0`);
    stage.clock.advance({ seconds: 30 });
    await other.fill({ label: 'Code' }, code());
    await other.press('Enter');
    await other.until('it is done', `() => told.length > 0`);
    expect(await toldBy(other)).toEqual(['mfa-done {"method":null,"backupCodesRemaining":null}']);
    await one.close();
    await other.close();
  });

  test('a token that has ended leads back to the sign-in, and is told', async () => {
    const { stage, show, newUser } = scene();
    const { userId, code } = await newUser();
    const page = await show('mfa-sign-in', userId, { login: true });
    stage.clock.advance({ minutes: 6 });
    await page.fill({ label: 'Code' }, code());
    await page.press('Enter');
    await page.sees({ role: 'link', name: 'Sign in again' });
    expect(await page.text('mfa-sign-in')).toContain('This took too long. Sign in again.');
    expect(await page.focused()).toMatchObject({ name: 'Confirm it’s you' });
    expect(await toldBy(page)).toEqual(['mfa-expired {}']);
    await page.close();
  });

  test('locked: the time that is left is shown, and read out once', async () => {
    const { show, newUser, stage } = scene();
    const { userId, wrongCode } = await newUser();
    const page = await show('mfa-sign-in', userId, { login: true });
    for (let tries = 0; tries < 9; tries += 1) await stage.mfa.stepUp(userId, { code: wrongCode() }).catch(() => null);
    await page.fill({ label: 'Code' }, wrongCode());
    await page.press('Enter');
    await page.sees('[aria-invalid="true"]');
    expect(await complaintAt(page, 'code')).toBe(`${WRONG} 0 tries left.`);
    await page.press('Enter');
    await page.until('it is locked', `() => document.querySelector('form') === null`);
    expect(await page.text('mfa-sign-in')).toMatch(/Too many wrong tries. You can try again in \d+ minutes\./);
    expect(await liveLine(page)).toMatch(/^Too many wrong tries. You can try again in \d+ minutes\.$/);
    await page.close();
  });

  test('a lock that ends: the question comes back, with the focus on its heading, and the right code signs in', async () => {
    const { show, newUser, stage } = scene();
    const { userId, code, wrongCode } = await newUser();
    const page = await show('mfa-sign-in', userId, { login: true });
    for (let tries = 0; tries < 10; tries += 1) await stage.mfa.stepUp(userId, { code: wrongCode() }).catch(() => null);
    // Three seconds of the lock are left.
    stage.clock.advance({ seconds: 237 });
    await page.fill({ label: 'Code' }, code());
    await page.press('Enter');
    await page.sees({ role: 'heading', name: 'Too many wrong tries' });
    expect(await page.text('mfa-sign-in')).toMatch(/You can try again in [123] seconds?\./);
    await page.until('the question is back', `() => document.querySelector('form') !== null`);
    expect(await page.focused()).toMatchObject({ name: 'Confirm it’s you' });
    expect(await liveLine(page)).toBe('You can try again now.');
    stage.clock.advance({ seconds: 30 });
    await page.fill({ label: 'Code' }, code());
    await page.press('Enter');
    await page.until('it is done', `() => told.length > 0`);
    await page.close();
  });

  test('typed text stays when the element is moved in the page', async () => {
    const { show, newUser } = scene();
    const { userId } = await newUser();
    const page = await show('mfa-sign-in', userId, { login: true });
    await page.fill({ label: 'Code' }, '123');
    await page.evaluate(`() => {
      const box = document.createElement('div');
      document.body.append(box);
      box.append(document.querySelector('mfa-sign-in'));
    }`);
    expect(await page.evaluate(`() => document.querySelector('input[name=code]').value`)).toBe('123');
    await page.close();
  });

  test('a page that the back button brings again asks anew, and keeps nothing that was typed', async () => {
    const { show, newUser, stage } = scene();
    const { userId, code } = await newUser();
    const page = await show('mfa-enroll', userId, { kinds: 'totp' });
    await page.sees({ label: 'Password' });
    await page.fill({ label: 'Password' }, 'correct horse');
    await page.goto(`${stage.url}/?element=none`);
    await page.back();
    await page.sees({ label: 'Password' });
    expect(await page.evaluate(`() => document.querySelector('input[name=password]').value`)).toBe('');
    expect(code()).toMatch(/^\d{6}$/);
    await page.close();
  });

  test('offline: it says so, keeps what was typed, and sends nothing by itself', async ({ skip }) => {
    const { browser, show, newUser } = scene();
    skip(!ABILITIES[browser.engine].offline, 'this engine cannot go offline');
    const { userId, code } = await newUser();
    const page = await show('mfa-sign-in', userId, { login: true });
    await page.fill({ label: 'Code' }, code());
    await page.setOffline(true);
    await page.press('Enter');
    await page.sees('[role="alert"]');
    expect(await page.text('[role="alert"]')).toMatch(
      /^(?:You’re offline\. Connect|We couldn’t reach Acme\. Try again)/,
    );
    expect(await page.focused()).toMatchObject({ tag: 'p' });
    expect(await page.evaluate(`() => document.querySelector('input[name=code]').value`)).toBe(code());
    await page.setOffline(false);
    await page.click({ role: 'button', name: 'Continue' });
    await page.until('it is done', `() => told.length > 0`);
    await page.close();
  });

  test('the box trusts this browser, under its name', async () => {
    const { browser, stage, show, newUser } = scene();
    const { userId, code } = await newUser();
    const page = await show('mfa-sign-in', userId, { login: true });
    await page.click('.mfa-check');
    await page.fill({ label: 'Code' }, code());
    await page.press('Enter');
    await page.until('it is done', `() => told.length > 0`);
    const names = { chromium: 'Chrome on Linux', firefox: 'Firefox on Linux', webkit: 'Safari on Linux' };
    expect((await stage.mfa.status(userId)).devices).toMatchObject([{ label: names[browser.engine] }]);
    await page.close();
  });

  test('a passkey: one click; a closed prompt is no error', async ({ skip }) => {
    const { browser, stage, show, newName } = scene();
    skip(!ABILITIES[browser.engine].passkeys, 'this engine has no passkeys');
    const user = newName();
    const page = await show('mfa-enroll', user, { kinds: 'passkey' });
    const key = await page.addAuthenticator();
    await page.click({ role: 'button', name: 'Create passkey' });
    await page.sees('.mfa-codes');
    await page.click('.mfa-check');
    await page.click({ role: 'button', name: 'Finish' });
    await page.until('it is done', `() => told.length > 0`);
    expect(await toldBy(page)).toMatchObject([expect.stringMatching(/^mfa-done .*"kind":"passkey"/)]);
    expect((await stage.mfa.status(user)).factors).toMatchObject([{ kind: 'webauthn' }]);

    await page.goto(`${stage.url}/?element=mfa-sign-in&login=1&user=${user}`);
    await page.click({ role: 'button', name: 'Use a passkey' });
    await page.until('it is done', `() => told.length > 0`);
    expect(await toldBy(page)).toMatchObject([expect.stringMatching(/^mfa-done .*"method":"webauthn"/)]);
    await key.remove();
    await page.close();
  });
}
