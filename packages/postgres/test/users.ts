/** Users: the application over the store that they enroll with, and what became of their calls. */
import { MfaError, type Mfa, type MfaEvent, type MfaStore } from '@mfakit/core';
import { webauthnFactor } from '@mfakit/core/webauthn';
import { outcomeOf as kitOutcomeOf, testApplication, type TestApplication, type TestClock } from '@mfakit/testkit';
import { webauthn } from '@mfakit/webauthn';

/** Bytes 0 to 31, the key that seals, and 32 to 63, the next one. */
const KEYS = [0, 32].map((first) => Buffer.from(Array.from({ length: 32 }, (_, i) => first + i)).toString('base64'));

/** Options under which everything is sealed with the next key. */
export const ROTATED = { keys: KEYS.toReversed() };

/** Who signs in first here has two weeks to enroll. */
const TWO_WEEKS = { from: new Date(0), graceDays: 14, rule: 'newcomers' };

async function require(userId: string): Promise<typeof TWO_WEEKS | null> {
  return userId.startsWith('newcomer') ? TWO_WEEKS : null;
}

/** One instance of the core, as one process would have it. Users may have passkeys, which know them by their ids. */
export function startApplication(store: MfaStore, clock: TestClock): TestApplication {
  const party = webauthn({ rpId: 'example.org', rpName: 'Acme', origins: ['https://example.org'] });
  const factors = [webauthnFactor(party, { userHandle: 'user-id' })];
  return testApplication({ store, clock, verifyPassword: 'passwordless', factors, keys: KEYS, require });
}

/** `accepted`, or the code of the refusal. Throws what is not a refusal: that is a defect. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  const outcome = await kitOutcomeOf(call);
  if (outcome !== 'store_unavailable') return outcome;
  const error: unknown = await call.catch((thrown: unknown) => thrown);
  // Nothing lies beneath an outcome that is unknown, and otherwise the driver's own error, once.
  if (error instanceof MfaError && error.cause === undefined && /is unknown/.test(error.message)) return outcome;
  if (error instanceof MfaError && error.cause instanceof Error && !(error.cause instanceof MfaError)) return outcome;
  throw new Error('store_unavailable must carry the error of the driver', { cause: error });
}

/** How often each outcome occurs. */
export function tally(outcomes: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** All events of a user, oldest first. */
export async function wholeHistory(mfa: Mfa, userId: string): Promise<readonly MfaEvent[]> {
  const events: MfaEvent[] = [];
  for (;;) {
    const before = events.at(-1)?.seq;
    if (before === 1) break;
    const page = await mfa.history(userId, { limit: 200, ...(before !== undefined && { before }) });
    if (page.length === 0) break;
    events.push(...page);
  }
  return events.reverse();
}
