/** Sentences: what the pages say about a refusal, by its code. About a code that is not the library's they say the server's. */
// oxlint-disable-next-line import/no-absolute-path -- an address: the servers have the module there
import { pageSentence } from '/modules/mfakit-http/sentences/en.js';
// oxlint-disable-next-line import/no-absolute-path -- an address: the servers have the module there
import { PasskeyError } from '/modules/mfakit-http/client/passkeys.js';
import { ClientProblem } from './api.ts';

/** The sentence to show for what a call threw. */
export function sentenceOf(error: unknown): string {
  if (error instanceof PasskeyError) return error.message;
  if (!(error instanceof ClientProblem)) return 'The server cannot be reached. Try again.';
  const { problem, message } = error;
  if (problem === null) return message;
  const sentence = pageSentence(problem);
  if (problem.retry_after === undefined) return sentence;
  const time = new Date(Date.now() + problem.retry_after * 1000).toLocaleTimeString(undefined, { timeStyle: 'short' });
  return `${sentence} That is at ${time}.`;
}
