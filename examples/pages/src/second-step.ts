/** The second step of a sign-in. */
import { ClientProblem, mfa } from './api.ts';
import { forgetTokens, keptToken } from './challenge.ts';
import { factorOf, letFactorSwitch } from './factor.ts';
import { onSubmit } from './form.ts';
import { element } from './page.ts';

const token = keptToken('verify');
if (token === null) location.replace('/');

letFactorSwitch();
onSubmit(element('second-step', HTMLFormElement), async (values) => {
  try {
    await mfa.verify({ mfa_token: token ?? '', ...factorOf(values) });
  } catch (error) {
    // The sign-in is complete: the answer to it did not arrive, or not here.
    if (!(error instanceof ClientProblem && error.problem?.code === 'token_used')) throw error;
  }
  forgetTokens();
  location.assign('/account');
});
element('code').focus();
