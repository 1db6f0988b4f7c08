/** the cost of a device in the record. */
import { expect, test } from 'vitest';
import { stage } from '../harness.ts';
import { trusted } from './browser.ts';

const sizeOf = (document: unknown): number => new TextEncoder().encode(JSON.stringify(document)).length;

test('a device takes at most 300 bytes, and only while there is one', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  const before = await on.store.record('ann');
  expect(before).not.toHaveProperty('devices');
  const browser = await trusted(on, ann, 'Firefox 148 on Windows 11');
  await browser.next(on, 'ann');
  for (let n = 0; n < 10; n += 1) await on.mfa.passwordFailed('ann', {}, { device: browser.cookie });
  const [device] = (await on.store.record('ann')).devices ?? [];
  expect(device).toMatchObject({ failures: 10, previous: expect.any(String) });
  expect(sizeOf(device)).toBeGreaterThan(200);
  expect(sizeOf(device)).toBeLessThanOrEqual(300);
  await on.mfa.forgetDevices('ann');
  expect(await on.store.record('ann')).not.toHaveProperty('devices');
});
