/** Walks to the fates of a setup that somebody begins on the security page. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import { en } from '@mfakit/elements/words/en';
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person, type Person } from '../person.ts';
import { PASSWORD } from '../routes.ts';
import { codesOn, confirm, confirms, ends, keptCodes, keptFor, setupOn } from '../setup-page.ts';

async function toPicture(who: Person): Promise<void> {
  await who.open('/security');
  await who.press(en.manage.addApp);
  await setupOn(who);
}

/** Somebody with a new account who looks at a QR code. */
async function beginner(stage: Stage, userName: string): Promise<Person> {
  const who = await person(stage);
  await who.quickly.signUp(userName);
  await toPicture(who);
  return who;
}

export function setupWalks(stage: () => Stage): void {
  test('begun twice by a double click: the QR code that is shown is the one that counts', async () => {
    const amy = await person(stage());
    await amy.quickly.signUp('amy');
    await amy.open('/security');
    await amy.page.getByRole('button', { name: en.manage.addApp }).dblclick();
    expect(await confirms(amy)).toHaveLength(10);
    await amy.leave();
  });

  test('after a reload the same QR code comes up, for a first app and for one more', async () => {
    const ben = await beginner(stage(), 'ben');
    const first = await setupOn(ben);
    await ben.page.reload();
    await toPicture(ben);
    expect((await setupOn(ben)).picture).toBe(first.picture);
    const codes = await keptCodes(ben);
    expect(codes).toHaveLength(10);
    expect(await confirms(ben)).toEqual(codes);

    await ben.saveCodes();
    await ben.press(en.manage.addApp);
    await ben.prove(first.device, en.shared.continue);
    const tablet = await setupOn(ben);
    await ben.page.reload();
    await toPicture(ben);
    expect((await setupOn(ben)).picture).toBe(tablet.picture);
    await ben.fill(en.shared.code, tablet.device.freshCode());
    await ben.press(en.enroll.addApp);
    await ben.reads(/ added\.$/);
    expect(await keptFor(ben)).toBeUndefined();
    await ben.leave();
  });

  test('two tabs: the older one starts again, and goes on once the other is done', async () => {
    const cas = await beginner(stage(), 'cas');
    const { device: first } = await setupOn(cas);
    const other = await cas.inAnotherTab();
    await toPicture(other);
    const { device: second } = await setupOn(other);
    await confirm(cas, first.freshCode());
    await ends(cas, en.changeRefusals.setup_replaced, en.shared.startAgain);
    const { device: third } = await setupOn(cas);
    await confirm(other, second.freshCode());
    await ends(other, en.changeRefusals.setup_replaced, en.shared.startAgain);
    await confirms(other);
    await confirm(cas, third.freshCode());
    await ends(cas, en.changeRefusals.already_enabled, en.shared.continue);
    await cas.reads('You have 10 backup codes left.');
    await cas.leave();
  });

  test('a tab that shows the same QR code goes on to the same backup codes once the other has confirmed it', async () => {
    const dee = await beginner(stage(), 'dee');
    // A tab that a page opens, or that is duplicated, begins with a copy of what the tab keeps.
    const copy = await dee.inAnotherTab(() => dee.page.evaluate('void open("/security")'));
    await copy.press(en.manage.addApp);
    const { device, picture } = await setupOn(copy);
    expect((await setupOn(dee)).picture).toBe(picture);
    const codes = await confirms(dee);
    await confirm(copy, device.freshCode());
    expect(await codesOn(copy)).toEqual(codes);
    expect(await keptFor(copy)).toBeUndefined();
    await dee.leave();
  });

  test('a QR code is shown to nobody else in the same tab', async () => {
    const { acme } = stage();
    await acme.accounts.add({ userName: 'kay', password: PASSWORD, isAdmin: false });
    const jon = await beginner(stage(), 'jon');
    expect(await keptFor(jon)).toBe('jon');
    // In another tab of this browser somebody else signs in.
    await jon.quickly.signIn('kay');
    await jon.open('/security');
    await jon.sees('Hello, kay');
    await jon.press(en.manage.addApp);
    expect((await setupOn(jon)).device.app.accountName).toBe('kay');
    expect(await keptFor(jon)).toBe('kay');
    await jon.signOut();
    expect(await keptFor(jon)).toBeUndefined();
    await jon.leave();
  });
}
