/** The page of one person: everything an administrator may see of them, and do. */
import { admin, type Change, type ChangeReply, type FullPerson } from './admin-api.ts';
import { administer, listAddress, refuse, whenSeenAgain, type AtAdminPage } from './admin-page.ts';
import { ClientProblem } from './api.ts';
import { beginningOf, defaultDay } from './day-field.ts';
import { clearInputs, onSubmit, value } from './form.ts';
import { copyOf, element, inWords, part, showStep } from './page.ts';
import { dayOf, lastUsedOf, lockOf, requiredFromOf, stateOf, UNREADABLE } from './person-words.ts';
import { offer, onPress, tellResult } from './press.ts';

const id = new URLSearchParams(location.search).get('id') ?? '';

administer(async (page) => {
  let found: FullPerson;
  try {
    found = (await page.withStepUp(() => admin.person(id))).user;
  } catch (error) {
    if (!(error instanceof ClientProblem && error.problem?.status === 404)) throw error;
    refuse('There is no such person.');
    return;
  }
  element('back', HTMLAnchorElement).href = listAddress();
  element('from', HTMLInputElement).value = defaultDay();
  draw(found);
  offerActions(page);
  showStep('person');
  whenSeenAgain(look);
});

async function look(): Promise<void> {
  draw((await admin.person(id)).user);
}

function draw({ user_name: name, mfa, factors, trusted_browsers: browsers }: FullPerson): void {
  element('person-name').textContent = name;
  element('state').textContent = stateOf(mfa);
  element('used').textContent = lastUsedOf(mfa);
  element('codes-left').textContent = mfa === null ? UNREADABLE : `${mfa.backup_codes_remaining} left`;
  element('browsers').textContent = mfa === null ? UNREADABLE : String(browsers);
  element('required').textContent = requiredFromOf(mfa);
  element('lock').textContent = lockOf(mfa);
  element('lock-now').textContent = lockOf(mfa);
  element('has-factors').hidden = factors.length === 0;
  element('factors').replaceChildren(
    ...factors.map(({ label, created_at: added, last_used_at: used }) => {
      const item = copyOf('factor');
      part(item, 'label').textContent = label;
      part(item, 'dates').textContent = `Added ${inWords(added)}. Last used ${inWords(used)}.`;
      return item;
    }),
  );
  offer(element('unlock', HTMLButtonElement), mfa?.locked === true);
  offer(element('stop', HTMLButtonElement), mfa !== null && mfa.required_from !== null);
}

function offerActions({ withStepUp }: AtAdminPage): void {
  const change = (what: Change) => (): Promise<ChangeReply> => withStepUp(() => admin.change(id, what));
  onPress({
    button: element('unlock', HTMLButtonElement),
    result: element('unlock-result'),
    request: change({ action: 'unlock' }),
    done({ user }) {
      draw(user);
      return 'Unlocked.';
    },
    failed: look,
  });
  onPress({
    button: element('stop', HTMLButtonElement),
    result: element('require-result'),
    request: change({ action: 'stop_requiring' }),
    done({ user }) {
      draw(user);
      return 'No longer required.';
    },
    failed: look,
  });

  const require = element('require', HTMLFormElement);
  onSubmit(require, async (values) => {
    tellResult(element('require-result'), '');
    const from = beginningOf(value(values, 'from')) ?? new Date();
    const { user, set_up: setUp } = await orLook(change({ action: 'require', from: from.toISOString() })());
    if (setUp) {
      location.assign('/security?set-up');
      return;
    }
    draw(user);
    goOnFrom(require);
    tellResult(element('require-result'), requiredSentence(user));
  });

  const reset = element('reset', HTMLFormElement);
  onSubmit(reset, async (values) => {
    tellResult(element('reset-result'), '');
    const given = { reason: value(values, 'reason'), name: value(values, 'name') };
    const { user } = await orLook(change({ action: 'reset', ...given })());
    draw(user);
    clearInputs(reset);
    goOnFrom(reset);
    tellResult(element('reset-result'), 'Reset. All passkeys, authenticator apps and backup codes are removed.');
  });
}

function requiredSentence({ mfa }: FullPerson): string {
  if (mfa === null || mfa.required_from === null) return 'Not required.';
  if (!mfa.required_now) return `Required from ${dayOf(mfa.required_from)}.`;
  return mfa.enabled ? 'Required from now on.' : 'Required from now on. They will be asked at their next sign-in.';
}

/** The answer may have been lost, and not the request: shows how things are now, beside the failure. */
async function orLook<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof ClientProblem)) await look().catch(() => undefined);
    throw error;
  }
}

/** A step-up in between has taken the focus: gives it back to the form. */
function goOnFrom(form: HTMLFormElement): void {
  const { activeElement } = document;
  if (activeElement === document.body || activeElement instanceof HTMLHeadingElement) {
    form.querySelector<HTMLButtonElement>('button:not([type])')?.focus();
  }
}
