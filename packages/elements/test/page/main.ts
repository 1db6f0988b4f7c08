/** The bare page: shows the element that the address names, for the user that it names. */
import { createPasskeyClient } from '@mfakit/http/client/passkeys';
import {
  define,
  withStepUp,
  type Begun,
  type EnrollElement,
  type SignInElement,
  type StepUpElement,
} from '../../src/index.ts';
import { en } from '../../src/words/en.ts';
import { pseudo } from '../pseudo.ts';

const asked = new URLSearchParams(location.search);
const client = createPasskeyClient({ baseUrl: '/api/auth' });
define({ client, app: 'Acme', words: asked.get('words') === 'pseudo' ? pseudo(en) : en });

const name = asked.get('element') ?? 'mfa-sign-in';
const user = asked.get('user') ?? '';
const main = document.querySelector('main');

/** Everything that the elements told, in order. */
const told: string[] = [];
for (const event of ['mfa-done', 'mfa-expired', 'mfa-cancel', 'mfa-changed', 'mfa-signed-out'])
  document.addEventListener(event, (happened) =>
    told.push(`${event} ${JSON.stringify((happened as CustomEvent).detail)}`),
  );
Object.assign(globalThis, { told });

const element = document.createElement(name);
element.setAttribute('account-name', user);
element.setAttribute('sign-in-url', '/?element=none');
element.setAttribute('help-url', '/?element=none');
for (const attribute of ['kinds', 'heading-level', 'lang', 'dir']) {
  const value = asked.get(attribute);
  if (value !== null) element.setAttribute(attribute, value);
}
const sent = performance.now();
let answered = sent;
if (asked.has('login')) {
  const answer = await fetch('/api/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user }),
  });
  const begun = (await answer.json()) as Begun;
  answered = performance.now();
  if (name === 'mfa-sign-in') (element as SignInElement).begun = begun;
  else (element as EnrollElement).token = begun.mfa_token;
} else if (user !== '') document.cookie = `user=${user}; path=/; samesite=lax`;
main?.append(element);
/** How long the page took from the arrival of its script on, without the answer of the server; milliseconds. */
const [script] = performance.getEntriesByName(`${location.origin}/main.js`);
const readyAfter =
  sent - (script instanceof PerformanceResourceTiming ? script.responseEnd : 0) + performance.now() - answered;
Object.assign(globalThis, { readyAfter });

if (name === 'mfa-step-up') {
  const stepUp = withStepUp(element as StepUpElement);
  const pay = document.createElement('button');
  pay.textContent = 'Pay out';
  pay.addEventListener('click', () => {
    let first = true;
    const paid = stepUp(
      async () => {
        if (!first) return 'paid';
        first = false;
        throw Object.assign(new Error('refused'), {
          name: 'ClientProblem',
          status: 401,
          problem: { code: 'insufficient_user_authentication' },
        });
      },
      { reason: 'You are about to pay out 100.' },
    );
    void paid.catch(() => 'not paid').then((answer) => told.push(answer));
  });
  main?.append(pay);
}
