/** The page of somebody who must set up two-step verification to sign in. */
import { defineEnroll } from '@mfakit/elements';
import { ACME } from './acme.ts';
import { forgetSignIn, keptToken } from './kept-sign-in.ts';
import { element } from './page.ts';

const token = keptToken();
if (token === null) location.replace('/');
else {
  defineEnroll(ACME);
  const enroll = document.createElement('mfa-enroll');
  enroll.setAttribute('heading-level', '1');
  enroll.setAttribute('sign-in-url', '/');
  enroll.addEventListener('mfa-done', () => {
    forgetSignIn();
    location.replace('/security');
  });
  // Before it is on the page: without a token it would begin as for somebody who is signed in.
  enroll.token = token;
  element('set-up').append(enroll);
}
