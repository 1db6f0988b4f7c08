/** The page that removes one device. */
// oxlint-disable-next-line import/no-absolute-path -- an address: the servers have the module there
import { signalAcceptedPasskeys } from '/modules/mfakit-http/client/passkeys.js';
import { mfa } from './api.ts';
import { askForProof, proofOf } from './factor.ts';
import { onSubmit } from './form.ts';
import { element, run } from './page.ts';
import { orSignIn, signedIn } from './signed-in.ts';

const id = new URLSearchParams(location.search).get('id') ?? '';

run(async () => {
  await signedIn();
  const status = await orSignIn(mfa.status());
  const factor = status.factors.find((candidate) => candidate.id === id);
  if (factor !== undefined) element('device-label').textContent = factor.label;
  askForProof(status);
  onSubmit(element('proof', HTMLFormElement), async (values) => {
    await orSignIn(mfa.removeFactor(id, await proofOf(values)));
    const left = status.factors.filter((other) => other.id !== id);
    await signalAcceptedPasskeys(left, factor);
    location.assign('/account?done=removed');
  });
});
