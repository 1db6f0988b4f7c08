/** Forms: whatever is missing or refused is said beside its field, which gets the focus. */
import { ClientProblem } from './api.ts';
import { sentenceOf } from './sentences.ts';

/** Fields by name. */
export type Values = Readonly<Record<string, string>>;

/** Submits a form by a function; shows what it throws. Until then its buttons are disabled in the markup. */
export function onSubmit(form: HTMLFormElement, submit: (values: Values) => Promise<void>): void {
  for (const button of form.querySelectorAll('button')) button.disabled = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // A second press of Enter would do it twice.
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

/** Fields that can be filled in; those that are disabled are left out. */
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

/** Says something in a form, above its fields. */
export function tellIn(form: HTMLFormElement, sentence: string): void {
  clear(form);
  if (sentence !== '') alert(form, sentence);
}

function show(form: HTMLFormElement, error: unknown): void {
  const problem = error instanceof ClientProblem ? error.problem : null;
  const sentence = sentenceOf(error);
  // What a new name or password must be is said by whoever decides it, the application's own route.
  const told = problem?.errors?.map(({ path, message }) => ({ field: path, message })) ?? [
    { field: problem?.code === 'invalid_password' ? 'password' : '', message: sentence },
  ];
  const fields = told.flatMap(({ field, message }) => {
    const input = inputsOf(form).find(({ name }) => name === field);
    if (input !== undefined) mark(input, message);
    return input ?? [];
  });
  fields[0]?.focus();
  fields[0]?.select();
  if (fields.length === 0) tellIn(form, sentence);
}

function mark(input: HTMLInputElement, message: string): void {
  const error = document.createElement('p');
  error.className = 'error';
  error.id = `${input.id}-error`;
  error.textContent = message;
  // Above the field: nothing that opens below it, such as a list of passwords, hides it.
  (input.closest('.beside') ?? input).before(error);
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
