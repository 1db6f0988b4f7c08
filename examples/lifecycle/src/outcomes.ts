/** Outcomes: each step of the walk checks its own, and stops the walk if it is another. */
import { MfaError, type MfaErrorCode } from '@mfakit/core';

/** A step did not end as the library promises. */
export class Misbehaviour extends Error {
  override readonly name = 'Misbehaviour';
}

/** @throws {Misbehaviour} if something does not hold */
export function expectThat(holds: boolean, promise: string): asserts holds {
  if (!holds) throw new Misbehaviour(`does not hold: ${promise}`);
}

/**
 * The refusal that a call ends in.
 * @throws {Misbehaviour} if it is accepted, or refused for another reason
 */
export async function expectRefusal(code: MfaErrorCode, call: Promise<unknown>): Promise<MfaError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof MfaError && error.code === code) return error;
    throw new Misbehaviour(`must be refused with ${code}, but ended in ${reasonOf(error)}`, { cause: error });
  }
  throw new Misbehaviour(`was accepted, but must be refused with ${code}`);
}

/**
 * Counts how some parallel calls end: `accepted`, or the code of a refusal.
 * @param expected - by outcome, or by several that count as one: `locked or busy`
 * @returns the counts, in the order in which they were expected
 * @throws {Misbehaviour} if they are others
 */
export async function expectTally(
  expected: Readonly<Record<string, number>>,
  calls: readonly Promise<unknown>[],
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const settled of await Promise.allSettled(calls)) {
    const ended = settled.status === 'fulfilled' ? 'accepted' : reasonOf(settled.reason);
    const outcome = Object.keys(expected).find((name) => name.split(' or ').includes(ended)) ?? ended;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  const outcomes = Object.keys({ ...expected, ...counts });
  const same = outcomes.every((outcome) => counts[outcome] === expected[outcome]);
  expectThat(same, `${JSON.stringify(expected)}; it was ${JSON.stringify(counts)}`);
  return expected;
}

function reasonOf(error: unknown): string {
  return error instanceof MfaError ? error.code : String(error);
}
