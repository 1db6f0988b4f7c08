/** The enrollment page: the first device, one more, or the first one as policy demands it. */
import type { SetupReply, StatusReply } from '@mfakit/http';
import { ClientProblem, mfa } from './api.ts';
import { showBackupCodes } from './backup-code-list.ts';
import { forgetTokens, keptToken } from './challenge.ts';
import { askForProof, proofOf } from './factor.ts';
import { orFate, tell } from './fates.ts';
import { onSubmit, value } from './form.ts';
import { forgetSetup, keepSetup, keptSetup } from './kept-setup.ts';
import { dropStep, element, onClick, run, say, showStep } from './page.ts';
import { orSignIn, signedIn } from './signed-in.ts';

const token = keptToken();

run(async () => {
  const owner = token ?? (await signedIn()).user_name;
  element('required').hidden = token === null;
  const kept = keptSetup(owner);
  if (kept !== null) scan(kept);
  else if (token !== null) await begin(owner, mfa.enforceSetup({ mfa_token: token }));
  else await start(owner, await orSignIn(mfa.status()));
});

async function start(owner: string, status: StatusReply): Promise<void> {
  if (status.enabled) askForDevice(owner, status);
  else await begin(owner, mfa.setup());
}

async function begin(owner: string, setup: Promise<SetupReply>): Promise<void> {
  try {
    await stage(owner, setup);
  } catch (error) {
    const code = error instanceof ClientProblem ? error.problem?.code : undefined;
    if (code === 'proof_required') askForPassword(owner);
    else tell('failed', error);
  }
}

/** Long after the sign-in the first device needs the password again: the session may be in other hands by now. */
function askForPassword(owner: string): void {
  dropStep('proof');
  showStep('password');
  onSubmit(element('again', HTMLFormElement), (values) =>
    stage(owner, mfa.setup({ password: value(values, 'password') })),
  );
}

/** A further device needs one that is active already. */
function askForDevice(owner: string, status: StatusReply): void {
  dropStep('password');
  askForProof(status);
  showStep('proof');
  onSubmit(element('proof', HTMLFormElement), async (values) =>
    stage(owner, mfa.setup({ label: value(values, 'label'), ...(await proofOf(values)) })),
  );
}

async function stage(owner: string, setup: Promise<SetupReply>): Promise<void> {
  const reply = await orFate(orSignIn(setup));
  keepSetup(owner, reply);
  scan(reply);
}

function scan(setup: SetupReply): void {
  const { qr_code_base64, secret, otpauth_uri, factor_id } = setup;
  element('qr', HTMLImageElement).src = qr_code_base64;
  element('secret').textContent = secret.replaceAll(/.{4}(?=.)/g, '$& ');
  element('open-app', HTMLAnchorElement).href = otpauth_uri;
  onClick(element('copy-secret'), async () => {
    await navigator.clipboard.writeText(secret);
    say('Copied.');
  });
  onSubmit(element('confirm', HTMLFormElement), async (values) => {
    const first = { code: value(values, 'code'), factor_id };
    const confirmed = token === null ? mfa.confirm(first) : mfa.enforceConfirm({ mfa_token: token, ...first });
    await orFate<unknown>(orSignIn<unknown>(confirmed), () => goOn(setup));
    goOn(setup);
  });
  showStep('scan');
}

/** The setup is confirmed, by this page or by another that shows the same one. */
function goOn({ backup_codes }: SetupReply): void {
  forgetTokens();
  forgetSetup();
  dropStep('scan');
  if (backup_codes.length === 0) location.assign('/account?done=added');
  else showBackupCodes(backup_codes);
}
