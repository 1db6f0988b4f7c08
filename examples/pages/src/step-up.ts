/** Step-up: a fresh code when a route asks for one, and then on with what was asked for. */
import { ClientProblem, mfa } from './api.ts';
import { factorOf, methodsOf, offerFactors } from './factor.ts';
import { clearInputs, onSubmit } from './form.ts';
import { element, showStep } from './page.ts';
import { orSignIn } from './signed-in.ts';

/** Runs a call. If it is refused for want of a fresh second factor, asks for one, and runs it again. */
export type WithStepUp = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * For a page with the steps `step-up`, with a form of that id, and `not-enabled`.
 * @param back - the step that the page goes on with
 */
export function prepareStepUp(back: string): WithStepUp {
  const form = element('step-up', HTMLFormElement);
  let accepted: (() => void) | undefined;
  onSubmit(form, async (values) => {
    await orSignIn(mfa.stepUp(await factorOf(values)));
    accepted?.();
  });

  return async (call) => {
    try {
      return await orSignIn(call());
    } catch (error) {
      if (!isChallenge(error)) throw error;
    }
    const status = await orSignIn(mfa.status());
    offerFactors(methodsOf(status));
    showStep(status.enabled ? 'step-up' : 'not-enabled');
    await new Promise<void>((resolve) => {
      accepted = resolve;
    });
    clearInputs(form);
    showStep(back);
    return orSignIn(call());
  };
}

/** RFC 9470: the second factor of this session is missing or too old. */
function isChallenge(error: unknown): boolean {
  return error instanceof ClientProblem && error.problem?.code === 'insufficient_user_authentication';
}
