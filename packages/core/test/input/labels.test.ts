/** A label shows what it is: nothing in it is invisible or changes the direction of text, except joiners that a script needs. */
import { MfaError } from '@mfakit/core';
import { describe, expect, test } from 'vitest';
import { stage } from '../harness.ts';

/** How a setup with this label ends: `accepted`, or what the refusal says. */
async function endOf(label: string): Promise<string> {
  const on = stage();
  const setup = on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', label });
  const error: unknown = await setup.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error === null) {
    return (await on.store.record('ann')).pending?.factor.label === label ? 'accepted' : 'changed';
  }
  expect(error).toBeInstanceOf(MfaError);
  expect(on.store.commits()).toBe(0);
  expect(error).toMatchObject({ code: 'invalid_input', field: 'label' });
  return (error as MfaError).message;
}

const REFUSED = 'label must not contain invisible characters, or ones that change the direction of text.';

describe('refused', () => {
  test.each([
    ['left-to-right mark', '\u200E'],
    ['right-to-left mark', '\u200F'],
    ['Arabic letter mark', '\u061C'],
    ['embedding', '\u202A'],
    ['end of an embedding', '\u202C'],
    ['right-to-left override', '\u202E'],
    ['isolate', '\u2066'],
    ['end of an isolate', '\u2069'],
    ['zero-width space', '\u200B'],
    ['word joiner', '\u2060'],
    ['invisible plus', '\u2064'],
    ['byte order mark', '\uFEFF'],
    ['soft hyphen', '\u00AD'],
    ['combining grapheme joiner', '\u034F'],
    ['Hangul filler', '\u3164'],
    ['half-width Hangul filler', '\uFFA0'],
    ['Khmer inherent vowel', '\u17B4'],
    ['Mongolian vowel separator', '\u180E'],
    ['blank of Braille', '\u2800'],
    ['interlinear annotation', '\uFFF9'],
    ['musical control', '\u{1D173}'],
    ['tag', '\u{E0041}'],
    ['variation selector', '\uFE00'],
    ['supplementary variation selector', '\u{E0100}'],
    ['line separator', '\u2028'],
    ['paragraph separator', '\u2029'],
    ['zero-width joiner', '\u200D'],
    ['zero-width non-joiner', '\u200C'],
    ['emoji selector', '\uFE0F'],
  ])('%s', async (_name, character) => {
    for (const label of [`my${character}phone`, `${character}phone`, `phone${character}`]) {
      expect(await endOf(label)).toBe(REFUSED);
    }
    expect(await endOf(character)).not.toBe('accepted');
  });

  test.each([
    ['at the end of a word', '\u0645\u06CC\u200C'],
    ['at its beginning', '\u200C\u0645\u06CC'],
    ['two of them', '\u0645\u06CC\u200C\u200C\u062E'],
    ['beside another script', '\u0645\u06CC\u200Cx'],
    ['between digits of a script that uses them', '\u06F1\u200C\u06F2'],
    ['between Greek letters', '\u03B1\u200D\u03B2'],
    ['after an emoji, at the end', '\u{1F469}\u200D'],
    ['between an emoji and a letter', '\u{1F469}\u200Da'],
    ['a place for a joiner, and one elsewhere', '\u0645\u06CC\u200C\u062E a\u200Cb'],
  ])('a joiner %s', async (_where, label) => {
    expect(await endOf(label)).toBe(REFUSED);
  });
});

test.each([
  ['Persian', '\u06AF\u0648\u0634\u06CC\u200C\u0645\u0646'],
  ['Persian, a vowel sign before the joiner', '\u0645\u0650\u200C\u062E'],
  ['Hindi', '\u0930\u094D\u200D\u092F'],
  ['Hindi, kept apart', '\u0915\u094D\u200C\u0937'],
  ['Bengali', '\u09B0\u200D\u09CD\u09AF'],
  ['Kannada', '\u0CB0\u200D\u0CCD\u0C95'],
  ['Malayalam', '\u0D28\u0D4D\u200D\u0D2E'],
  ['Sinhala', '\u0DC1\u0DCA\u200D\u0DBB\u0DD3'],
  ['Hebrew, which needs none', '\u05D4\u05D8\u05DC\u05E4\u05D5\u05DF \u05E9\u05DC\u05D9'],
  ['Korean', '\uB0B4 \uD3F0'],
  ['an emoji', 'Phone \u{1F4F1}'],
  ['a heart with its selector', 'Phone \u2764\uFE0F'],
  ['a keycap', '1\uFE0F\u20E3 phone'],
  ['a family', '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}'],
  ['a profession with a skin tone', '\u{1F469}\u{1F3FD}\u200D\u{1F4BB}'],
  ['a detective', '\u{1F575}\u{1F3FB}\u200D\u2642\uFE0F'],
  ['the rainbow flag', '\u{1F3F3}\uFE0F\u200D\u{1F308}'],
  ['a country', '\u{1F1EE}\u{1F1F7}'],
  ['accents', 'T\u00E9l\u00E9phone, te\u0301le\u0301phone'],
])('accepted: %s', async (_name, label) => {
  expect(await endOf(label)).toBe('accepted');
});

test('user ids are exact: nothing is refused there, or taken away', async () => {
  const { mfa, store } = stage();
  for (const userId of ['ann', 'ann\u200B', '\u202Eann']) await mfa.enforce(userId, { from: new Date(userId.length) });
  expect((await store.record('ann')).enforcement).toEqual({ from: 3 });
  expect((await store.record('ann\u200B')).enforcement).toEqual({ from: 4 });
});
