/** Field: label, hint, error and input, and the fields that forms are made of. */
import type { ToldField } from '../machines/told.ts';
import type { SharedWords } from '../words/words.ts';
import { button, h, newId } from './h.ts';

/** One field of a form. */
export interface Field {
  readonly name: ToldField;
  readonly node: HTMLElement;
  readonly input: HTMLInputElement;
  /** What to say if it is sent empty; `null`: it may be. */
  readonly missing: string | null;
  /** Says what is wrong with it; `null`: nothing is. */
  tell(message: string | null): void;
}

interface FieldOptions {
  readonly name: ToldField;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly missing: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** Beside the input. */
  readonly extra?: (input: HTMLInputElement) => HTMLElement;
}

function field({ name, label, hint, missing, attributes, extra }: FieldOptions): Field {
  const id = newId();
  const input = h('input', { id, name, class: 'mfa-input', type: 'text', ...attributes });
  const hintNode = hint === undefined ? null : h('p', { id: `${id}-hint`, class: 'mfa-hint' }, hint);
  const error = h('p', { id: `${id}-error`, class: 'mfa-error' });
  error.hidden = true;
  const describe = (): void => {
    const ids = [error.hidden ? null : error.id, hintNode?.id].filter(Boolean);
    if (ids.length > 0) input.setAttribute('aria-describedby', ids.join(' '));
    else input.removeAttribute('aria-describedby');
  };
  describe();
  const box = extra === undefined ? input : h('div', { class: 'mfa-beside' }, input, extra(input));
  const node = h(
    'div',
    { class: 'mfa-field' },
    h('label', { for: id, class: 'mfa-label' }, label),
    hintNode,
    error,
    box,
  );
  return {
    name,
    node,
    input,
    missing,
    tell(message) {
      error.hidden = message === null;
      error.textContent = message;
      input.ariaInvalid = message === null ? null : 'true';
      describe();
    },
  };
}

/** Taken as typed or pasted, spaces and dashes included: what it must be is the server's to say. */
const AS_TYPED = { autocapitalize: 'off', autocorrect: 'off', spellcheck: 'false' };

const DIGITS = { ...AS_TYPED, inputmode: 'numeric', enterkeyhint: 'done', class: 'mfa-input mfa-code', dir: 'ltr' };

/** A code of an authenticator app. */
export function codeField({ code: label, codeHint: hint, empty }: SharedWords, withHint = true): Field {
  const attributes = { ...DIGITS, autocomplete: 'one-time-code' };
  return field({ name: 'code', label, hint: withHint ? hint : undefined, missing: empty.code, attributes });
}

/** The code after it. */
export function nextCodeField({ nextCode: label, nextCodeHint: hint, empty }: SharedWords): Field {
  return field({
    name: 'next_code',
    label,
    hint,
    missing: empty.next_code,
    attributes: { ...DIGITS, autocomplete: 'off' },
  });
}

/** A backup code. Password managers would fill in the code of the app if they could. */
export function backupCodeField({ backupCode: label, backupCodeHint: hint, empty }: SharedWords): Field {
  const attributes = { ...AS_TYPED, autocomplete: 'off', class: 'mfa-input mfa-code', dir: 'ltr' };
  return field({ name: 'backup_code', label, hint, missing: empty.backup_code, attributes });
}

/** A name; it may be left empty. */
export function nameField({ name: label, nameHint: hint }: SharedWords): Field {
  return field({ name: 'label', label, hint, missing: null, attributes: { autocomplete: 'off' } });
}

/** The password, which can be shown. */
export function passwordField({ password: label, empty, showPassword, hidePassword }: SharedWords): Field {
  return field({
    name: 'password',
    label,
    missing: empty.password,
    attributes: {
      ...AS_TYPED,
      type: 'password',
      autocomplete: 'current-password',
      class: 'mfa-input mfa-grow',
    },
    extra: (input) => {
      const toggle = button(showPassword, () => {
        const shown = input.type === 'text';
        input.type = shown ? 'password' : 'text';
        toggle.textContent = shown ? showPassword : hidePassword;
      });
      return toggle;
    },
  });
}

/** Whose password a password manager should offer. Nobody sees it or comes to it. */
export function userNameField(accountName: string): HTMLInputElement {
  return h('input', {
    class: 'mfa-unseen',
    type: 'text',
    name: 'username',
    autocomplete: 'username',
    value: accountName,
    readonly: true,
    tabindex: -1,
    'aria-hidden': 'true',
  });
}
