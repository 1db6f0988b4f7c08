/** Walks to each fate of a setup. Each is told in a sentence, beside a button that does what it says. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person, type Person } from '../person.ts';
import { PASSWORD } from '../routes.ts';
import { codesOn, confirm, confirms, keptCodes, keptFor, setupOn, startsAgain } from '../setup-page.ts';
import { ANOTHER_CONFIRMED, CONFIRMED, REPLACED } from '../setup-page.ts';

/** Somebody with a new account who looks at a QR code. */
async function beginner(stage: Stage, userName: string): Promise<Person> {
  const who = await person(stage);
  await who.quickly.signUp(userName);
  await who.open('/enroll');
  await setupOn(who);
  return who;
}

export function setupWalks(stage: () => Stage): void {
  test('begun twice by a double click: the QR code that is shown is the one that counts', async () => {
    const amy = await person(stage());
    await amy.quickly.signUp('amy');
    await amy.open('/account');
    await amy.page.getByRole('link', { name: 'Turn on' }).dblclick();
    expect(await confirms(amy)).toHaveLength(10);
    await amy.leave();
  });

  test('a reload shows the same QR code, for a first device and for one more', async () => {
    const ben = await beginner(stage(), 'ben');
    const first = await setupOn(ben);
    await ben.open('/account');
    await ben.open('/enroll');
    await ben.page.reload();
    expect((await setupOn(ben)).picture).toBe(first.picture);
    const codes = await keptCodes(ben);
    expect(codes).toHaveLength(10);
    expect(await confirms(ben)).toEqual(codes);

    await ben.follow('I have saved them');
    await ben.follow('Add a device');
    await ben.fill('Name of the new device', 'Tablet');
    await ben.fill('Password', PASSWORD);
    await ben.fill('Code from your authenticator app', first.device.freshCode());
    await ben.press('Go on');
    const tablet = await setupOn(ben);
    await ben.page.reload();
    expect((await setupOn(ben)).picture).toBe(tablet.picture);
    await confirm(ben, tablet.device.freshCode());
    await ben.reads('The device was added.');
    expect(await keptFor(ben)).toBeUndefined();
    await ben.leave();
  });

  test('two tabs: the older one sends to the other or starts again, and goes on once the other is done', async () => {
    const cas = await beginner(stage(), 'cas');
    const { device: first } = await setupOn(cas);
    const other = await cas.inAnotherTab();
    await other.open('/enroll');
    const { device: second } = await setupOn(other);
    await confirm(cas, first.freshCode());
    await startsAgain(cas, REPLACED);
    const { device: third } = await setupOn(cas);
    await confirm(other, second.freshCode());
    await startsAgain(other, REPLACED);
    await confirms(other);
    await confirm(cas, third.freshCode());
    await cas.sees('Two-step verification is on');
    await cas.reads(ANOTHER_CONFIRMED);
    await cas.press('Go on');
    await cas.sees('Hello, cas');
    await cas.leave();
  });

  test('a tab that shows the same QR code goes on to the same backup codes once the other has confirmed it', async () => {
    const dee = await beginner(stage(), 'dee');
    // A tab that a page opens, or that is duplicated, begins with a copy of what the tab keeps.
    const copy = await dee.inAnotherTab(() => dee.page.evaluate('void open("/enroll")'));
    const { device, picture } = await setupOn(copy);
    expect((await setupOn(dee)).picture).toBe(picture);
    const codes = await confirms(dee);
    await confirm(copy, device.freshCode());
    await copy.reads(CONFIRMED);
    expect(await keptFor(copy)).toBeUndefined();
    await copy.press('Go on');
    expect(await codesOn(copy)).toEqual(codes);
    await dee.leave();
  });

  test('ended by ten wrong codes', async () => {
    const fox = await beginner(stage(), 'fox');
    const { device } = await setupOn(fox);
    for (let failure = 1; failure <= 9; failure++) {
      await expect(fox.quickly.post('/api/auth/totp/confirm', { code: device.wrongCode() })).rejects.toThrow('400');
    }
    await confirm(fox, device.wrongCode());
    await fox.reads('Invalid code');
    await confirm(fox, device.freshCode());
    await startsAgain(fox, 'There were too many wrong codes in this setup. Start again.');
    await confirms(fox);
    await fox.leave();
  });

  test('expired, by the clock of the server or by that of the browser', async () => {
    const guy = await beginner(stage(), 'guy');
    const { device } = await setupOn(guy);
    stage().clock.advance({ minutes: 10 });
    await confirm(guy, device.freshCode());
    await startsAgain(guy, 'This setup has expired. Start again.');

    const { picture } = await setupOn(guy);
    await guy.page.clock.setFixedTime(stage().clock() + 10 * 60_000);
    await guy.page.reload();
    expect((await setupOn(guy)).picture).not.toBe(picture);
    await confirms(guy);
    await guy.leave();
  });

  test.each([
    ['hew', 5, 'The clock of your phone is ahead. Set its date and time to automatic'],
    ['ira', -5, 'The clock of your phone is behind. Set its date and time to automatic'],
  ])('%s has a phone that is %d minutes off: %s', async (userName, minutes, sentence) => {
    const who = await beginner(stage(), userName);
    const { device } = await setupOn(who);
    await confirm(who, device.app.code(stage().clock() + minutes * 60_000));
    await who.reads(sentence);
    const code = who.page.getByLabel('Code from the app');
    expect(await code.evaluate((input) => input === document.activeElement)).toBe(true);
    await confirms(who);
    await who.leave();
  });

  test('a QR code is shown to nobody else in the same tab', async () => {
    const { acme } = stage();
    await acme.accounts.add({ userName: 'kay', password: PASSWORD, isAdmin: false });
    const jon = await beginner(stage(), 'jon');
    expect(await keptFor(jon)).toBe('jon');
    // In another tab of this browser somebody else signs in.
    await jon.quickly.signIn('kay');
    await jon.open('/account');
    await jon.sees('Hello, kay');
    expect(await keptFor(jon)).toBeUndefined();
    await jon.open('/enroll');
    expect((await setupOn(jon)).device.app.accountName).toBe('kay');
    expect(await keptFor(jon)).toBe('kay');
    await jon.signOut();
    expect(await keptFor(jon)).toBeUndefined();
    await jon.leave();
  });
}
