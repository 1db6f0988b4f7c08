/** The options that a page hands to the browser. */
import type { CheckedOptions } from './options.ts';

/** A credential to allow or to exclude. */
export interface CredentialDescriptor {
  readonly type: 'public-key';
  /** In base64url. */
  readonly id: string;
  /** How the browser may reach it, such as `internal` or `usb`. */
  readonly transports: readonly string[];
}

/** A `PublicKeyCredentialCreationOptionsJSON`, for `navigator.credentials.create`. */
export interface CreationOptionsJSON {
  /** The application. */
  readonly rp: {
    /** In base64url for a user; a domain for an application. */
    readonly id: string;
    /** What the browser shows. */
    readonly name: string;
  };
  /** The user. */
  readonly user: {
    /** In base64url for a user; a domain for an application. */
    readonly id: string;
    /** What the browser shows. */
    readonly name: string;
    /** What the browser shows for people. */
    readonly displayName: string;
  };
  /** What must be signed, in base64url. */
  readonly challenge: string;
  /** The algorithms that are taken, the best first. */
  readonly pubKeyCredParams: readonly {
    readonly type: 'public-key';
    /** Its number in COSE. */
    readonly alg: number;
  }[];
  /** In milliseconds. */
  readonly timeout: number;
  /** What the user has already: authenticators that hold one of these refuse. */
  readonly excludeCredentials: readonly CredentialDescriptor[];
  /** What the authenticator must be able to do. */
  readonly authenticatorSelection: {
    readonly residentKey: 'preferred';
    /** Whether it must verify its user, or only if it can. */
    readonly userVerification: 'preferred' | 'required';
  };
  /** Which kinds of authenticator the browser should offer first. */
  readonly hints: readonly string[];
  /** Whether the authenticator is asked for a statement about its model. */
  readonly attestation: 'none' | 'direct' | 'enterprise';
}

/** A `PublicKeyCredentialRequestOptionsJSON`, for `navigator.credentials.get`. */
export interface RequestOptionsJSON {
  /** What must be signed, in base64url. */
  readonly challenge: string;
  /** The domain that credentials belong to. */
  readonly rpId: string;
  /** In milliseconds. */
  readonly timeout: number;
  /** Those that may answer; empty: any of the domain. */
  readonly allowCredentials: readonly CredentialDescriptor[];
  /** Whether the authenticator must verify its user, or only if it can. */
  readonly userVerification: 'preferred' | 'required';
  /** Which kinds of authenticator the browser should offer first. */
  readonly hints: readonly string[];
}

/** A credential that the application has stored. */
export interface StoredCredential {
  /** In base64url. */
  readonly id: string;
  /** How the browser may reach it, such as `internal` or `usb`. */
  readonly transports: readonly string[];
}

/** What is particular to one registration. */
export interface CreationInput {
  /** In base64url: at least 16 random bytes. */
  readonly challenge: string;
  /** In base64url: 1 to 64 bytes that say nothing about the user, and are the same for all keys of one user. */
  readonly userHandle: string;
  /** What the user recognizes the account by. */
  readonly userName: string;
  /** The keys that the user has: their authenticators make no second one. */
  readonly exclude: readonly StoredCredential[];
  /** In milliseconds. */
  readonly timeoutMs: number;
}

/** What is particular to one sign-in. */
export interface RequestInput {
  /** In base64url: at least 16 random bytes. */
  readonly challenge: string;
  /** The keys of the user; none if a passkey has to say whose it is. */
  readonly allow: readonly StoredCredential[];
  /** `required` if the key signs in alone; the option of `webauthn` by default. */
  readonly userVerification?: 'required';
  /** In milliseconds. */
  readonly timeoutMs: number;
}

export function creationOptions(options: CheckedOptions, given: CreationInput): CreationOptionsJSON {
  return {
    rp: { id: options.rpId, name: options.rpName },
    // Some browsers refuse a user without the display name.
    user: { id: given.userHandle, name: given.userName, displayName: given.userName },
    challenge: given.challenge,
    pubKeyCredParams: options.algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: given.timeoutMs,
    excludeCredentials: given.exclude.map(descriptor),
    authenticatorSelection: { residentKey: 'preferred', userVerification: options.userVerification },
    hints: options.hints,
    attestation: options.attestation?.conveyance ?? 'none',
  };
}

export function requestOptions(options: CheckedOptions, given: RequestInput): RequestOptionsJSON {
  return {
    challenge: given.challenge,
    rpId: options.rpId,
    timeout: given.timeoutMs,
    allowCredentials: given.allow.map(descriptor),
    userVerification: given.userVerification ?? options.userVerification,
    hints: options.hints,
  };
}

function descriptor({ id, transports }: StoredCredential): CredentialDescriptor {
  return { type: 'public-key', id, transports };
}
