/** The page that changes the password: the server asks for a fresh second factor first, of those who have one. */
import { app } from './api.ts';
import { onSubmit, value } from './form.ts';
import { element, run, say } from './page.ts';
import { offerToShowPasswords } from './show-password.ts';
import { signedIn } from './signed-in.ts';
import { isCancelled, prepareStepUp } from './step-up.ts';

run(async () => {
  const me = await signedIn();
  element('account-name', HTMLInputElement).value = me.user_name;
  offerToShowPasswords();
  const withStepUp = prepareStepUp('You’re about to change your password.');
  onSubmit(element('change', HTMLFormElement), async (values) => {
    const change = { password: value(values, 'password'), new_password: value(values, 'new_password') };
    try {
      await withStepUp(() => app.changePassword(change));
      location.assign('/security?password-changed');
    } catch (error) {
      if (!isCancelled(error)) throw error;
      say('Your password is as it was.');
    }
  });
});
