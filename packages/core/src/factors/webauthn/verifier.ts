/** WebauthnVerifier: the port that checks what authenticators sign. `@mfakit/webauthn` fills it. */

/** A credential as a browser is told of it. */
export interface CredentialHint {
  /** Base64url. */
  readonly id: string;
  readonly transports: readonly string[];
}

/** A credential that an authenticator has made, checked by the steps of WebAuthn Level 3 §7.1. */
export interface MadeCredential {
  /** Base64url; at most 1,023 bytes. */
  readonly credentialId: string;
  /** COSE_Key, as received. */
  readonly publicKey: Uint8Array;
  readonly signCount: number;
  readonly userVerified: boolean;
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
  readonly transports: readonly string[];
  /** The model, by its own account unless it is attested. */
  readonly aaguid: string;
  /** Whether an attestation that the application trusts says that the key is held in hardware. */
  readonly hardware: boolean;
}

/** What an assertion says, checked by the steps of WebAuthn Level 3 §7.2 that need no stored state. */
export interface MadeAssertion {
  /** Whether the signature is by the given key. */
  readonly valid: boolean;
  readonly signCount: number;
  readonly userVerified: boolean;
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
}

/**
 * Makes the options of a ceremony and checks what comes of it. Challenges and handles are base64url. What does not fit the
 * ceremony throws an error that names the step, and no value.
 */
export interface WebauthnVerifier {
  readonly rpId: string;
  readonly userVerification: 'preferred' | 'required';
  creationOptions(given: {
    readonly challenge: string;
    readonly userHandle: string;
    readonly userName: string;
    readonly exclude: readonly CredentialHint[];
    readonly timeoutMs: number;
  }): object;
  requestOptions(given: {
    readonly challenge: string;
    readonly allow: readonly CredentialHint[];
    readonly userVerification?: 'required';
    readonly timeoutMs: number;
  }): object;
  verifyRegistration(response: unknown, expected: { readonly challenge: string }): Promise<MadeCredential>;
  verifyAssertion(
    response: unknown,
    expected: { readonly challenge: string; readonly requireUserVerification?: boolean },
    credential: { readonly publicKey: Uint8Array },
  ): Promise<MadeAssertion>;
}

const METHODS = ['creationOptions', 'requestOptions', 'verifyRegistration', 'verifyAssertion'] as const;

/** @throws {TypeError} unless it is a verifier, as far as can be told before it is used */
export function demandVerifier(verifier: unknown): asserts verifier is WebauthnVerifier {
  // Not by a spread: the methods of a class are not its own.
  const port = Object(verifier) as Partial<WebauthnVerifier>;
  if (METHODS.some((method) => typeof port[method] !== 'function')) {
    throw new TypeError(`webauthnFactor: verifier: must have the methods ${METHODS.join(', ')}`);
  }
  if (typeof port.rpId !== 'string') throw new TypeError('webauthnFactor: verifier: must have a string rpId');
  if (port.userVerification !== 'preferred' && port.userVerification !== 'required') {
    throw new TypeError("webauthnFactor: verifier: userVerification must be 'preferred' or 'required'");
  }
}
