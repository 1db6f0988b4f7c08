/** The second step of a sign-in. */
import { ClientProblem, mfa } from './api.ts';
import { browserName } from './browser-name.ts';
import { forgetTokens, keptPrompts } from './challenge.ts';
import { factorOf, offerFactors } from './factor.ts';
import { onSubmit } from './form.ts';
import { element } from './page.ts';

const kept = keptPrompts();
if (kept === null) location.replace('/');

offerFactors(kept?.methods ?? []);
const trust = element('trust', HTMLInputElement);
onSubmit(element('second-step', HTMLFormElement), async (values) => {
  if (kept === null) return;
  const factor = await factorOf(values, async () => kept);
  try {
    const trusted = trust.checked && { trust_device: { label: browserName(navigator.userAgent) } };
    await mfa.verify({ ...factor, mfa_token: kept.mfa_token, ...trusted });
  } catch (error) {
    // The sign-in is complete: the answer to it did not arrive, or not here.
    if (!(error instanceof ClientProblem && error.problem?.code === 'token_used')) throw error;
  }
  forgetTokens();
  location.assign('/account');
});
element('second-step').querySelector<HTMLElement>('input:enabled, button.primary')?.focus();
