/** Event sentence: what a security event says to the user whom it is about. */
import type { WireEvent } from '@mfakit/http';
import { fill } from './say.ts';
import type { EventWords } from './words.ts';

/** Steps inside the library, of no interest to anybody. */
const SILENT: readonly string[] = ['attempt_charged', 'rekeyed', 'forgotten'];

/** Whether an event is worth a line. */
export function isWorthShowing({ type, by }: WireEvent): boolean {
  return !SILENT.includes(type) && !(type === 'account_unlocked' && by !== 'support');
}

/** Events whose sentence depends on more than their type. */
const BY_MORE: Readonly<Partial<Record<string, (event: WireEvent) => string>>> = {
  verified: ({ operation, method }) => (operation === 'step_up' ? 'confirmed' : `signed_in_${method}`),
  attempt_refused: ({ reason }) => reason ?? 'refused',
  account_unlocked: () => 'unlocked_by_support',
  factor_added: ({ first, kind }) =>
    first === true ? 'turned_on' : kind === 'webauthn' ? 'passkey_added' : 'app_added',
  factor_removed: ({ kind }) => (kind === 'webauthn' ? 'passkey_removed' : 'app_removed'),
  device_forgotten: ({ by }) => (by === 'reuse' ? 'device_copied' : 'device_forgotten'),
};

/** What is said of an event whose details have no sentence of their own. */
const IN_GENERAL: Readonly<Partial<Record<string, keyof EventWords>>> = {
  verified: 'signed_in',
  attempt_refused: 'refused',
};

/** The sentence. An event of a kind that came later has one, too. */
export function eventSentence(event: WireEvent, words: EventWords, app: string): string {
  const of = (key: string): string | undefined =>
    Object.hasOwn(words, key) ? words[key as keyof EventWords] : undefined;
  const key = BY_MORE[event.type]?.(event) ?? event.type;
  return fill(of(key) ?? words[IN_GENERAL[event.type] ?? 'unknown'], { app });
}
