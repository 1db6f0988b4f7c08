/** Processes: several instances of one application, which a store cannot tell from real processes. */
import type { Mfa, MfaStore } from '@mfakit/core';
import { checkEqual } from './check.ts';
import { outcomeOf } from './outcome.ts';
import { together } from './steps.ts';
import { testApplication, type TestApplication, type TestApplicationOptions } from './test-application.ts';

/** How many instances of the core share one store. */
const PROCESSES = 4;

/** One application over one store, in several instances. */
export interface Processes extends TestApplication {
  /** Instances of the core that share nothing but the store, the keys and the clock. */
  readonly processes: readonly [Mfa, ...Mfa[]];
}

/** Starts an application over a store. */
export function startProcesses(store: MfaStore, options: TestApplicationOptions = {}): Processes {
  const application = testApplication({ verifyPassword: 'passwordless', ...options, store });
  const others = Array.from({ length: PROCESSES - 1 }, () => application.another());
  return { ...application, processes: [application.mfa, ...others] };
}

/** Makes a master key: 32 random bytes in base64. */
export function randomKey(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
}

/** Runs calls in parallel, spread over the processes, and counts how they ended: `accepted`, or the refusal. */
export async function countOutcomes(
  { processes }: Processes,
  calls: readonly ((mfa: Mfa) => Promise<unknown>)[],
): Promise<Readonly<Record<string, number>>> {
  const outcomes = await together(
    calls.map((call, index) => outcomeOf(call(processes[index % processes.length] ?? processes[0]))),
  );
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** Expects the user's events to be of these types, oldest first, numbered from 1 without a gap. */
export async function expectHistory({ mfa }: Processes, userId: string, types: readonly string[]): Promise<void> {
  const found = (await mfa.history(userId, { limit: 200 })).toReversed();
  checkEqual(
    found.map((event) => ({ seq: event.seq, userId: event.userId, type: event.type })),
    types.map((type, index) => ({ seq: index + 1, userId, type })),
    'the events tell exactly what was committed, numbered from 1 without a gap',
  );
}
