/** A change of several people: what it means first, then each of them in turn, with what came of it. */
import { admin, type Change, type ListedPerson, type PreviewReply } from './admin-api.ts';
import { administer, listAddress, refuse, type AtAdminPage } from './admin-page.ts';
import { ClientProblem } from './api.ts';
import { beginningOf, defaultDay } from './day-field.ts';
import { onSubmit } from './form.ts';
import { copyOf, element, part, showStep } from './page.ts';
import { dayOf, people, stateOf } from './person-words.ts';
import { tellResult } from './press.ts';
import { sentenceOf } from './sentences.ts';
import { tick, tickedBy } from './ticked.ts';

type Action = Exclude<Change['action'], 'reset'>;

/** What is asked, and what the button says. */
const QUESTIONS: Readonly<Record<Action, readonly [question: string, button: string]>> = {
  require: ['Require two-step verification?', 'Require it'],
  stop_requiring: ['Stop requiring two-step verification?', 'Stop requiring it'],
  unlock: ['Unlock?', 'Unlock'],
};

const query = new URLSearchParams(location.search);
const from = element('from', HTMLInputElement);

administer(async (page) => {
  const action = query.get('action') ?? '';
  if (!isAction(action)) {
    refuse('This address changes nothing.');
    return;
  }
  const ids = [...tickedBy(page.me.user_name)];
  if (ids.length === 0) {
    showStep('nobody');
    return;
  }
  const preview = await page.withStepUp(() => admin.preview(ids));
  element('back', HTMLAnchorElement).href = listAddress();
  const [question, button] = QUESTIONS[action];
  element('question').textContent = question;
  element('do').textContent = button;
  if (action === 'require') askForDay(() => explain(action, preview));
  explain(action, preview);
  const outcomes = drawPeople(preview.users);
  onSubmit(element('change', HTMLFormElement), () => changeAll(action, { page, preview, outcomes }));
  showStep('preview');
});

function isAction(text: string): text is Action {
  return Object.keys(QUESTIONS).includes(text);
}

/** The day is kept in the address: a reload shows the same. */
function askForDay(explainAgain: () => void): void {
  element('from-field').hidden = false;
  from.disabled = false;
  from.value = query.get('from') ?? defaultDay();
  from.addEventListener('change', () => {
    query.set('from', from.value);
    history.replaceState(null, '', `${location.pathname}?${query.toString()}`);
    explainAgain();
  });
}

function explain(action: Action, { users, not_set_up: notSetUp, required, locked }: PreviewReply): void {
  const sentences = {
    require: meaningOfRequiring(notSetUp),
    stop_requiring: `It is required of ${required === 0 ? 'none' : required} of them now.`,
    unlock: `${locked === 0 ? 'None' : locked} of them ${locked === 1 ? 'is' : 'are'} locked now.`,
  };
  element('meaning').textContent = `${people(users.length)}. ${sentences[action]}`;
}

function meaningOfRequiring(notSetUp: number): string {
  if (notSetUp === 0) return 'All of them have set it up.';
  const day = beginningOf(from.value);
  const who = `${notSetUp} ${notSetUp === 1 ? 'hasn’t' : 'haven’t'} set it up`;
  if (day === null || day.getTime() <= Date.now()) {
    return `${who} and will be asked at their next sign-in. Until then they are signed out.`;
  }
  return `${who} and will be asked at their first sign-in from ${dayOf(day)} on.`;
}

/** @returns where the outcome of each person is said */
function drawPeople(users: readonly ListedPerson[]): ReadonlyMap<string, HTMLElement> {
  const outcomes = new Map<string, HTMLElement>();
  const items = users.map(({ id, user_name: name, mfa }) => {
    const item = copyOf('person');
    const link = part(item, 'name');
    link.textContent = name;
    link.setAttribute('href', `/person?${new URLSearchParams({ id }).toString()}`);
    part(item, 'state').textContent = stateOf(mfa);
    outcomes.set(id, part(item, 'outcome'));
    return item;
  });
  element('people').replaceChildren(...items);
  return outcomes;
}

/**
 * One person after the other, and each is unticked once it is done: whatever stops this, those who are still ticked are
 * those who are left.
 */
async function changeAll(
  action: Action,
  {
    page: { me, withStepUp },
    preview: { users },
    outcomes,
  }: {
    readonly page: AtAdminPage;
    readonly preview: PreviewReply;
    readonly outcomes: ReadonlyMap<string, HTMLElement>;
  },
): Promise<void> {
  const result = element('result');
  const ticked = tickedBy(me.user_name);
  const left = users.filter(({ id }) => ticked.has(id));
  // Whoever changes themselves goes on to their own setup, and so comes last.
  left.sort((one, other) => Number(one.user_name === me.user_name) - Number(other.user_name === me.user_name));
  const change: Change =
    action === 'require' ? { action, from: (beginningOf(from.value) ?? new Date()).toISOString() } : { action };
  let done = 0;
  let failure: unknown;
  tellResult(result, `Changing ${people(left.length)}…`);
  for (const { id } of left) {
    try {
      const { user, set_up: setUp } = await withStepUp(() => admin.change(id, change));
      tick(me.user_name, [id], false);
      tellOutcome(outcomes.get(id), 'Done', user);
      done += 1;
      if (setUp) location.assign('/security?set-up');
    } catch (error) {
      failure = error;
      tellOutcome(outcomes.get(id), sentenceOf(error));
      // Without a connection the others would fail alike.
      if (!(error instanceof ClientProblem)) break;
    }
  }
  if (done === left.length) {
    tellResult(result, `Done: ${people(done)}.`);
    finish();
    return;
  }
  const rest = `${done} of ${left.length} done. The others are still ticked.`;
  tellResult(result, failure instanceof ClientProblem ? rest : `${sentenceOf(failure)} ${rest}`, 'bad');
}

function tellOutcome(outcome: HTMLElement | undefined, sentence: string, user?: ListedPerson): void {
  if (outcome === undefined) return;
  outcome.textContent = sentence;
  const item = outcome.closest('li');
  if (user !== undefined && item !== null) part(item, 'state').textContent = stateOf(user.mfa);
}

/** All is done: what is left is the way back. */
function finish(): void {
  element('meaning').textContent = '';
  element('from-field').hidden = true;
  from.disabled = true;
  const button = element('do', HTMLButtonElement);
  const hadFocus = document.activeElement === button || document.activeElement === document.body;
  button.hidden = true;
  if (hadFocus) element('back').focus();
}
