/** Walks of people who have to enroll before they are signed in, and of answers that arrive twice. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import { en } from '@mfakit/elements/words/en';
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person, type Person } from '../person.ts';
import { PASSWORD } from '../routes.ts';
import { codesOn, confirm, confirms, ends, keptCodes, setupOn } from '../setup-page.ts';

/** From the password to the QR code. */
async function toPicture(who: Person, userName: string): Promise<void> {
  await who.signIn(userName);
  await who.sees(en.enroll.title);
  await who.press(/^Authenticator app/);
  await setupOn(who);
}

/** Somebody who has given the password, and looks at the QR code that comes after it. */
async function forced(stage: Stage, userName: string): Promise<Person> {
  const { acme } = stage;
  const account = await acme.accounts.add({ userName, password: PASSWORD, isAdmin: false });
  await acme.mfa.enforce(account?.id ?? '');
  const who = await person(stage);
  await toPicture(who, userName);
  return who;
}

export function forcedSetupWalks(stage: () => Stage): void {
  test('a reload shows the same QR code, and one press or two confirm it once', async () => {
    const lee = await forced(stage(), 'lee');
    await lee.reads('Acme requires this. It takes about two minutes.');
    const { picture } = await setupOn(lee);
    await lee.page.reload();
    const { picture: again, device } = await setupOn(lee);
    expect(again).toBe(picture);
    let sent = 0;
    lee.page.on('request', (request) => {
      if (request.url().endsWith('/enforce-confirm')) sent++;
    });
    await lee.fill(en.shared.code, device.freshCode());
    await lee.page.getByRole('button', { name: en.enroll.turnOn }).dblclick();
    await codesOn(lee);
    expect(sent).toBe(1);
    await lee.saveCodes();
    await lee.sees('Hello, lee');
    // Back is where it began, and not a setup that has ended.
    await lee.page.goBack();
    await lee.sees('Sign in');
    await lee.leave();
  });

  test('whoever chose an app can choose a passkey after all', async () => {
    const kai = await forced(stage(), 'kai');
    await kai.press(en.enroll.other);
    await kai.press(/^Passkey/);
    await kai.sees(en.enroll.titlePasskey);
    await kai.page.reload();
    await kai.sees(en.enroll.title);
    await kai.leave();
  });

  test('a confirmation that arrives twice leads on to the backup codes, and a used token to the account', async () => {
    const mel = await forced(stage(), 'mel');
    const { device } = await setupOn(mel);
    const codes = await keptCodes(mel);
    const token = await mel.page.evaluate(() => sessionStorage.getItem('set-up-token'));
    await mel.page.route('**/enforce-confirm', async (route) => {
      await mel.quickly.post('/api/auth/totp/enforce-confirm', route.request().postDataJSON() as object);
      await route.continue();
    });
    await confirm(mel, device.freshCode());
    expect(await codesOn(mel)).toEqual(codes);
    await mel.saveCodes();
    await mel.sees('Hello, mel');

    await mel.page.evaluate((used) => sessionStorage.setItem('set-up-token', used), String(token));
    await mel.open('/set-up');
    await mel.press(/^Authenticator app/);
    await mel.sees('Hello, mel');
    await mel.leave();
  });

  test('in two tabs: the older one starts again, and goes on once the other is done', async () => {
    const ned = await forced(stage(), 'ned');
    const { device } = await setupOn(ned);
    const other = await ned.inAnotherTab();
    await toPicture(other, 'ned');
    await confirm(ned, device.freshCode());
    await ned.reads(en.changeRefusals.setup_replaced);
    await confirms(other);
    await ends(ned, en.changeRefusals.setup_replaced, en.shared.startAgain);
    await ned.press(/^Authenticator app/);
    await ends(ned, en.changeRefusals.already_enabled, en.shared.continue);
    await ned.sees('Hello, ned');
    await ned.leave();
  });

  test('a sign-in that took too long begins anew', async () => {
    const ove = await forced(stage(), 'ove');
    const { device } = await setupOn(ove);
    stage().clock.advance({ minutes: 10 });
    await confirm(ove, device.freshCode());
    await ove.reads(en.refusals.invalid_token);
    await ove.follow(en.shared.signIn);
    await ove.sees('Sign in');
    await ove.leave();
  });

  test('a second step that arrives twice signs in', async () => {
    const pam = await person(stage());
    const { device } = await pam.quickly.join('pam');
    await pam.signIn('pam');
    await pam.page.route('**/totp-verify', async (route) => {
      await pam.quickly.post('/api/auth/totp-verify', route.request().postDataJSON() as object);
      await route.continue();
    });
    await pam.prove(device, en.shared.continue);
    await pam.sees('Hello, pam');
    await pam.leave();
  });
}
