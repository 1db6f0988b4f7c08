/** Pseudo: a language in which nothing is English, but everybody can read it. What stays English was never a word of ours. */
import type { Words } from '../src/index.ts';

/** Mathematical letters, in the order of the alphabet. */
const LETTERS: readonly string[] = Array.from({ length: 26 }, (_, index) => String.fromCodePoint(0x1d5ba + index));

/** All letters become mathematical ones; gaps stay. */
function translate(text: string): string {
  return text.replaceAll(/\{\w+\}|[a-z]/gi, (part) => LETTERS[part.toLowerCase().charCodeAt(0) - 97] ?? part);
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
