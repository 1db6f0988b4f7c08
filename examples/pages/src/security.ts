/** The security page: what protects the account. With `?set-up` in its address it begins with a set-up. */
import { defineManage } from '@mfakit/elements';
import { ACME } from './acme.ts';
import { element, run } from './page.ts';
import { signedIn } from './signed-in.ts';

run(async () => {
  const me = await signedIn();
  element('user-name').textContent = `, ${me.user_name}`;
  const isSetUp = new URLSearchParams(location.search).has('set-up');
  const shown = document.createElement(isSetUp ? 'mfa-enroll' : 'mfa-manage');
  shown.setAttribute('account-name', me.user_name);
  shown.setAttribute('sign-in-url', '/');
  for (const end of ['mfa-done', 'mfa-cancel']) shown.addEventListener(end, () => location.replace('/security'));
  defineManage(ACME);
  element('protection').replaceChildren(shown);
  tellWhatWasDone();
});

function tellWhatWasDone(): void {
  if (!new URLSearchParams(location.search).has('password-changed')) return;
  // Not again after a reload.
  history.replaceState(null, '', location.pathname);
  element('done').hidden = false;
  element('done').textContent = 'Password changed. Your other sessions have ended.';
}
