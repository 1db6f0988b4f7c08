/** The security page: what protects the account. */
import { defineManage } from '@mfakit/elements';
import { ACME } from './acme.ts';
import { element, run } from './page.ts';
import { signedIn } from './signed-in.ts';

run(async () => {
  const me = await signedIn();
  element('user-name').textContent = `, ${me.user_name}`;
  const manage = document.createElement('mfa-manage');
  manage.setAttribute('account-name', me.user_name);
  manage.setAttribute('sign-in-url', '/');
  defineManage(ACME);
  element('protection').replaceChildren(manage);
  tellWhatWasDone();
});

function tellWhatWasDone(): void {
  if (!new URLSearchParams(location.search).has('password-changed')) return;
  // Not again after a reload.
  history.replaceState(null, '', location.pathname);
  element('done').hidden = false;
  element('done').textContent = 'Password changed. Your other sessions have ended.';
}
