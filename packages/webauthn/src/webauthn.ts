/** webauthn: one relying party, its options for browsers and its two verifications. */
import { verifyAssertion, type AssertionResult, type ExpectedAssertion } from './assertion.ts';
import {
  creationOptions,
  requestOptions,
  type CreationInput,
  type CreationOptionsJSON,
  type RequestInput,
  type RequestOptionsJSON,
} from './browser-options.ts';
import { checkOptions, type WebauthnOptions } from './options.ts';
import { verifyRegistration, type MadeCredential } from './registration.ts';

/** A relying party. */
export interface Webauthn {
  /** The domain that credentials belong to. */
  readonly rpId: string;
  /** Those of `origins` and of `relatedOrigins`. */
  readonly origins: readonly string[];
  /** Whether authenticators must verify their user, or only if they can. */
  readonly userVerification: 'preferred' | 'required';
  /** Options for `navigator.credentials.create`. */
  creationOptions(given: CreationInput): CreationOptionsJSON;
  /** Options for `navigator.credentials.get`. */
  requestOptions(given: RequestInput): RequestOptionsJSON;
  /**
   * Verifies what `navigator.credentials.create` gave. It is left to you that the challenge is used once, and that no
   * other user has this credential id.
   *
   * @param response - a `RegistrationResponseJSON`; what it holds besides the fields that are read is ignored
   * @throws {CeremonyError} if it does not fit
   */
  verifyRegistration(
    response: unknown,
    expected: {
      /** What must have been signed, in base64url. */
      readonly challenge: string;
    },
  ): Promise<MadeCredential>;
  /**
   * Verifies what `navigator.credentials.get` gave, under a key that you looked up by `assertionParts`. It is left to you
   * that the challenge is used once, that the user handle is that of the key's owner, that `backupEligible` is what it
   * was, and what to make of `signCount`.
   *
   * @param response - an `AuthenticationResponseJSON`; what it holds besides the fields that are read is ignored
   * @returns `valid: false` if all of it fits but the signature
   * @throws {CeremonyError} if it does not fit
   */
  verifyAssertion(
    response: unknown,
    expected: ExpectedAssertion,
    credential: {
      /** COSE_Key, as it was registered. */
      readonly publicKey: Uint8Array;
    },
  ): Promise<AssertionResult>;
  /**
   * The document of `/.well-known/webauthn` on the domain of `rpId`, to serve as `application/json`.
   *
   * @see https://www.w3.org/TR/webauthn-3/#sctn-related-origins
   */
  relatedOrigins(): {
    /** The origins that share the domain's passkeys. */
    origins: string[];
  };
}

/**
 * Makes a relying party.
 *
 * @throws {TypeError} if an option breaks a rule, or there is no such option: it names option and rule, never the value
 * @example
 * ```ts
 * import { webauthn } from '@mfakit/webauthn';
 *
 * const party = webauthn({ rpId: 'example.org', rpName: 'Acme', origins: ['https://login.example.org'] });
 * ```
 */
export function webauthn(options: WebauthnOptions): Webauthn {
  const checked = checkOptions(options);
  const { rpId, origins, userVerification } = checked;
  return {
    rpId,
    origins,
    userVerification,
    creationOptions: (given) => creationOptions(checked, given),
    requestOptions: (given) => requestOptions(checked, given),
    verifyRegistration: (response, expected) => verifyRegistration(checked, response, expected),
    verifyAssertion: (response, expected, credential) => verifyAssertion(checked, response, expected, credential),
    relatedOrigins: () => ({ origins: origins.filter((origin) => origin.startsWith('http')) }),
  };
}
