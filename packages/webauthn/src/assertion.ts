/** verifyAssertion: the relying party's steps for a sign-in, without those that need the application's record. */
import { readAuthenticatorData, type AuthenticatorState } from './authenticator-data.ts';
import { checkClientData } from './client-data.ts';
import { importCoseKey } from './cose-key.ts';
import type { CheckedOptions } from './options.ts';
import { openResponse, readField } from './response.ts';
import { signedBytes } from './signed-bytes.ts';

/** What an assertion says. Of one that is not valid, nothing may be used. */
export interface AssertionResult extends AuthenticatorState {
  /** Whether the signature is good. */
  readonly valid: boolean;
}

/** What an assertion has to answer. */
export interface ExpectedAssertion {
  /** In base64url: the one of the request options. */
  readonly challenge: string;
  /** Also if `userVerification` is `preferred`: for a passkey that signs in alone. `false` by default. */
  readonly requireUserVerification?: boolean;
}

/** @see https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion */
export async function verifyAssertion(
  options: CheckedOptions,
  response: unknown,
  { challenge, requireUserVerification = false }: ExpectedAssertion,
  credential: { readonly publicKey: Uint8Array },
): Promise<AssertionResult> {
  const { inner } = openResponse(response);
  const clientData = readField(inner, 'clientDataJSON');
  const authData = readField(inner, 'authenticatorData');
  const signature = readField(inner, 'signature');
  checkClientData(clientData, { ...options, type: 'webauthn.get', challenge });
  const needsUser = requireUserVerification || options.userVerification === 'required';
  const { state } = await readAuthenticatorData(authData, options.rpId, needsUser);
  const key = await importCoseKey(Uint8Array.from(credential.publicKey));
  return { valid: await key.verify(signature, await signedBytes(authData, clientData)), ...state };
}
