/** Walks to a sensitive page. */
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person } from '../person.ts';

export function stepUpWalks(stage: () => Stage): void {
  test('a payout asks for a fresh code once the last one is too old', async () => {
    const nia = await person(stage());
    await nia.quickly.signUp('nia');
    await nia.open('/payout');
    await nia.press('Pay out');
    await nia.sees('Two-step verification needed');
    await nia.follow('Turn on');
    const { device } = await nia.enroll();
    await nia.quickly.signIn('nia', device);
    await nia.open('/account');

    await nia.follow('Payout');
    await nia.press('Pay out');
    await nia.sees('Paid out');

    stage().clock.advance({ minutes: 5, seconds: 1 });
    const [before] = await nia.context.cookies();
    await nia.open('/payout');
    await nia.press('Pay out');
    await nia.sees('Confirm that it is you');
    await nia.fill('Code from your authenticator app', device.wrongCode());
    await nia.press('Confirm and pay out');
    await nia.reads('Invalid code');
    await nia.fill('Code from your authenticator app', device.freshCode());
    await nia.press('Confirm and pay out');
    await nia.sees('Paid out');
    // The session has a new id, and the old one is worth nothing any more.
    const [after] = await nia.context.cookies();
    expect(after?.value).not.toBe(before?.value);
    const answer = await fetch(`${stage().url}/api/me`, { headers: { cookie: `${before?.name}=${before?.value}` } });
    expect(answer.status).toBe(401);
    await nia.open('/activity');
    await nia.reads('Confirmed with a code');
    await nia.leave();
  });
}
