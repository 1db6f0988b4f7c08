/** Passkeys, as the pages use them. */
// oxlint-disable-next-line import/no-absolute-path -- an address: the servers have the module there
import { passkeysSupported, usePasskey } from '/modules/mfakit-http/passkeys.js';

/** What a passkey signs: a token, and how to ask for it. */
export interface ToSign {
  readonly mfa_token: string;
  readonly request_options?: object | undefined;
}

/** What it has signed. */
export interface Signed {
  readonly mfa_token: string;
  readonly credential: object;
}

const NONE = 'This browser knows no passkeys. Use another browser, or a backup code.';

/** Whether this browser knows passkeys. */
export function passkeysWork(): boolean {
  return passkeysSupported();
}

/** Asks the browser for the passkey. */
export async function signWithPasskey({ mfa_token, request_options: options }: ToSign): Promise<Signed> {
  if (!passkeysWork() || options === undefined) throw new Error(NONE);
  return { mfa_token, credential: await usePasskey(options) };
}
