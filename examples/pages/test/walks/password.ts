/** Walks around passwords. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import { en } from '@mfakit/elements/words/en';
import { test } from 'vitest';
import type { Stage } from '../example.ts';
import { person, type Person } from '../person.ts';
import { PASSWORD } from '../routes.ts';

const NEW_PASSWORD = 'some other good words';
const CHANGED = 'Password changed. Your other sessions have ended.';

async function change(who: Person, password: string): Promise<void> {
  await who.fill('Password', password);
  await who.fill('New password', NEW_PASSWORD);
  await who.press('Change password');
}

export function passwordWalks(stage: () => Stage): void {
  test('a new password takes a code and the old one, and ends the other sessions', async () => {
    const eda = await person(stage());
    const { device } = await eda.quickly.join('eda');
    stage().clock.advance({ minutes: 6 });
    await eda.open('/security');
    const elsewhere = await person(stage());
    await elsewhere.quickly.signIn('eda', device);
    await elsewhere.open('/security');
    await elsewhere.sees('Hello, eda');

    await eda.follow('Change password');
    await eda.sees('Change password');
    await change(eda, 'not the password');
    await eda.reads('You’re about to change your password.');
    await eda.press(en.shared.cancel);
    await eda.reads('Your password is as it was.');
    await change(eda, 'not the password');
    await eda.prove(device, en.stepUp.confirm);
    await eda.reads('That password isn’t right.');
    await change(eda, PASSWORD);
    await eda.reads(CHANGED);
    await eda.reads('Password changed');

    await elsewhere.open('/security');
    await elsewhere.sees('Sign in');
    await elsewhere.signIn('eda');
    await elsewhere.reads('That user name or password isn’t right.');
    await elsewhere.signIn('eda', NEW_PASSWORD);
    await elsewhere.sees(en.signIn.title);
    await elsewhere.leave();
    await eda.leave();
  });

  test('someone without a second factor changes the password by the old one', async () => {
    const eli = await person(stage());
    await eli.quickly.signUp('eli');
    await eli.open('/password');
    await change(eli, PASSWORD);
    await eli.reads(CHANGED);
    await eli.leave();
  });

  test('long after the sign-in, the first app needs the password again', async () => {
    const gil = await person(stage());
    await gil.quickly.signUp('gil');
    stage().clock.advance({ minutes: 15, seconds: 1 });
    await gil.open('/security');
    await gil.press(en.manage.addApp);
    await gil.sees(en.enroll.proofTitle);
    await gil.fill(en.shared.password, 'not the password');
    await gil.press(en.shared.continue);
    await gil.reads(/^That password isn’t right/);
    await gil.fill(en.shared.password, PASSWORD);
    await gil.press(en.shared.continue);
    await gil.enroll();
    await gil.reads('You have 10 backup codes left.');
    await gil.leave();
  });
}
