/** The sign-in page: a password, or a passkey alone, by the button or from the browser's list at the user name. */
import { forgetKeptSetup, passkeyAutofill } from '@mfakit/elements';
import { passkeysSupported, signInWithPasskey } from '@mfakit/http/client/passkeys';
import { app, mfa } from './api.ts';
import { onSubmit, tellIn, value } from './form.ts';
import { forgetSignIn, keepBegun, keepToken } from './kept-sign-in.ts';
import { element, onClick } from './page.ts';
import { sentenceFor, sentenceOf } from './sentences.ts';
import { offerToShowPasswords } from './show-password.ts';

const form = element('sign-in', HTMLFormElement);
const enter = (): void => location.assign('/security');

forgetSignIn();
forgetKeptSetup();
offerToShowPasswords();
onSubmit(form, async (values) => {
  const reply = await app.logIn({ user_name: value(values, 'user_name'), password: value(values, 'password') });
  if (reply.mfa_required) {
    keepBegun(reply);
    location.assign('/second-step');
  } else if (reply.mfa_setup_required) {
    keepToken(reply.mfa_token);
    location.assign('/set-up');
  } else enter();
});

if (passkeysSupported()) {
  const offer = (): (() => void) =>
    passkeyAutofill(element('user_name', HTMLInputElement), {
      client: mfa,
      onDone: enter,
      onRefused: (told) => tellIn(form, sentenceFor(told)),
    });
  let withdraw = offer();
  let asking = false;
  element('by-passkey').hidden = false;
  onClick(element('use-passkey'), async () => {
    if (asking) return;
    asking = true;
    // A page can have one question open.
    withdraw();
    try {
      await signInWithPasskey(mfa);
      enter();
    } catch (error) {
      tellIn(form, sentenceOf(error));
      withdraw = offer();
    } finally {
      asking = false;
    }
  });
}
