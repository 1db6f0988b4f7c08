/** Pseudo: a language in which nothing is English, but everybody can read it. What stays English was never a word of ours. */
import type { Words } from '../src/index.ts';

const LETTERS: Readonly<Record<string, string>> = Object.fromEntries(
  [...'abcdefghijklmnopqrstuvwxyz'].map((letter, index) => [letter, String.fromCodePoint(0x1d5ba + index)]),
);

/** All letters become mathematical ones; gaps stay. */
function translate(text: string): string {
  return text.replaceAll(/\{\w+\}|[a-z]/gi, (part) =>
    part.startsWith('{') ? part : (LETTERS[part.toLowerCase()] ?? part),
  );
}

function translateAll(words: unknown): unknown {
  if (typeof words === 'string') return translate(words);
  if (Array.isArray(words)) return words.map(translateAll);
  return Object.fromEntries(Object.entries(words as object).map(([key, value]) => [key, translateAll(value)]));
}

/** A language in place of another one. */
export function pseudo(words: Words): Words {
  return translateAll(words) as Words;
}
