/** The second factor in a form: a passkey, a code, or a backup code. */
// oxlint-disable-next-line import/no-absolute-path -- an address: the servers have the module there
import { passkeysSupported } from '/modules/mfakit-http/client/passkeys.js';
import type { StatusReply, WireFactor } from '@mfakit/http';
import { mfa } from './api.ts';
import { value, type Values } from './form.ts';
import { element, onClick } from './page.ts';
import { signWithPasskey, type ToSign } from './passkey.ts';

/** What a form can ask for, and the method that the library calls it by. */
const WAYS = { webauthn: 'webauthn', code: 'totp', backup_code: 'backup_code' } as const;
type Way = keyof typeof WAYS;

/**
 * Shows the first way that this user has and this browser knows, and buttons for the others.
 * @param methods - what the user can answer with
 */
export function offerFactors(methods: readonly string[]): void {
  const offered = (Object.keys(WAYS) as Way[]).filter(
    (way) => methods.includes(WAYS[way]) && (way !== 'webauthn' || passkeysSupported()),
  );
  const show = (way: Way, focus: boolean): void => {
    for (const part of document.querySelectorAll<HTMLElement>('[data-factor]')) {
      // The code after the code waits until a refusal asks for it.
      const waits = part.dataset['askedBy'] !== undefined;
      const shown = !waits && part.dataset['factor'] === way;
      part.hidden = !shown;
      const input = part.querySelector('input');
      if (input === null) continue;
      input.disabled = !shown;
      if (shown && focus && input.name !== 'next_code') input.focus();
    }
    for (const button of document.querySelectorAll<HTMLElement>('[data-way]')) {
      button.hidden = button.dataset['way'] === way || !offered.includes(button.dataset['way'] as Way);
    }
  };
  for (const button of document.querySelectorAll<HTMLElement>('[data-way]')) {
    onClick(button, () => show(button.dataset['way'] as Way, true));
  }
  // A browser that knows no passkeys, of a user who has nothing else: the page says so when the form is sent.
  show(offered[0] ?? 'webauthn', false);
}

/**
 * The factor that was given. A passkey is asked now.
 * @param toSign - what it signs; by default, a new token of the session
 */
export async function factorOf(values: Values, toSign: () => Promise<ToSign> = challenge): Promise<WireFactor> {
  if ('backup_code' in values) return { backup_code: value(values, 'backup_code') };
  if (!('code' in values)) return signWithPasskey(await toSign());
  const { next_code: next } = values;
  return { code: value(values, 'code'), ...(next !== undefined && { next_code: next }) };
}

async function challenge(): Promise<ToSign> {
  return mfa.challenge();
}

/** Makes the form ask for what proves who somebody is: a factor, and the password of someone who has one. */
export function askForProof(status: StatusReply): void {
  if (!status.password_needed) element('password').closest('.field')?.remove();
  offerFactors(methodsOf(status));
}

/** What a signed-in user can answer with. */
export function methodsOf({ factors, backup_codes_remaining: left }: StatusReply): readonly string[] {
  return [...factors.map(({ kind }) => kind), ...(left > 0 ? ['backup_code'] : [])];
}

/** The factor, and the password if it was asked for. */
export async function proofOf(values: Values): Promise<WireFactor & { readonly password?: string }> {
  const { password } = values;
  return { ...(password !== undefined && { password }), ...(await factorOf(values)) };
}
