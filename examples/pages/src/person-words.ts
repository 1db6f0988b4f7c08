/** Person words: what the pages of administration say about somebody's two-step verification. */
import type { PersonMfa } from './admin-api.ts';
import { inWords } from './page.ts';

const KINDS: Readonly<Partial<Record<string, string>>> = { webauthn: 'passkey', totp: 'app' };

/** In place of anything that the server could not read. */
export const UNREADABLE = "Can't be read now";

/** Such as `On: passkey, app`. */
export function stateOf(mfa: PersonMfa | null): string {
  if (mfa === null) return UNREADABLE;
  const { enabled, kinds, backup_codes_remaining: left } = mfa;
  if (!enabled) return 'Off';
  const codes = left === 0 ? '. No backup codes' : '';
  return `On: ${kinds.map((kind) => KINDS[kind] ?? kind).join(', ')}${codes}`;
}

export function lastUsedOf(mfa: PersonMfa | null): string {
  if (mfa === null) return UNREADABLE;
  return mfa.last_used_at === null ? '–' : inWords(mfa.last_used_at);
}

export function requiredFromOf(mfa: PersonMfa | null): string {
  if (mfa === null) return UNREADABLE;
  const { enabled, required_from: from, required_now: now } = mfa;
  if (from === null) return 'Not required';
  return now && !enabled ? `${dayOf(from)}: overdue` : dayOf(from);
}

export function lockOf(mfa: PersonMfa | null): string {
  if (mfa === null) return UNREADABLE;
  if (!mfa.locked) return 'Not locked';
  return mfa.locked_until === null ? 'Locked until you unlock it' : `Locked until ${inWords(mfa.locked_until)}`;
}

/** The day of an instant, and the time if it is not the day's beginning. */
export function dayOf(instant: string | Date): string {
  const date = new Date(instant);
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
  return isMidnight ? date.toLocaleDateString(undefined, { dateStyle: 'medium' }) : inWords(date);
}

export function people(count: number): string {
  return count === 1 ? '1 person' : `${count.toLocaleString()} people`;
}
