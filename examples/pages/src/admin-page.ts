/** Admin page: what the pages of administration share: who may see them, where they lead back to, and what they do when they are seen again. */
import type { Me } from './api.ts';
import { element, showStep } from './page.ts';
import { signedIn } from './signed-in.ts';
import { prepareStepUp, type WithStepUp } from './step-up.ts';

/** An administrator at a page. */
export interface AtAdminPage {
  readonly me: Me;
  readonly withStepUp: WithStepUp;
}

/**
 * The administrator who is signed in. Anybody else is told so, and it never resolves.
 * @param step - the one that the page goes on with after a step-up
 */
export async function administrator(step: string): Promise<AtAdminPage> {
  const me = await signedIn();
  element('admin-link').ariaCurrent = location.pathname === '/admin' ? 'page' : 'true';
  if (me.is_admin) return { me, withStepUp: prepareStepUp(step) };
  element('refused').textContent = 'Only administrators see this page.';
  showStep('refused');
  return new Promise(() => undefined);
}

/** Says why the page cannot be shown, and leads to the list. */
export function refuse(sentence: string): void {
  element('refused').textContent = sentence;
  const link = element('refused-link', HTMLAnchorElement);
  link.href = '/admin';
  link.textContent = 'All people';
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
    if (document.visibilityState === 'visible') look().catch(() => undefined);
  };
  document.addEventListener('visibilitychange', again);
  // Out of the browser's memory, by the back button.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) again();
  });
}
