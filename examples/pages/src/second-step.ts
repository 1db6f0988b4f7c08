/** The second step of a sign-in. */
import { mfa } from './api.ts';
import { forgetTokens, keptToken } from './challenge.ts';
import { factorOf, letFactorSwitch } from './factor.ts';
import { onSubmit } from './form.ts';
import { element } from './page.ts';

const token = keptToken('verify');
if (token === null) location.replace('/');

letFactorSwitch();
onSubmit(element('second-step', HTMLFormElement), async (values) => {
  await mfa.verify({ mfa_token: token ?? '', ...factorOf(values) });
  forgetTokens();
  location.assign('/account');
});
element('code').focus();
