/** The page that adds a passkey: the first factor, one more, or the first one as policy demands it. */
// oxlint-disable-next-line import/no-absolute-path -- an address: the servers have the module there
import { createPasskey, passkeysSupported } from '/modules/mfakit-http/client/passkeys.js';
import { mfa } from './api.ts';
import { showBackupCodes } from './backup-code-list.ts';
import { forgetTokens, keptToken } from './challenge.ts';
import { askForProof, proofOf } from './factor.ts';
import { onSubmit, value, type Values } from './form.ts';
import { element, run, showStep } from './page.ts';
import { orSignIn, signedIn } from './signed-in.ts';

const token = keptToken();

run(async () => {
  if (token === null) await signedIn();
  if (!passkeysSupported()) {
    showStep('unsupported');
    return;
  }
  const status = token === null ? await orSignIn(mfa.status()) : null;
  const enabled = status?.enabled === true;
  if (status !== null && enabled) askForProof(status);
  else askForNothing();
  onSubmit(element('make', HTMLFormElement), (values) => add(values, enabled));
  showStep('make');
});

async function add(values: Values, enabled: boolean): Promise<void> {
  const label = value(values, 'label');
  const proof = enabled ? await proofOf(values) : { password: values['password'] };
  const setup =
    token === null
      ? await orSignIn(mfa.webauthnSetup({ label, ...proof }))
      : await mfa.webauthnEnforceSetup({ mfa_token: token, label });
  const credential = await createPasskey(setup.creation_options);
  const first = { credential, factor_id: setup.factor_id };
  if (token === null) await orSignIn(mfa.webauthnConfirm(first));
  else await mfa.webauthnEnforceConfirm({ mfa_token: token, ...first });
  forgetTokens();
  if (setup.backup_codes.length > 0) showBackupCodes(setup.backup_codes);
  else location.assign('/account?done=passkey');
}

/** The first factor needs no other. Long after the sign-in it needs the password: a refusal asks for it. */
function askForNothing(): void {
  for (const needless of document.querySelectorAll('#proof-intro, [data-factor], .ways')) needless.remove();
  const password = element('password', HTMLInputElement);
  password.disabled = true;
  const field = password.closest<HTMLElement>('.field');
  if (field === null) return;
  field.hidden = true;
  field.dataset['askedBy'] = 'proof_required';
}
