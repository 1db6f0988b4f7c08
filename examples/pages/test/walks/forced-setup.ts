/** Walks of people who have to enroll before they are signed in, and of answers that arrive twice. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person, type Person } from '../person.ts';
import { PASSWORD } from '../routes.ts';
import { codesOn, confirm, confirms, keptCodes, setupOn, startsAgain } from '../setup-page.ts';
import { ANOTHER_CONFIRMED, CONFIRMED, REPLACED } from '../setup-page.ts';

/** Somebody who has given the password, and looks at the QR code that comes after it. */
async function forced(stage: Stage, userName: string): Promise<Person> {
  const { acme } = stage;
  const account = await acme.accounts.add({ userName, password: PASSWORD, isAdmin: false });
  await acme.mfa.enforce(account?.id ?? '');
  const who = await person(stage);
  await who.signIn(userName);
  await setupOn(who);
  return who;
}

export function forcedSetupWalks(stage: () => Stage): void {
  test('a reload shows the same QR code, and one press or two confirm it once', async () => {
    const lee = await forced(stage(), 'lee');
    const { picture } = await setupOn(lee);
    await lee.page.reload();
    const { picture: again, device } = await setupOn(lee);
    expect(again).toBe(picture);
    let sent = 0;
    lee.page.on('request', (request) => {
      if (request.url().endsWith('/enforce-confirm')) sent++;
    });
    await lee.fill('Code from the app', device.freshCode());
    await lee.page.getByRole('button', { name: 'Turn on' }).dblclick();
    await lee.sees('Save your backup codes');
    expect(sent).toBe(1);
    await lee.follow('I have saved them');
    await lee.sees('Hello, lee');
    await lee.leave();
  });

  test('a confirmation that arrives twice leads on to the backup codes, and a used token to the account', async () => {
    const mel = await forced(stage(), 'mel');
    const { device } = await setupOn(mel);
    const codes = await keptCodes(mel);
    const token = await mel.page.evaluate(() => sessionStorage.getItem('enroll-token'));
    await mel.page.route('**/enforce-confirm', async (route) => {
      await mel.quickly.post('/api/auth/totp/enforce-confirm', route.request().postDataJSON() as object);
      await route.continue();
    });
    await confirm(mel, device.freshCode());
    await mel.reads(CONFIRMED);
    await mel.press('Go on');
    expect(await codesOn(mel)).toEqual(codes);

    await mel.page.evaluate((used) => sessionStorage.setItem('enroll-token', used), String(token));
    await mel.open('/enroll');
    await mel.sees('Hello, mel');
    await mel.leave();
  });

  test('in two tabs: the older one sends to the other, and goes on once the other is done', async () => {
    const ned = await forced(stage(), 'ned');
    const { device } = await setupOn(ned);
    const other = await ned.inAnotherTab();
    await other.signIn('ned');
    await setupOn(other);
    await confirm(ned, device.freshCode());
    await ned.reads(REPLACED);
    await confirms(other);
    await startsAgain(ned, REPLACED);
    await ned.reads(ANOTHER_CONFIRMED);
    await ned.press('Go on');
    await ned.sees('Hello, ned');
    await ned.leave();
  });

  test('a sign-in that took too long begins anew', async () => {
    const ove = await forced(stage(), 'ove');
    const { device } = await setupOn(ove);
    stage().clock.advance({ minutes: 10 });
    await confirm(ove, device.freshCode());
    await ove.reads('This sign-in took too long. Sign in again.');
    await ove.follow('Back to sign in');
    await ove.sees('Sign in');
    await ove.leave();
  });

  test('a second step that arrives twice signs in', async () => {
    const pam = await person(stage());
    await pam.quickly.signUp('pam');
    const { device } = await pam.quickly.enroll();
    await pam.signIn('pam');
    await pam.page.route('**/totp-verify', async (route) => {
      await pam.quickly.post('/api/auth/totp-verify', route.request().postDataJSON() as object);
      await route.continue();
    });
    await pam.fill('Code from your authenticator app', device.freshCode());
    await pam.press('Sign in');
    await pam.sees('Hello, pam');
    await pam.leave();
  });
}
