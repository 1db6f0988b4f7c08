/** Fates: what the enrollment page does once a setup, or the token for it, is good for no code any more. */
import { ClientProblem } from './api.ts';
import { forgetTokens } from './challenge.ts';
import { forgetSetup } from './kept-setup.ts';
import { dropStep, element, onClick, part, showStep } from './page.ts';
import { sentenceOf } from './sentences.ts';

/** The step of the page that tells it, and has the button or the link for what to do. */
type Fate = 'start-again' | 'go-on' | 'failed';

const FATES: Readonly<Partial<Record<string, Fate | 'account'>>> = {
  setup_not_started: 'start-again',
  setup_expired: 'start-again',
  setup_voided: 'start-again',
  setup_replaced: 'start-again',
  setup_confirmed: 'go-on',
  already_enabled: 'go-on',
  // Its sign-in is complete: nothing is to be told.
  token_used: 'account',
  invalid_token: 'failed',
  enforcement_not_pending: 'failed',
};

const toAccount = (): void => location.assign('/account');

/**
 * What a call gives. If it is refused because the setup or its token has ended, shows that, and never resolves.
 * @param goOn - what to do next if the setup turns out to be confirmed; by default the account is shown
 */
export async function orFate<T>(call: Promise<T>, goOn: () => void = toAccount): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const code = error instanceof ClientProblem ? error.problem?.code : undefined;
    const fate = FATES[code ?? ''];
    if (fate === undefined) throw error;
    forgetSetup();
    if (fate !== 'start-again') forgetTokens();
    if (fate === 'account') location.replace('/account');
    else tell(fate, error);
    onClick(element('proceed'), code === 'setup_confirmed' ? goOn : toAccount);
    return new Promise(() => undefined);
  }
}

/** Shows a step with the sentence of a refusal, in place of a QR code that is good for nothing. */
export function tell(step: Fate, error: unknown): void {
  dropStep('scan');
  part(element(step), 'fate').textContent = sentenceOf(error);
  onClick(element('restart'), () => location.reload());
  showStep(step);
}
