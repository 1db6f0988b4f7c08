/** The second factor in a form: a code, or a backup code instead. */
import type { StatusReply, WireFactor } from '@mfakit/http';
import { value, type Values } from './form.ts';
import { element, onClick } from './page.ts';

/** Makes the button work that switches between the two. */
export function letFactorSwitch(): void {
  const button = element('switch-factor');
  onClick(button, () => {
    const toBackupCode = element('backup_code', HTMLInputElement).disabled;
    for (const field of document.querySelectorAll<HTMLElement>('[data-factor]')) {
      // The code after the code waits until a refusal asks for it.
      const waits = field.dataset['askedBy'] !== undefined;
      const shown = !waits && (field.dataset['factor'] === 'backup_code') === toBackupCode;
      field.hidden = !shown;
      const input = field.querySelector('input');
      if (input === null) continue;
      input.disabled = !shown;
      if (shown && input.name !== 'next_code') input.focus();
    }
    button.textContent = toBackupCode ? 'Use a code from the app instead' : 'Use a backup code instead';
  });
}

/** The factor as it travels; with the code after the code once that was asked for. */
export function factorOf(values: Values): WireFactor & { readonly next_code?: string } {
  if (!('code' in values)) return { backup_code: value(values, 'backup_code') };
  const { next_code: next } = values;
  return { code: value(values, 'code'), ...(next !== undefined && { next_code: next }) };
}

/** Makes the form ask for what proves who somebody is: a factor, and the password of someone who has one. */
export function askForProof({ password_needed }: Pick<StatusReply, 'password_needed'>): void {
  if (!password_needed) element('password').closest('.field')?.remove();
  letFactorSwitch();
}

/** The factor, and the password if it was asked for. */
export function proofOf(values: Values): ReturnType<typeof factorOf> & { readonly password?: string } {
  const { password } = values;
  return { ...(password !== undefined && { password }), ...factorOf(values) };
}
