/** The list of people: searched, filtered, sorted and paged by the address alone, so that a reload or the back button shows the same. */
import { admin, SHOWS, type ListedPerson, type PeopleReply, type Show } from './admin-api.ts';
import { administer, refuse, whenSeenAgain, type AtAdminPage } from './admin-page.ts';
import { ClientProblem } from './api.ts';
import { onSubmit, value } from './form.ts';
import { copyOf, element, onClick, part, showStep } from './page.ts';
import { lastUsedOf, lockOf, people, requiredFromOf, stateOf } from './person-words.ts';
import { offer, onPress, tellResult } from './press.ts';
import { forgetTicked, MAX_TICKED, tick, tickedBy } from './ticked.ts';

const query = new URLSearchParams(location.search);
const current = (name: string, otherwise: string): string => query.get(name) ?? otherwise;

administer(async ({ me, withStepUp }) => {
  let list: PeopleReply;
  try {
    list = await withStepUp(() => admin.people(location.search));
  } catch (error) {
    if (!(error instanceof ClientProblem && error.problem?.code === 'invalid_input')) throw error;
    refuse('This address shows no list.');
    return;
  }
  element('name', HTMLInputElement).value = current('name', '');
  onSubmit(element('search', HTMLFormElement), async (values) => {
    location.assign(addressOf({ name: value(values, 'name') }));
  });
  const rows = new Map<string, HTMLElement>();
  draw(list, rows, { me, withStepUp });
  watchTicks(me.user_name);
  showStep('list');
  whenSeenAgain(async () => draw(await admin.people(location.search), rows, { me, withStepUp }));
});

/** The address of another list: what is named here, and else what is shown now. Places belong to one list only. */
function addressOf(changes: Readonly<Record<string, string>>): string {
  const next = new URLSearchParams(query);
  for (const place of ['after', 'before']) next.delete(place);
  for (const [name, text] of Object.entries(changes)) next.set(name, text);
  for (const [name, otherwise] of Object.entries({ show: 'everyone', name: '', sort: 'name' })) {
    if (next.get(name) === otherwise) next.delete(name);
  }
  const text = next.toString();
  return text === '' ? '/admin' : `/admin?${text}`;
}

/** Draws the list; rows that were there stay, and keep the focus. */
function draw(list: PeopleReply, rows: Map<string, HTMLElement>, page: AtAdminPage): void {
  drawCounts(list);
  drawSorts();
  const shown = list.users.map((person) => {
    const row = rows.get(person.id) ?? newRow(person, page);
    rows.set(person.id, row);
    fill(row, person);
    return row;
  });
  const body = element('rows');
  const isSame = shown.length === body.children.length && shown.every((row, index) => body.children[index] === row);
  if (!isSame) body.replaceChildren(...shown);
  element('people').hidden = shown.length === 0;
  element('nobody').hidden = shown.length > 0;
  lead('previous', list.before === null ? null : addressOf({ before: list.before }));
  lead('next', list.after === null ? null : addressOf({ after: list.after }));
  showTicks(page.me.user_name);
}

function drawCounts({ counts }: PeopleReply): void {
  const show = current('show', 'everyone') as Show;
  const links = Object.entries(SHOWS).map(([choice, label]) => {
    const link = document.createElement('a');
    link.href = addressOf({ show: choice });
    if (choice === show) link.ariaCurrent = 'true';
    const count = document.createElement('span');
    count.className = 'count';
    count.textContent = counts[choice as Show].toLocaleString();
    link.append(`${label} `, count);
    const item = document.createElement('li');
    item.append(link);
    return item;
  });
  const list = element('shows');
  // A link with the focus stays: only the counts change.
  if (list.childElementCount === 0) list.replaceChildren(...links);
  for (const [index, count] of list.querySelectorAll('.count').entries()) {
    count.textContent = links[index] === undefined ? '' : part(links[index], 'count').textContent;
  }
  const name = current('name', '');
  const named = name === '' ? '' : ` with “${name}” in the name`;
  const time = new Date().toLocaleTimeString(undefined, { timeStyle: 'short' });
  element('summary').textContent = `${SHOWS[show]}: ${people(counts[show])}${named}, as of ${time}`;
}

function drawSorts(): void {
  const sort = current('sort', 'name');
  const name = element('by-name');
  const required = element('by-required');
  name.ariaSort = sort === 'name' ? 'ascending' : sort === '-name' ? 'descending' : null;
  required.ariaSort = sort === 'required' ? 'ascending' : null;
  name.querySelector('a')?.setAttribute('href', addressOf({ sort: sort === 'name' ? '-name' : 'name' }));
  required.querySelector('a')?.setAttribute('href', addressOf({ sort: 'required' }));
}

function lead(id: string, address: string | null): void {
  const link = element(id, HTMLAnchorElement);
  link.hidden = address === null;
  if (address !== null) link.href = address;
}

function newRow({ id, user_name: name }: ListedPerson, { me, withStepUp }: AtAdminPage): HTMLElement {
  const row = copyOf('person');
  const link = part(row, 'name');
  link.textContent = name;
  const handedOn = new URLSearchParams({ id, ...(location.search !== '' && { list: location.search.slice(1) }) });
  link.setAttribute('href', `/person?${handedOn.toString()}`);
  part(row, 'unseen').textContent = ` ${name}`;
  const box = checkboxOf(row);
  box.dataset['id'] = id;
  box.ariaLabel = `Tick ${name}`;
  box.addEventListener('change', () => choose(me.user_name, [id], box.checked));
  onPress({
    button: part(row, 'unlock') as HTMLButtonElement,
    result: part(row, 'result'),
    request: () => withStepUp(() => admin.change(id, { action: 'unlock' })),
    done({ user }) {
      fill(row, user);
      void recount();
      return 'Unlocked.';
    },
    failed: async () => fill(row, (await admin.person(id)).user),
  });
  return row;
}

function fill(row: HTMLElement, { mfa }: ListedPerson): void {
  part(row, 'state').textContent = stateOf(mfa);
  part(row, 'used').textContent = lastUsedOf(mfa);
  part(row, 'required').textContent = requiredFromOf(mfa);
  part(row, 'lock').textContent = lockOf(mfa);
  offer(part(row, 'unlock') as HTMLButtonElement, mfa?.locked === true);
}

/** After a change the counts are others. The rows stay: somebody who was unlocked does not vanish under the pointer. */
async function recount(): Promise<void> {
  try {
    drawCounts(await admin.people(location.search));
  } catch {
    // They are as of the time that stands beside them.
  }
}

function checkboxOf(row: HTMLElement): HTMLInputElement {
  const box = row.querySelector('input');
  if (box === null) throw new Error('The row has no box to tick.');
  return box;
}

const boxes = (): readonly HTMLInputElement[] => [...element('rows').querySelectorAll('input')];

function watchTicks(owner: string): void {
  const all = element('tick-all', HTMLInputElement);
  all.addEventListener('change', () =>
    choose(
      owner,
      boxes().map(({ dataset }) => dataset['id'] ?? ''),
      all.checked,
    ),
  );
  onClick(element('untick'), () => {
    forgetTicked();
    showTicks(owner);
    element('ticked').focus();
  });
  for (const [id, action] of Object.entries({ require: 'require', stop: 'stop_requiring', unlock: 'unlock' })) {
    const handedOn = new URLSearchParams({
      action,
      ...(location.search !== '' && { list: location.search.slice(1) }),
    });
    element(`${id}-ticked`, HTMLAnchorElement).href = `/several?${handedOn.toString()}`;
  }
}

function choose(owner: string, ids: readonly string[], on: boolean): void {
  const before = tickedBy(owner);
  const wanted = new Set([...before, ...(on ? ids : [])]).size;
  tick(owner, ids, on);
  const tooMany = on && wanted > MAX_TICKED;
  const sentence = tooMany ? `You can change ${MAX_TICKED} people at a time.` : '';
  tellResult(element('tick-result'), sentence, tooMany ? 'bad' : 'good');
  showTicks(owner);
}

function showTicks(owner: string): void {
  const ticked = tickedBy(owner);
  for (const box of boxes()) box.checked = ticked.has(box.dataset['id'] ?? '');
  const here = boxes().filter(({ checked }) => checked).length;
  const all = element('tick-all', HTMLInputElement);
  all.checked = here > 0 && here === boxes().length;
  all.indeterminate = here > 0 && !all.checked;
  element('ticked').textContent = ticked.size === 0 ? 'Nobody is ticked' : `${people(ticked.size)} ticked`;
  element('for-ticked').hidden = ticked.size === 0;
  element('how-to-tick').hidden = ticked.size > 0;
}
