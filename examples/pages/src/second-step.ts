/** The second step of a sign-in. */
import { defineSignIn, type SignInElement } from '@mfakit/elements';
import { ACME } from './acme.ts';
import { forgetSignIn, keptBegun } from './kept-sign-in.ts';
import { element } from './page.ts';

const begun = keptBegun();
if (begun === null) location.replace('/');
else {
  defineSignIn(ACME);
  const signIn = element<SignInElement>('second-step');
  signIn.addEventListener('mfa-done', () => {
    forgetSignIn();
    // Not back to this page, whose token is used.
    location.replace('/security');
  });
  signIn.addEventListener('mfa-expired', forgetSignIn);
  signIn.begun = begun;
  signIn.querySelector<HTMLElement>('input:not([type=checkbox]), button')?.focus();
}
