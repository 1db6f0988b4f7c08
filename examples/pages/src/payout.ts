/** The payout page: something sensitive, behind a step-up. */
import { app, ClientProblem, mfa } from './api.ts';
import { factorOf, letFactorSwitch } from './factor.ts';
import { onSubmit } from './form.ts';
import { element, run, showStep } from './page.ts';
import { orSignIn, signedIn } from './signed-in.ts';

async function payOut(): Promise<void> {
  try {
    await orSignIn(app.payOut());
    showStep('paid');
  } catch (error) {
    // RFC 9470: the second factor of this session is missing or too old.
    const asked = error instanceof ClientProblem && error.problem?.code === 'insufficient_user_authentication';
    if (!asked) throw error;
    const { enabled } = await mfa.status();
    showStep(enabled ? 'step-up' : 'not-enabled');
  }
}

run(async () => {
  await signedIn();
  letFactorSwitch();
  onSubmit(element('order', HTMLFormElement), payOut);
  onSubmit(element('step-up', HTMLFormElement), async (values) => {
    await orSignIn(mfa.stepUp(factorOf(values)));
    await payOut();
  });
});
