/** Step-up: the dialog of the elements, when a route asks for a fresh second factor; then on with what was asked for. */
import { defineStepUp, withStepUp } from '@mfakit/elements';
import { ACME } from './acme.ts';
import { ClientProblem } from './api.ts';
import { orSignIn } from './signed-in.ts';

/** Runs a call. If it is refused for want of a fresh second factor, asks for one, and runs it again. */
export type WithStepUp = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * Puts the dialog into the page.
 * @param reason - what somebody is about to do, in a sentence
 */
export function prepareStepUp(reason: string): WithStepUp {
  defineStepUp(ACME);
  const dialog = document.createElement('mfa-step-up');
  dialog.setAttribute('sign-in-url', '/');
  document.body.append(dialog);
  const ask = withStepUp(dialog);
  return (call) => ask(() => orSignIn(call()), { reason });
}

/** Whether somebody closed the dialog, so that nothing was done. */
export function isCancelled(error: unknown): boolean {
  return error instanceof ClientProblem && error.problem?.code === 'insufficient_user_authentication';
}
