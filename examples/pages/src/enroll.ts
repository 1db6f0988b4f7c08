/** The enrollment page: the first device, one more, or the first one as policy demands it. */
import type { SetupReply } from '@mfakit/http';
import { ClientProblem, mfa } from './api.ts';
import { showBackupCodes } from './backup-code-list.ts';
import { forgetTokens, keptToken } from './challenge.ts';
import { letFactorSwitch, proofOf } from './factor.ts';
import { onSubmit, value } from './form.ts';
import { dropStep, element, onClick, run, say, showStep } from './page.ts';
import { orSignIn, signedIn } from './signed-in.ts';

const token = keptToken('enroll');

run(async () => {
  if (token !== null) {
    element('required').hidden = false;
    await begin(() => mfa.enforceSetup({ mfa_token: token }));
    return;
  }
  await signedIn();
  const { enabled } = await orSignIn(mfa.status());
  if (enabled) askForProof();
  else await begin(() => orSignIn(mfa.setup()));
});

/** Long after the sign-in the first device needs the password again: the session may be in other hands by now. */
function askForPassword(): void {
  dropStep('proof');
  showStep('password');
  onSubmit(element('again', HTMLFormElement), async (values) => {
    scan(await orSignIn(mfa.setup({ password: value(values, 'password') })));
  });
}

/** A further device needs one that is active already. */
function askForProof(): void {
  dropStep('password');
  letFactorSwitch();
  showStep('proof');
  onSubmit(element('proof', HTMLFormElement), async (values) => {
    scan(await orSignIn(mfa.setup({ label: value(values, 'label'), ...proofOf(values) })));
  });
}

async function begin(setup: () => Promise<SetupReply>): Promise<void> {
  try {
    scan(await setup());
  } catch (error) {
    if (error instanceof ClientProblem && error.problem?.code === 'proof_required') {
      askForPassword();
      return;
    }
    element('failure').textContent = error instanceof Error ? error.message : '';
    showStep('failed');
  }
}

function scan({ qr_code_base64, secret, otpauth_uri, backup_codes }: SetupReply): void {
  element('qr', HTMLImageElement).src = qr_code_base64;
  element('secret').textContent = secret.replaceAll(/.{4}(?=.)/g, '$& ');
  element('open-app', HTMLAnchorElement).href = otpauth_uri;
  onClick(element('copy-secret'), async () => {
    await navigator.clipboard.writeText(secret);
    say('Copied.');
  });
  onSubmit(element('confirm', HTMLFormElement), async (values) => {
    const code = value(values, 'code');
    await (token === null ? orSignIn(mfa.confirm({ code })) : mfa.enforceConfirm({ mfa_token: token, code }));
    forgetTokens();
    element('open-app').removeAttribute('href');
    if (backup_codes.length === 0) location.assign('/account?done=added');
    else showBackupCodes(backup_codes);
  });
  showStep('scan');
}
