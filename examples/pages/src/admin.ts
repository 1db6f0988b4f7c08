/** The administrators' page: requires second factors, and helps people who lost theirs. */
import { app, type AdminAction, type AdminUser } from './api.ts';
import { onSubmit, value } from './form.ts';
import { copyOf, element, inWords, onClick, part, run, say, showStep } from './page.ts';
import { signedIn } from './signed-in.ts';
import { isCancelled, prepareStepUp, type WithStepUp } from './step-up.ts';

run(async () => {
  const me = await signedIn();
  element('refused').hidden = me.is_admin;
  if (!me.is_admin) {
    element('refused').textContent = 'Only administrators see this page.';
    showStep('list');
    return;
  }
  const withStepUp = prepareStepUp('You’re about to see and change the accounts of others.');
  try {
    await showUsers(withStepUp);
    showStep('list');
  } catch (error) {
    if (!isCancelled(error)) throw error;
    showStep('not-confirmed');
  }
});

async function showUsers(withStepUp: WithStepUp): Promise<void> {
  const { users } = await withStepUp(() => app.users());
  element('users').replaceChildren(...users.map((user) => toCard(user, withStepUp)));
}

function toCard(user: AdminUser, withStepUp: WithStepUp): HTMLElement {
  const card = copyOf('user');
  const { id, user_name: name, enabled, locked, locked_until: lockedUntil } = user;
  part(card, 'name').textContent = name;
  for (const hidden of card.querySelectorAll('.unseen')) hidden.textContent = ` ${name}`;
  part(card, 'state').textContent = enabled ? 'On' : 'Off';
  part(card, 'state').classList.toggle('good', enabled);
  part(card, 'lock').hidden = !locked;
  if (lockedUntil !== null) part(card, 'lock').textContent = `Locked until ${inWords(lockedUntil)}`;
  part(card, 'policy').textContent =
    user.required_from === null ? 'Not required' : `Required from ${inWords(user.required_from)}`;

  part(card, 'exempt').hidden = user.required_from === null;
  part(card, 'unlock').hidden = !locked;

  /** Does it, draws the list anew, and gives the focus back to the same user. */
  const change = async (action: AdminAction, sentence: string): Promise<void> => {
    await withStepUp(() => app.change(id, action));
    await showUsers(withStepUp);
    say(`${name}: ${sentence}`);
    const again = [...element('users').children].find((other) => part(other, 'name').textContent === name);
    again?.querySelector('button')?.focus();
  };
  const act = (button: string, action: AdminAction, sentence: string): void =>
    onClick(part(card, button), () => change(action, sentence));

  act('require-now', { action: 'require', days: 0 }, 'required from now on.');
  act('exempt', { action: 'exempt' }, 'no longer required.');
  act('unlock', { action: 'unlock' }, 'unlocked.');
  act('reset', { action: 'reset' }, 'all devices and backup codes removed.');
  const later = part(card, 'require-later');
  if (later instanceof HTMLFormElement) {
    onSubmit(later, (values) =>
      change({ action: 'require', days: Number(value(values, 'days')) }, 'required after the grace.'),
    );
  }
  return card;
}
