/** The page that changes the password. */
import { app, mfa } from './api.ts';
import { methodsOf, offerFactors, proofOf } from './factor.ts';
import { onSubmit, value } from './form.ts';
import { element, run } from './page.ts';
import { orSignIn, signedIn } from './signed-in.ts';

run(async () => {
  await signedIn();
  const status = await orSignIn(mfa.status());
  const { enabled } = status;
  if (enabled) {
    element('second-factor').hidden = false;
    offerFactors(methodsOf(status));
  } else {
    element('second-factor').remove();
  }
  onSubmit(element('change', HTMLFormElement), async (values) => {
    const proof = enabled ? await proofOf(values) : { password: value(values, 'password') };
    await orSignIn(app.changePassword({ ...proof, new_password: value(values, 'new_password') }));
    location.assign('/account?done=password');
  });
});
