/** The page of somebody who must set up two-step verification to sign in. */
import { defineEnroll, type EnrollElement } from '@mfakit/elements';
import { ACME } from './acme.ts';
import { forgetSignIn, keptToken } from './kept-sign-in.ts';
import { element } from './page.ts';

const token = keptToken();
if (token === null) location.replace('/');
else {
  defineEnroll(ACME);
  const enroll = element<EnrollElement>('set-up');
  enroll.addEventListener('mfa-done', () => {
    forgetSignIn();
    location.replace('/security');
  });
  enroll.token = token;
}
