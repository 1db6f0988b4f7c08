/** storeCases: the promises of the store port, as cases for any test runner. */
import { commitCases } from './cases/commit.ts';
import { eraseCases } from './cases/erase.ts';
import { eventCases } from './cases/events.ts';
import { lifecycleCases } from './cases/lifecycle.ts';
import { plainDataCases } from './cases/plain-data.ts';
import { raceCases } from './cases/races.ts';
import { removalCases } from './cases/removal.ts';
import { resendCases } from './cases/resend.ts';
import { roundTripCases } from './cases/round-trip.ts';
import { scanCases } from './cases/scan.ts';
import { userIdCases } from './cases/user-ids.ts';
import { casesOf, type StoreCase, type TestStore } from './store-case.ts';

/**
 * The promises of `MfaStore`, one case each: what a store must pass before the core can rely on it.
 *
 * They need no test runner and only the four methods of the port. So they say nothing about three promises: that a commit
 * survives a crash, that no statement hangs for ever, and that `'erase'` takes events whose record is gone. Test those
 * against your database.
 *
 * @param createStore - opens an empty store; called once per case. Cases may run in parallel if the stores share nothing
 * @returns the cases, in no particular order
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { memoryStore } from '@mfakit/memory';
 * import { storeCases } from '@mfakit/testkit';
 *
 * for (const { name, run } of storeCases(async () => ({ connections: [memoryStore()] }))) test(name, run);
 * ```
 */
export function storeCases(createStore: () => Promise<TestStore>): readonly StoreCase[] {
  return [
    commitCases,
    removalCases,
    eraseCases,
    resendCases,
    roundTripCases,
    raceCases,
    eventCases,
    userIdCases,
    scanCases,
    plainDataCases,
    lifecycleCases,
  ].flatMap((group) => casesOf(createStore, group));
}
