/** storeCases: the promises of the store port, as cases for any test runner. */
import { cacheCases } from './cases/caches.ts';
import { checkCases } from './cases/check.ts';
import { commitCases } from './cases/commit.ts';
import { eraseCases } from './cases/erase.ts';
import { eventCases } from './cases/events.ts';
import { failureCases } from './cases/failures.ts';
import { historyCases } from './cases/history.ts';
import { lifecycleCases } from './cases/lifecycle.ts';
import { lookAlikeCases } from './cases/look-alikes.ts';
import { markCases } from './cases/marks.ts';
import { outboxCases } from './cases/outbox.ts';
import { plainDataCases } from './cases/plain-data.ts';
import { raceCases } from './cases/races.ts';
import { removalCases } from './cases/removal.ts';
import { resendCases } from './cases/resend.ts';
import { retentionCases } from './cases/retention.ts';
import { revisionCases } from './cases/revisions.ts';
import { roundTripCases } from './cases/round-trip.ts';
import { scanCases } from './cases/scan.ts';
import { userIdCases } from './cases/user-ids.ts';
import { casesOf, type StoreCase, type StoreCaseOptions, type TestStore } from './store-case.ts';

/**
 * The promises of `MfaStore`, one case each. A store must pass all of them before core can rely on it.
 *
 * If the store has an outbox, open it with `outbox: { types: OUTBOX_TYPES }`.
 *
 * The cases need no test runner, and only the methods of the port. So they cannot check three promises: that a
 * commit survives a crash, that no statement hangs forever, and that `'erase'` removes events whose record is gone.
 * Test those against your database. And only with `breakDown` they see whether an error is taken for a missing user.
 *
 * @param createStore - opens an empty store, once per case. If the stores share nothing, cases can run in parallel
 * @param options - the deadline of a case
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
export function storeCases(
  createStore: () => Promise<TestStore>,
  options: StoreCaseOptions = {},
): readonly StoreCase[] {
  return [
    commitCases,
    removalCases,
    eraseCases,
    resendCases,
    roundTripCases,
    lookAlikeCases,
    revisionCases,
    raceCases,
    cacheCases,
    failureCases,
    eventCases,
    historyCases,
    retentionCases,
    userIdCases,
    scanCases,
    plainDataCases,
    lifecycleCases,
    checkCases,
    markCases,
    outboxCases,
  ].flatMap((group) => casesOf(createStore, group, options));
}
