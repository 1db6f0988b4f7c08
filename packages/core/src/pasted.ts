/** Pasted: the code in what a person typed or pasted. */
import { LIMITS } from './limits.ts';

const QUOTES = String.raw`\p{Pi}\p{Pf}"'${'`'}„‚「」『』`;

/** What stands in front of a list's item besides its number: white space, dashes, quotes, bullets, boxes and ticks. */
const LEADERS = String.raw`[\p{White_Space}\p{Pd}${QUOTES}*+>·•‣⁃∙・\p{So}\uFE0F]*`;

/**
 * The number of a list's item: `3)`, `(3)`, `1. `. Codes may have dots too, so a number with a dot and no space behind it
 * has at most two digits, and a longer group after it: `1.123456`, but not `123.456` or `12.34.56`.
 */
const NUMBER = String.raw`(?:[([]?\d{1,3}(?:\.?[)\]]|[.:](?=\p{White_Space}))|\d{1,2}\.(?=\w{3}))?`;

const FRONT = new RegExp(`^${LEADERS}${NUMBER}${LEADERS}`, 'u');

/** White space, dashes (the minus sign and the Japanese long-vowel mark are typed for one) and dots. */
const DROPPED = /[\p{White_Space}\p{Pd}\u2212\u30FC.。·•・]/gu;

/** Letters and digits of ASCII alone: what most people send. */
const NOTHING_TO_DROP = /^\w*$/;

/** What stands behind a code. It begins after a symbol of the code, so that the search is linear. */
const BACK = new RegExp(`(?<=\\w)[${QUOTES},、]+$`, 'u');

/**
 * The code in what a person typed or pasted: compatibility forms and the digits of every script become ASCII; list
 * markers in front, quotes around, white space, dashes, dots, and characters without a shape are dropped. What is left may
 * be no code at all: the caller checks that. Never for passwords or tokens.
 * @returns `null` for what is no string, or is longer than anyone pastes
 */
export function plainCode(given: unknown): string | null {
  // The limit first: normalizing makes up to 18 characters of one.
  if (typeof given !== 'string' || given.length > LIMITS.typedCodeCharacters) return null;
  if (NOTHING_TO_DROP.test(given)) return given;
  return given
    .normalize('NFKC')
    .replaceAll(/(?!\d)\p{Nd}/gu, toAsciiDigit)
    .replaceAll(/\p{Cf}/gu, '')
    .replace(FRONT, '')
    .replaceAll(DROPPED, '')
    .replace(BACK, '');
}

/** The digits of a script are ten code points in a row, zero first, so the distance from zero is the value. */
function toAsciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let zero = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((point - zero) % 10);
}
