/** Sentences: what the pages say about a refusal. The elements have one for each of the library's; the application adds its own. */
import { sentence, toTold, type Told } from '@mfakit/elements';
import { ACME } from './acme.ts';
import { ClientProblem } from './api.ts';

const OWN: Readonly<Partial<Record<string, string>>> = {
  invalid_credentials: 'That user name or password isn’t right.',
  too_many_requests: 'There were too many tries from your network. Try again later.',
  forbidden: 'Only administrators may do this.',
};

/** The sentence to show for what a call threw; empty if there is nothing to tell. */
export function sentenceOf(error: unknown): string {
  const own = OWN[(error instanceof ClientProblem && error.problem?.code) || ''];
  const told = toTold(error, Date.now());
  return own ?? (told === null ? '' : sentenceFor(told));
}

/** The sentence for what the elements or their machines tell. */
export function sentenceFor(told: Told): string {
  return sentence(told, { ...ACME, lang: document.documentElement.lang });
}
