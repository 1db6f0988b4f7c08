/** Walks to a sensitive page. */
import { en } from '@mfakit/elements/words/en';
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person } from '../person.ts';

export function stepUpWalks(stage: () => Stage): void {
  test('a payout asks for a fresh code once the last one is too old, and then runs', async () => {
    const nia = await person(stage());
    await nia.quickly.signUp('nia');
    await nia.open('/payout');
    await nia.follow('Turn it on');
    await nia.sees('Hello, nia');
    const { device } = await nia.quickly.enroll();
    await nia.quickly.signIn('nia', device);

    await nia.follow('Payout');
    await nia.press('Pay out');
    await nia.sees('Paid out');

    stage().clock.advance({ minutes: 5, seconds: 1 });
    const [before] = await nia.context.cookies();
    await nia.open('/payout');
    await nia.press('Pay out');
    const dialog = nia.page.getByRole('dialog', { name: en.stepUp.title });
    await dialog.getByText('You’re about to pay out €250.00.').waitFor();
    await nia.page.keyboard.press('Escape');
    await nia.reads('Nothing was paid out.');
    expect(await dialog.count()).toBe(0);
    expect(await nia.page.locator(':focus').textContent()).toBe('Pay out');
    await nia.press('Pay out');
    await nia.fill(en.shared.code, device.wrongCode());
    await nia.press(en.stepUp.confirm);
    await nia.reads(/^That code isn’t right/);
    await nia.prove(device, en.stepUp.confirm);
    await nia.sees('Paid out');
    // The session has a new id, and the old one is worth nothing any more.
    const [after] = await nia.context.cookies();
    expect(after?.value).not.toBe(before?.value);
    const answer = await fetch(`${stage().url}/api/me`, { headers: { cookie: `${before?.name}=${before?.value}` } });
    expect(answer.status).toBe(401);
    await nia.open('/security');
    await nia.reads(en.manage.events.confirmed);
    await nia.leave();
  });
}
