/** How much of the bare binding's speed is left to a whole call. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resetTables } from './tables.ts';
import { startWorkerd, type Workerd } from './workerd.ts';

/** `MFAKIT_TEST_LONG=1`: enough rounds to mean something. It measures time, so run nothing beside it. */
const LONG = process.env['MFAKIT_TEST_LONG'] === '1';
const ROUNDS = LONG ? 15 : 1;
const USERS = LONG ? 100 : 3;
const AT_LEAST = 0.45;

let workerd: Workerd;
beforeAll(async () => {
  workerd = await startWorkerd();
  await resetTables(workerd.database);
}, 60_000);
afterAll(() => workerd.stop());

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

// The clocks of a Worker stand still while it computes, so the time is taken from outside.
test('a verify against a read and a write of the bare binding', { timeout: 300_000 }, async () => {
  const users = Array.from({ length: USERS }, (_, index) => `user-${index}`);
  await workerd.perform(0, { do: 'enroll', users });
  const times: Record<'verify' | 'raw', number[]> = { verify: [], raw: [] };
  for (let round = 0; round < ROUNDS + 2; round += 1) {
    for (const what of ['verify', 'raw'] as const) {
      const begun = performance.now();
      await workerd.perform(0, { do: what });
      if (round >= 2) times[what].push((performance.now() - begun) / USERS);
    }
  }
  const share = median(times.raw) / median(times.verify);
  const [raw, verify] = [median(times.raw).toFixed(2), median(times.verify).toFixed(2)];
  if (LONG) console.log(`raw ${raw} ms, verify ${verify} ms, share ${share.toFixed(2)}`);
  // Without the long mode it only runs: a few calls tell nothing.
  expect(share).toBeGreaterThanOrEqual(LONG ? AT_LEAST : 0);
});
