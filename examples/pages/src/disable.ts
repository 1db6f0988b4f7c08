/** The page that turns two-step verification off. */
import { mfa } from './api.ts';
import { askForProof, proofOf } from './factor.ts';
import { onSubmit } from './form.ts';
import { element, run } from './page.ts';
import { orSignIn, signedIn } from './signed-in.ts';

run(async () => {
  await signedIn();
  askForProof(await orSignIn(mfa.status()));
  onSubmit(element('proof', HTMLFormElement), async (values) => {
    await orSignIn(mfa.disable(await proofOf(values)));
    location.assign('/account?done=disabled');
  });
});
