/** WebauthnVerifier: the port that checks what authenticators sign. `@mfakit/webauthn` fills it. */

/** A credential as a browser is told of it. */
export interface CredentialHint {
  /** Base64url. */
  readonly id: string;
  /** How the browser may reach it, such as `internal` or `usb`. */
  readonly transports: readonly string[];
}

/** A credential that an authenticator has made, checked by the steps of WebAuthn Level 3 §7.1. */
export interface MadeCredential {
  /** Base64url; at most 1,023 bytes. */
  readonly credentialId: string;
  /** COSE_Key, as received. */
  readonly publicKey: Uint8Array;
  /** The counter of signatures; 0 if the authenticator has none. */
  readonly signCount: number;
  /** Whether the authenticator verified its user, by a PIN or a fingerprint. */
  readonly userVerified: boolean;
  /** Whether the credential can be synced. */
  readonly backupEligible: boolean;
  /** Whether it is synced now. */
  readonly backedUp: boolean;
  /** How the browser may reach it, such as `internal` or `usb`. */
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
  /** The counter of signatures; 0 if the authenticator has none. */
  readonly signCount: number;
  /** Whether the authenticator verified its user, by a PIN or a fingerprint. */
  readonly userVerified: boolean;
  /** Whether the credential can be synced. */
  readonly backupEligible: boolean;
  /** Whether it is synced now. */
  readonly backedUp: boolean;
}

/**
 * Makes the options of a ceremony and checks what comes of it. Challenges and handles are base64url. What does not fit the
 * ceremony throws an error that names the step, and no value.
 */
export interface WebauthnVerifier {
  /** The domain that credentials belong to. */
  readonly rpId: string;
  /** Whether authenticators must verify their user, or only if they can. */
  readonly userVerification: 'preferred' | 'required';
  /** Makes the options of `navigator.credentials.create`. */
  creationOptions(given: {
    /** What must be signed, as base64url. */
    readonly challenge: string;
    /** What the credential will know its user by, as base64url. */
    readonly userHandle: string;
    /** What the browser shows as the account. */
    readonly userName: string;
    /** The credentials that the user has already. */
    readonly exclude: readonly CredentialHint[];
    /** How long the user has, in milliseconds. */
    readonly timeoutMs: number;
  }): object;
  /** Makes the options of `navigator.credentials.get`. */
  requestOptions(given: {
    /** What must be signed, as base64url. */
    readonly challenge: string;
    /** The credentials that may answer; empty: any of this domain. */
    readonly allow: readonly CredentialHint[];
    /** Whether authenticators must verify their user, or only if they can. */
    readonly userVerification?: 'required';
    /** How long the user has, in milliseconds. */
    readonly timeoutMs: number;
  }): object;
  /** Checks a new credential. Throws if it does not fit the ceremony. */
  verifyRegistration(
    response: unknown,
    expected: {
      /** What must be signed, as base64url. */
      readonly challenge: string;
    },
  ): Promise<MadeCredential>;
  /** Checks an answer of a credential. Throws if it does not fit the ceremony. */
  verifyAssertion(
    response: unknown,
    expected: {
      /** What must be signed, as base64url. */
      readonly challenge: string;
      /** Whether an answer without it is refused. */
      readonly requireUserVerification?: boolean;
    },
    credential: {
      /** COSE_Key, as it was registered. */
      readonly publicKey: Uint8Array;
    },
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
