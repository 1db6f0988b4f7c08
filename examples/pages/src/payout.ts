/** The payout page: something sensitive, behind a step-up. */
import { app, mfa } from './api.ts';
import { onSubmit } from './form.ts';
import { element, run, say, showStep } from './page.ts';
import { orSignIn, signedIn } from './signed-in.ts';
import { isCancelled, prepareStepUp } from './step-up.ts';

run(async () => {
  await signedIn();
  const { enabled } = await orSignIn(mfa.status());
  element(enabled ? 'order' : 'not-enabled').hidden = false;
  const withStepUp = prepareStepUp('You’re about to pay out €250.00.');
  onSubmit(element('order', HTMLFormElement), async () => {
    say('');
    try {
      await withStepUp(() => app.payOut());
      showStep('paid');
    } catch (error) {
      if (!isCancelled(error)) throw error;
      say('Nothing was paid out.');
    }
  });
});
