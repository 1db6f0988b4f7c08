/** The second factor in a form: a code, or a backup code instead. */
import type { WireFactor } from '@mfakit/http';
import { value, type Values } from './form.ts';
import { element, onClick } from './page.ts';

/** Makes the button work that switches between the two. */
export function letFactorSwitch(): void {
  const button = element('switch-factor');
  onClick(button, () => {
    const toBackupCode = element('backup_code', HTMLInputElement).disabled;
    for (const field of document.querySelectorAll<HTMLElement>('[data-factor]')) {
      const shown = (field.dataset['factor'] === 'backup_code') === toBackupCode;
      field.hidden = !shown;
      const input = field.querySelector('input');
      if (input === null) continue;
      input.disabled = !shown;
      if (shown) input.focus();
    }
    button.textContent = toBackupCode ? 'Use a code from the app instead' : 'Use a backup code instead';
  });
}

/** The factor as it travels. */
export function factorOf(values: Values): WireFactor {
  return 'code' in values ? { code: value(values, 'code') } : { backup_code: value(values, 'backup_code') };
}

/** The factor and the password. */
export function proofOf(values: Values): WireFactor & { readonly password: string } {
  return { password: value(values, 'password'), ...factorOf(values) };
}
