/** The page for a new account. */
import { app } from './api.ts';
import { onSubmit, value } from './form.ts';
import { element } from './page.ts';
import { offerToShowPasswords } from './show-password.ts';

offerToShowPasswords();
onSubmit(element('sign-up', HTMLFormElement), async (values) => {
  await app.signUp({ user_name: value(values, 'user_name'), password: value(values, 'password') });
  location.assign('/security');
});
