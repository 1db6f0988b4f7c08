/** Sentences: what the pages say about a refusal, by its code. About any other code they say the server's sentence. */
import { ClientProblem } from './api.ts';

const SENTENCES: Readonly<Partial<Record<string, string>>> = {
  setup_not_started: 'This setup was called off. Start again to get a new QR code.',
  setup_expired: 'This QR code has expired. Start again to get a new one.',
  setup_voided: 'There were too many wrong codes for this QR code. Start again to get a new one.',
  setup_replaced: 'You started again in another tab or window. Use the QR code there, or start again here.',
  setup_confirmed: 'A code for this QR code was accepted already. Your device is set up: go on.',
  already_enabled: 'Two-step verification was turned on in another tab or window: go on.',
  enforcement_not_pending: 'You no longer need two-step verification to sign in. Sign in again.',
  invalid_token: 'This sign-in took too long. Sign in again.',
  clock_ahead:
    'The clock of your phone is ahead. Set its date and time to automatic, then enter the code that it shows now.',
  clock_behind:
    'The clock of your phone is behind. Set its date and time to automatic, then enter the code that it shows now.',
};

/** The sentence to show for what a call threw. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ClientProblem)) return 'The server cannot be reached. Try again.';
  const { code = '', retry_after: seconds } = error.problem ?? {};
  const sentence = SENTENCES[code] ?? error.message;
  if (seconds === undefined) return sentence;
  const time = new Date(Date.now() + seconds * 1000).toLocaleTimeString(undefined, { timeStyle: 'short' });
  return `${sentence} That is at ${time}.`;
}
