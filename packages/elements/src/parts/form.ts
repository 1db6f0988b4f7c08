/** Form: sends itself only when somebody says so; what is missing or refused is said beside its field, which gets the focus. */
import type { Told } from '../machines/told.ts';
import { sentence, type Speaker } from '../words/say.ts';
import type { Field } from './field.ts';
import { h, type Child } from './h.ts';

/** Fields by name. */
export type Values = Readonly<Record<string, string>>;

/** What a form is made of. */
export interface FormOptions {
  readonly speaker: Speaker;
  readonly fields: readonly Field[];
  /** Before the fields, between them and the button, and beside the button. */
  readonly before?: readonly Child[];
  readonly between?: readonly Child[];
  readonly beside?: readonly Child[];
  /** The words of its button. */
  readonly submit: string;
  readonly danger?: boolean;
  /** @returns what keeps it from being sent, and has been told; absent: nothing does */
  readonly check?: () => boolean;
  readonly onSubmit: (values: Values) => void;
}

/** A form on the page. */
export interface Form {
  readonly node: HTMLFormElement;
  update(state: { readonly busy: boolean; readonly told: Told | null }): void;
}

/** Makes one. */
export function form(options: FormOptions): Form {
  const { speaker, fields, before = [], between = [], beside = [], submit, danger = false, check, onSubmit } = options;
  let busy = false;
  let shown: Told | null = null;
  const alert = h('p', { class: 'mfa-alert', role: 'alert', tabindex: -1 });
  alert.hidden = true;
  const primary = h(
    'button',
    { type: 'submit', class: danger ? 'mfa-button mfa-danger' : 'mfa-button mfa-primary' },
    submit,
  );

  const clear = (): void => {
    alert.hidden = true;
    alert.textContent = '';
    for (const field of fields) field.tell(null);
  };

  const markMissing = (): boolean => {
    const empty = fields.filter(({ input, missing }) => missing !== null && input.value.trim() === '');
    for (const field of empty) field.tell(field.missing);
    empty[0]?.input.focus();
    return empty.length > 0;
  };

  const tell = (told: Told): void => {
    const text = sentence(told, speaker);
    const field = fields.find(({ name }) => name === told.field);
    if (field === undefined) {
      alert.hidden = false;
      alert.textContent = text;
      alert.focus();
    } else {
      field.tell(text);
      field.input.focus();
      field.input.select();
    }
  };

  const node = h(
    'form',
    {
      class: 'mfa-form',
      novalidate: true,
      onsubmit(event) {
        event.preventDefault();
        if (busy) return;
        clear();
        if (markMissing() || check?.() === false) return;
        onSubmit(Object.fromEntries(fields.map((field) => [field.name, valueOf(field)])));
      },
    },
    ...before,
    alert,
    ...fields.map((field) => field.node),
    ...between,
    h('div', { class: 'mfa-actions' }, primary, ...beside),
  );

  return {
    node,
    update({ busy: isBusy, told }) {
      busy = isBusy;
      primary.ariaDisabled = isBusy ? 'true' : null;
      if (told === shown) return;
      shown = told;
      clear();
      if (told !== null) tell(told);
    },
  };
}

/** A password is taken to the letter; around anything else spaces come from copying. */
function valueOf({ name, input }: Field): string {
  return name === 'password' ? input.value : input.value.trim();
}
