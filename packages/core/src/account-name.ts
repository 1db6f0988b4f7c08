/** Account names: what an authenticator app shows of an account, made of whatever the host gives. */
import { LIMITS } from './limits.ts';

/** Shown if the host gives nothing that can be. */
const FALLBACK = 'account';

const encoder = new TextEncoder();

/**
 * An account name as an app can show it. It only names an entry in a list, so it never refuses: control characters become
 * spaces, colons dashes (the Key URI format separates by a colon), characters without a shape go, and what is beyond 254
 * bytes of UTF-8 is cut.
 * @returns `null` if nothing is left to show, or if it is no string: a mistake of the host
 */
export function shownAccountName(given: unknown): string | null {
  if (typeof given !== 'string') return null;
  // Cut first, so that a long text costs no more than a short one.
  const shown = cutBytes(clean(given.slice(0, 4 * LIMITS.accountNameBytes)), LIMITS.accountNameBytes);
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(shown) ? shown : null;
}

/**
 * The name of a factor in the app.
 * @param label - of a factor beside others: the app would otherwise show two entries of one name
 */
export function nameInApp(accountName: unknown, label: string | null): string {
  const suffix = label === null ? '' : ` (${clean(label)})`;
  const room = LIMITS.accountNameBytes - encoder.encode(suffix).length;
  return cutBytes(shownAccountName(accountName) ?? FALLBACK, room) + suffix;
}

/** The label, with a number if the user has a factor of that name in the app: `Tablet 2`. */
export function distinctLabel(label: string, taken: readonly string[]): string {
  const names = new Set(taken.map(clean));
  let distinct = label;
  // Two digits and a space: no user has a hundred factors.
  const stem = label.slice(0, LIMITS.labelCharacters - 3).replace(/\p{Cs}$/u, '');
  for (let number = 2; names.has(clean(distinct)); number++) distinct = `${stem} ${number}`;
  return distinct;
}

function clean(text: string): string {
  return (
    text
      .replaceAll(/\p{Cc}/gu, ' ')
      // Joiners stay: some scripts and emoji are written with them.
      .replaceAll(/(?![\u200C\u200D])[\p{Cf}\p{Cs}]/gu, '')
      .replaceAll(':', '-')
      .trim()
  );
}

function cutBytes(text: string, maxBytes: number): string {
  return text.slice(0, encoder.encodeInto(text, new Uint8Array(maxBytes)).read).trimEnd();
}
