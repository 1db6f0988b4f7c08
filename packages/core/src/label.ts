/** Label: the name that a user gives a factor, checked so that it shows everything that is in it. */
import { invalidInput } from './errors.ts';
import { LIMITS } from './limits.ts';

/** Control and format characters, what is drawn as nothing, line breaks, and what half of a character leaves. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** The scripts in which a joiner between two letters changes how a word is spelled. */
const SCRIPTS =
  'Arabic Syriac Mongolian Nko Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Khmer Myanmar';
const JOINING = `(?:(?=[\\p{L}\\p{M}])[${SCRIPTS.split(' ')
  .map((script) => `\\p{scx=${script}}`)
  .join('')}])`;
const BETWEEN_LETTERS = `(?<=${JOINING})[\\u200C\\u200D](?=${JOINING})`;

/** An emoji of several, as a family is, or drawn in colours, and a digit on a key. */
const PICTURE = '\\p{Extended_Pictographic}[\\u{1F3FB}-\\u{1F3FF}]?';
const IN_EMOJI = `(?<=${PICTURE}\\uFE0F?)\\u200D(?=\\p{Extended_Pictographic})|(?<=${PICTURE})\\uFE0F|(?<=[0-9#*])\\uFE0F(?=\\u20E3)`;

const JOINERS_IN_PLACE = new RegExp(`${BETWEEN_LETTERS}|${IN_EMOJI}`, 'gu');

/**
 * @param field - the input that it came in
 * @throws {MfaError} `invalid_input`
 */
export function parseLabel(label: unknown, field = 'label'): string {
  const { labelCharacters } = LIMITS;
  const sound = typeof label === 'string' && label.trim() !== '' && label.length <= labelCharacters;
  if (!sound || /[\p{Cc}\p{Cs}]/u.test(label)) {
    throw invalidInput(field, `must be a string of 1 to ${labelCharacters} printable characters`);
  }
  if (UNSEEN.test(label.replaceAll(JOINERS_IN_PLACE, ''))) {
    throw invalidInput(field, 'must not contain invisible characters, or ones that change the direction of text');
  }
  return label;
}
