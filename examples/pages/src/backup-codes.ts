/** The page that replaces the backup codes. */
import { mfa } from './api.ts';
import { showBackupCodes } from './backup-code-list.ts';
import { askForProof, proofOf } from './factor.ts';
import { onSubmit } from './form.ts';
import { element, run, showStep } from './page.ts';
import { orSignIn, signedIn } from './signed-in.ts';

run(async () => {
  await signedIn();
  askForProof(await orSignIn(mfa.status()));
  showStep('proof');
  onSubmit(element('proof', HTMLFormElement), async (values) => {
    const { backup_codes } = await orSignIn(mfa.regenerate(await proofOf(values)));
    showBackupCodes(backup_codes);
  });
});
