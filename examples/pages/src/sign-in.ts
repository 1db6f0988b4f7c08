/** The sign-in page. */
import { app } from './api.ts';
import { forgetTokens, keepPrompts, keepToken } from './challenge.ts';
import { onSubmit, value } from './form.ts';
import { forgetSetup } from './kept-setup.ts';
import { element } from './page.ts';
import { offerPasskey } from './passkey-sign-in.ts';

forgetTokens();
forgetSetup();
onSubmit(element('sign-in', HTMLFormElement), async (values) => {
  const reply = await app.logIn({ user_name: value(values, 'user_name'), password: value(values, 'password') });
  if (reply.mfa_required) {
    keepPrompts(reply);
    location.assign('/second-step');
  } else if (reply.mfa_setup_required) {
    keepToken(reply.mfa_token);
    location.assign('/enroll');
  } else {
    location.assign('/account');
  }
});
offerPasskey();
