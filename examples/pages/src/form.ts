/** Forms: whatever is missing or refused is said beside its field, which gets the focus. */
import { ClientProblem } from './api.ts';
import { sentenceOf } from './sentences.ts';

/** Fields by name. */
export type Values = Readonly<Record<string, string>>;

/** The field that a refusal is about. */
const FIELDS: Readonly<Partial<Record<string, string>>> = {
  invalid_password: 'password',
  invalid_code: 'code',
  clock_ahead: 'code',
  clock_behind: 'code',
  code_already_used: 'code',
  invalid_backup_code: 'backup_code',
  two_codes_required: 'next_code',
};

/** Submits a form by a function; shows what it throws. Until then its buttons are disabled in the markup. */
export function onSubmit(form: HTMLFormElement, submit: (values: Values) => Promise<void>): void {
  for (const button of form.querySelectorAll('button')) button.disabled = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // A second press of Enter would spend a second code.
    if (form.ariaBusy === 'true') return;
    clear(form);
    if (markMissing(form)) return;
    form.ariaBusy = 'true';
    submit(valuesOf(form))
      .catch((error: unknown) => show(form, error))
      .finally(() => {
        form.ariaBusy = 'false';
      });
  });
}

/** Empties the fields: what they hold was used. */
export function clearInputs(form: HTMLFormElement): void {
  for (const input of inputsOf(form)) input.value = '';
}

/** The value of a field; empty if there is none. */
export function value(values: Values, name: string): string {
  return values[name] ?? '';
}

/** Fields that can be filled in; those of a hidden alternative are disabled and left out. */
function valuesOf(form: HTMLFormElement): Values {
  // A password is taken to the letter; around anything else spaces come from copying.
  return Object.fromEntries(
    inputsOf(form).map(({ name, type, value: typed }) => [name, type === 'password' ? typed : typed.trim()]),
  );
}

function inputsOf(form: HTMLFormElement): readonly HTMLInputElement[] {
  return [...form.querySelectorAll('input')].filter((input) => !input.disabled);
}

function markMissing(form: HTMLFormElement): boolean {
  const missing = inputsOf(form).filter((input) => input.value.trim() === '' && input.dataset['missing']);
  for (const input of missing) mark(input, input.dataset['missing'] ?? '');
  missing[0]?.focus();
  return missing.length > 0;
}

/** Says in a form what something beside it was refused for. */
export function tellIn(form: HTMLFormElement, error: unknown): void {
  clear(form);
  alert(form, sentenceOf(error));
}

function show(form: HTMLFormElement, error: unknown): void {
  const problem = error instanceof ClientProblem ? error.problem : null;
  const told = problem?.errors?.map(({ path, message }) => ({ field: path, message })) ?? [
    { field: FIELDS[problem?.code ?? ''] ?? '', message: sentenceOf(error) },
  ];
  reveal(form, problem?.code ?? '');
  let focused = false;
  for (const { field, message } of told) {
    const input = inputsOf(form).find(({ name }) => name === field);
    if (input === undefined) continue;
    mark(input, message);
    if (input.name === 'code' || input.name === 'backup_code') input.select();
    if (!focused) input.focus();
    focused = true;
  }
  if (!focused) alert(form, told.map(({ message }) => message).join('. '));
}

/** Shows the fields that are needed only once a refusal asks for them. */
function reveal(form: HTMLFormElement, code: string): void {
  for (const field of form.querySelectorAll<HTMLElement>('[data-asked-by]')) {
    if (field.dataset['askedBy'] !== code) continue;
    delete field.dataset['askedBy'];
    field.hidden = false;
    for (const input of field.querySelectorAll('input')) input.disabled = false;
  }
}

function mark(input: HTMLInputElement, message: string): void {
  const error = document.createElement('p');
  error.className = 'error';
  error.id = `${input.id}-error`;
  error.textContent = message;
  input.after(error);
  input.ariaInvalid = 'true';
  const hint = input.getAttribute('aria-describedby') ?? '';
  input.setAttribute('aria-describedby', `${error.id} ${hint}`.trim());
}

function alert(form: HTMLFormElement, message: string): void {
  const box = document.createElement('p');
  box.className = 'alert';
  box.role = 'alert';
  box.tabIndex = -1;
  box.textContent = message;
  form.prepend(box);
  box.focus();
}

function clear(form: HTMLFormElement): void {
  for (const told of form.querySelectorAll('.error, .alert')) told.remove();
  for (const input of form.querySelectorAll('input')) {
    input.ariaInvalid = null;
    const hint = (input.getAttribute('aria-describedby') ?? '').replace(`${input.id}-error`, '').trim();
    if (hint === '') input.removeAttribute('aria-describedby');
    else input.setAttribute('aria-describedby', hint);
  }
}
