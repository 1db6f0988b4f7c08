/** outcomeClass: whether a call did what was asked, was right to refuse, or could not. */
import type { CallOutcome } from '@mfakit/core';

/** `refused` is what users do wrong or have to wait for; `failed` is what operators look at. */
export type OutcomeClass = 'ok' | 'refused' | 'failed';

const FAILED: readonly CallOutcome[] = [
  'busy',
  'contention',
  'fault',
  'hasher_unavailable',
  'record_outdated',
  'secret_unreadable',
  'store_unavailable',
];

/** Classes keep the label sets few: thirty calls with forty codes each would be a thousand. */
export function outcomeClass(outcome: CallOutcome): OutcomeClass {
  if (outcome === 'ok') return 'ok';
  return FAILED.includes(outcome) ? 'failed' : 'refused';
}
