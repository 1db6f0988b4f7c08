/** Countdown: the time that is left, drawn each second, and said when there is something to say. */
import { fill, span, type Speaker } from '../words/say.ts';
import { text } from './view.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** That long before something ends, it is said. */
const SOON = 2 * MINUTE;

/** @returns ends it */
function everySecond(work: () => void): () => void {
  work();
  const timer = setInterval(work, SECOND);
  return () => clearInterval(timer);
}

/**
 * A lock, in words that change each second. They are read out at the start, and each minute.
 * @param until - epoch milliseconds; `null`: it does not end by itself, and there is nothing to count
 * @returns `end` ends it
 */
export function lockSentence(
  until: number | null,
  speaker: Speaker,
  say: (sentence: string) => void,
): { readonly node: HTMLElement; readonly end?: () => void } {
  const node = text(speaker.words.refusals.locked_for_good);
  if (until === null) return { node };
  let said = Infinity;
  const end = everySecond(() => {
    const left = Math.max(until - Date.now(), 0);
    const { refusals, shared } = speaker.words;
    const sentence = fill(refusals.locked, { when: span(shared, left, speaker.lang) });
    node.textContent = sentence;
    const minute = Math.ceil(left / MINUTE);
    if (minute === said) return;
    said = minute;
    say(sentence);
  });
  return { node, end };
}

/** Says once that something ends soon. */
export function warnSoon(endsAt: number | null, { words, lang }: Speaker, say: (sentence: string) => void): () => void {
  if (endsAt === null) return () => undefined;
  const timer = setInterval(() => {
    const left = endsAt - Date.now();
    if (left > SOON) return;
    clearInterval(timer);
    if (left > 0) say(fill(words.shared.endsSoon, { when: span(words.shared, left, lang) }));
  }, SECOND);
  return () => clearInterval(timer);
}
