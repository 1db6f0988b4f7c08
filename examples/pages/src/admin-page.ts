/** Admin page: what the pages of administration share: who may see them, where they lead back to, and what they do when they are seen again. */
import { mfa, type Me } from './api.ts';
import { element, run, showStep } from './page.ts';
import { sentenceOf } from './sentences.ts';
import { orSignIn, signedIn } from './signed-in.ts';
import { isCancelled, prepareStepUp, type WithStepUp } from './step-up.ts';

/** Somebody closed the dialog that asks for their second step. */
const NOT_CONFIRMED =
  'You see and change the accounts of others here, so Acme asks for your second step, and again after five minutes.';

const REASON = 'You’re about to see and change the accounts of others.';

const NOT_ENABLED = 'Administration needs two-step verification, which you haven’t turned on yet.';

/** An administrator at a page. */
export interface AtAdminPage {
  readonly me: Me;
  readonly withStepUp: WithStepUp;
}

/**
 * Runs a page for the administrator who is signed in. Anybody else is told that it is not for them; and if it cannot be
 * loaded, or a step-up was cancelled, it says so and can be tried again.
 */
export function administer(work: (page: AtAdminPage) => Promise<void>): void {
  run(async () => {
    const again = { text: 'Try again', href: location.href };
    let enabled = true;
    try {
      const me = await signedIn();
      element('admin-link').ariaCurrent = location.pathname === '/admin' ? 'page' : 'true';
      if (!me.is_admin) return refuse('Only administrators see this page.', again);
      ({ enabled } = await orSignIn(mfa.status()));
      // Who has nothing to confirm with is asked for nothing.
      const withStepUp: WithStepUp = enabled ? prepareStepUp(REASON) : (call) => orSignIn(call());
      await work({ me, withStepUp });
    } catch (error) {
      if (!isCancelled(error)) refuse(sentenceOf(error), again);
      else if (enabled) refuse(NOT_CONFIRMED, again);
      else refuse(NOT_ENABLED, { text: 'Turn it on', href: '/security' });
    }
  });
}

/** Says why the page cannot be shown, and leads on: by default to the list. */
export function refuse(
  sentence: string,
  { text, href }: { readonly text: string; readonly href: string } = { text: 'All people', href: '/admin' },
): void {
  element('refused').textContent = sentence;
  const link = element('refused-link', HTMLAnchorElement);
  link.href = href;
  link.textContent = text;
  showStep('refused');
}

/** The address of the list that somebody came from: what follows its `?` is handed on in the address, as `list`. */
export function listAddress(): string {
  const list = new URLSearchParams(location.search).get('list') ?? '';
  return list === '' ? '/admin' : `/admin?${list}`;
}

/** Calls a function whenever the page is seen again: another tab may have changed what it shows. Failures change nothing. */
export function whenSeenAgain(look: () => Promise<void>): void {
  const again = (): void => {
    if (document.visibilityState === 'visible') orSignIn(look()).catch(() => undefined);
  };
  document.addEventListener('visibilitychange', again);
  // Out of the browser's memory, by the back button.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) again();
  });
}
