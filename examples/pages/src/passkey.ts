/** Passkeys, as the pages use them. */
// oxlint-disable-next-line import/no-absolute-path -- an address: the servers have the module there
import { PasskeyError, usePasskey, type WireAssertion } from '/modules/mfakit-http/client/passkeys.js';

/** What a passkey signs: a token, and how to ask for it. */
export interface ToSign {
  readonly mfa_token: string;
  readonly request_options?: object | undefined;
}

/** What it has signed. */
export interface Signed {
  readonly mfa_token: string;
  readonly credential: WireAssertion;
}

/** Asks the browser for the passkey. */
export async function signWithPasskey({ mfa_token, request_options: options }: ToSign): Promise<Signed> {
  if (options === undefined) throw new PasskeyError('unsupported');
  return { mfa_token, credential: await usePasskey(options) };
}
