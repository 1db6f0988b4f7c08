/** verifyAssertion: the relying party's steps for a sign-in, without those that need the application's record. */
import { readAuthenticatorData, type AuthenticatorState } from './authenticator-data.ts';
import { importCoseKey } from './cose-key.ts';
import type { CheckedOptions } from './options.ts';
import { openCeremony } from './open-ceremony.ts';
import { readField } from './response.ts';

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
  { challenge, requireUserVerification }: ExpectedAssertion,
  credential: { readonly publicKey: Uint8Array },
): Promise<AssertionResult> {
  const { inner, hash } = openCeremony(options, response, { type: 'webauthn.get', challenge });
  const authData = readField(inner, 'authenticatorData');
  const signature = readField(inner, 'signature');
  const [state] = await readAuthenticatorData(options, authData, requireUserVerification);
  const key = await importCoseKey(credential.publicKey as Uint8Array<ArrayBuffer>, true);
  return { valid: await key.verify(signature, authData, await hash), ...state };
}
