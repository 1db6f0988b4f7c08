/** Sentence: the host's own words for a refusal, in place of the English ones. */
import type { Unspoken } from './sentences/en.ts';

/** The sentence for a refusal, by its `code`. `undefined`: the English one of the contract. */
export type Sentence = (problem: Unspoken) => string | undefined;

/** The host's sentences, so that a mistake in them refuses nothing: it is reported, and English is sent. */
export function soundSentence(sentence: Sentence | undefined, report: (error: unknown) => void): Sentence {
  return (problem) => {
    try {
      const told: unknown = sentence?.(problem);
      if (told === undefined || typeof told === 'string') return told;
      throw new TypeError('sentence must give a string or undefined');
    } catch (error) {
      report(error);
      return undefined;
    }
  };
}
