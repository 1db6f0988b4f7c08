/** The payout page: something sensitive, behind a step-up. */
import { app } from './api.ts';
import { onSubmit } from './form.ts';
import { element, run, showStep } from './page.ts';
import { signedIn } from './signed-in.ts';
import { prepareStepUp } from './step-up.ts';

run(async () => {
  await signedIn();
  const withStepUp = prepareStepUp('order');
  onSubmit(element('order', HTMLFormElement), async () => {
    await withStepUp(() => app.payOut());
    showStep('paid');
  });
});
