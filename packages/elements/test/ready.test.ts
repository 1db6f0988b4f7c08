/** How soon the sign-in is ready on a slow phone: from the start of its script to the form, without the answer of the server. */
import { describe, expect, test } from 'vitest';
import { onStage, TAKES_ALL } from './walks/walk.ts';

/** It measures time, so it runs where nothing else does. */
describe.skipIf(!TAKES_ALL)('on a processor that is four times slower', () => {
  const scene = onStage('chromium', { cpuSlowdown: 4 });

  test('the sign-in is drawn within 50 ms of its script', async () => {
    const { show, newUser } = scene();
    const { userId } = await newUser();
    const page = await show('mfa-sign-in', userId, { login: true });
    const taken: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      taken.push(await page.evaluate<number>('() => readyAfter'));
      await page.reload();
      await page.until('it is drawn', `() => document.querySelector('mfa-sign-in form') !== null`);
    }
    console.info(`the sign-in is ready after ${taken.map((each) => each.toFixed(1)).join(', ')} ms`);
    expect(Math.min(...taken)).toBeLessThanOrEqual(50);
  });
});
