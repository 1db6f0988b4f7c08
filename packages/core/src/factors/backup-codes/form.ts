/** Form: how a typed code becomes the text that the source of an imported set hashed, or printed. */
import { invalidInput } from '../../errors.ts';
import { asObject, parseWhole } from '../../input.ts';
import { LIMITS } from '../../limits.ts';

/** Every form as the record keeps it, such as `keep` or `upper:4-4`. */
export const FORM: RegExp = /^(?:keep|upper|lower)(?::\d{1,2}(?:-\d{1,2})*)?$/;

/** Fewest symbols in a code of any origin. */
export const FEWEST_SYMBOLS = 6;

/** What can be a code of any origin, with dashes and spaces dropped. */
export const POSSIBLE: RegExp = /^[0-9A-Za-z]{6,64}$/;

/** No text is longer than a code as typed, so bcrypt, which reads 72 bytes, reads all of it. */
const MOST_CHARACTERS = LIMITS.typedCodeCharacters;

/** @returns the form as the record keeps it. @throws {MfaError} `invalid_input` */
export function parseForm(field: string, given: unknown): string {
  const { letters = 'keep', groups } = asObject(field, given ?? {});
  if (letters !== 'keep' && letters !== 'upper' && letters !== 'lower') {
    throw invalidInput(`${field}.letters`, 'must be keep, upper or lower');
  }
  if (groups === undefined) return letters;
  if (!Array.isArray(groups) || groups.length === 0) throw invalidInput(`${field}.groups`, 'must be a list of lengths');
  const lengths = groups.map((length) => parseWhole(`${field}.groups`, length, 1, MOST_CHARACTERS));
  const symbols = lengths.reduce((sum, length) => sum + length, 0);
  if (symbols < FEWEST_SYMBOLS || symbols + lengths.length - 1 > MOST_CHARACTERS) {
    throw invalidInput(
      `${field}.groups`,
      `must be ${FEWEST_SYMBOLS} to ${MOST_CHARACTERS} characters with their dashes`,
    );
  }
  return `${letters}:${lengths.join('-')}`;
}

/**
 * @param symbols - ASCII letters and digits
 * @param form - as `parseForm` gives it
 * @returns the text; `null` if no code of this form has so many symbols
 */
export function inForm(symbols: string, form: string): string | null {
  const [letters, groups] = form.split(':');
  const text = letters === 'upper' ? symbols.toUpperCase() : letters === 'lower' ? symbols.toLowerCase() : symbols;
  if (groups === undefined) return text;
  const parts: string[] = [];
  let start = 0;
  for (const length of groups.split('-').map(Number)) {
    parts.push(text.slice(start, start + length));
    start += length;
  }
  return start === text.length ? parts.join('-') : null;
}
