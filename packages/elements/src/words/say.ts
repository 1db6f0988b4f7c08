/** Say: sentences of words and what is known. */
import type { Told } from '../machines/told.ts';
import type { ChangeRefusalWords, Plural, RefusalWords, SharedWords } from './words.ts';

/** What stands in the gaps of a sentence. */
export type Gaps = Readonly<Record<string, string | number>>;

/** Fills the gaps of a sentence; a gap for which there is nothing stays as it is. */
export function fill(text: string, gaps: Gaps): string {
  return text.replaceAll(/\{(\w+)\}/g, (gap, name: string) => String(gaps[name] ?? gap));
}

/**
 * The first language that `Intl` knows how to read: pages have others, such as `en_US`, and so have some browsers.
 * @param tags - the nearest one first
 */
export function languageOf(...tags: readonly (string | undefined)[]): string {
  return tags.find((tag) => tag !== undefined && isLanguage(tag)) ?? 'en';
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** A number with its word, in the form that the language has for it. */
export function count(plural: Plural, n: number, lang: string): string {
  const form = plural[new Intl.PluralRules(lang).select(n)] ?? plural.other;
  return fill(form, { n: new Intl.NumberFormat(lang).format(n) });
}

/** How long it still takes: seconds below a minute, else minutes, else hours; rounded up, so that nobody comes too early. */
export function span({ spans }: SharedWords, ms: number, lang: string): string {
  const seconds = Math.max(Math.ceil(ms / 1000), 1);
  if (seconds < 60) return count(spans.seconds, seconds, lang);
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? count(spans.minutes, minutes, lang) : count(spans.hours, Math.ceil(minutes / 60), lang);
}

/** A day in the reader's own words. */
export function day(instant: string, lang: string): string {
  return new Date(instant).toLocaleDateString(lang, { dateStyle: 'medium' });
}

/** A day and its time. */
export function moment(instant: string, lang: string): string {
  return new Date(instant).toLocaleString(lang, { dateStyle: 'medium', timeStyle: 'short' });
}

/** So many are worth a word. */
const FEW_TRIES = 5;

/** What a refusal is told with. */
export interface Speaker {
  readonly app: string;
  readonly lang: string;
  readonly words: {
    readonly shared: SharedWords;
    readonly refusals: RefusalWords;
    readonly changeRefusals?: ChangeRefusalWords | undefined;
  };
}

/** The sentence for whatever did not go on. The server's own is never shown. */
export function sentence({ code, field, retryAt, triesLeft }: Told, { app, lang, words }: Speaker): string {
  const { refusals, changeRefusals, shared } = words;
  const known: Readonly<Record<string, string>> = { ...refusals, ...changeRefusals };
  const of = (key: string): string | undefined => (Object.hasOwn(known, key) ? known[key] : undefined);
  const key = code === 'locked' && retryAt === undefined ? 'locked_for_good' : code;
  const when = retryAt === undefined ? '' : span(shared, retryAt - Date.now(), lang);
  const said = fill(of(`${key}_${field}`) ?? of(key) ?? refusals.internal_error, { app, when });
  // Most people are right the next time: only who comes near a lock needs the number.
  if (triesLeft === undefined || triesLeft > FEW_TRIES) return said;
  return `${said} ${triesLeft === 0 ? shared.lastTry : count(shared.triesLeft, triesLeft, lang)}`;
}
