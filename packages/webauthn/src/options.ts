/** WebauthnOptions: what a relying party says about itself, checked before the first ceremony. */
import { ALGORITHMS, type Algorithm } from './cose-key.ts';
import type { ReadCredential } from './registration.ts';

/** What `attest` is told about a credential whose registration fits. */
export interface AttestedRegistration extends ReadCredential {
  /** The `RegistrationResponseJSON` as received. */
  readonly response: unknown;
  /** The challenge that it answers, in base64url. */
  readonly challenge: string;
  /** The format of the attestation statement. */
  readonly fmt: string;
}

/** Asks for attestation, and judges it. */
export interface AttestationPort {
  /** What browsers are asked for. */
  readonly conveyance: 'direct' | 'enterprise';
  /**
   * Called for every registration that fits, also for one without a statement. Check the chain of certificates here, and
   * throw `new CeremonyError('attestation')` to refuse. Any other error reaches the caller of `verifyRegistration` as it is.
   */
  attest(made: AttestedRegistration): Promise<{
    /** Whether the statement is one that you trust. */
    readonly trusted: boolean;
    /** Whether it says that the key is held in hardware. */
    readonly hardware: boolean;
  }>;
}

/** The options of `webauthn`. */
export interface WebauthnOptions {
  /** The domain that credentials belong to, for good: `example.org`. The narrowest that covers your sign-in pages. */
  readonly rpId: string;
  /** The name that users see. */
  readonly rpName: string;
  /** Exact origins of your pages, below `rpId`, and identifiers of native apps, such as `android:apk-key-hash:…`. */
  readonly origins: readonly string[];
  /** Origins of other sites that use the same passkeys; `relatedOrigins()` lists them for browsers. None by default. */
  readonly relatedOrigins?: readonly string[];
  /** Origins that may embed your pages in a frame; without this option a ceremony within a frame is refused. */
  readonly topOrigins?: readonly string[];
  /** `preferred` by default. `required` refuses authenticators without PIN, fingerprint or the like. */
  readonly userVerification?: 'preferred' | 'required';
  /** Which kinds browsers offer first: `security-key`, `client-device`, `hybrid`. */
  readonly hints?: readonly string[];
  /** COSE numbers to offer, the best first; -7, -8, -257 by default. */
  readonly algorithms?: readonly Algorithm[];
  /** Not asked for by default. */
  readonly attestation?: AttestationPort;
}

/** Options as the ceremonies use them. */
export interface CheckedOptions {
  readonly rpId: string;
  readonly rpName: string;
  /** Those of `origins`, then those of `relatedOrigins`. */
  readonly origins: readonly string[];
  readonly topOrigins: readonly string[] | undefined;
  readonly userVerification: 'preferred' | 'required';
  readonly hints: readonly string[];
  readonly algorithms: readonly Algorithm[];
  readonly attestation?: AttestationPort;
  /** Computed at the first ceremony. */
  rpIdHash?: Uint8Array;
}

/** No name ends in a number: that is an IP address, which browsers refuse. */
const DOMAIN = /^[a-z\d.-]*[a-z][a-z\d-]*$/;
const ORIGIN = /^(?:https:\/\/([a-z\d.-]+)|http:\/\/localhost)(?::\d+)?$/;
const NATIVE_APP = /^[a-z]+:[a-z-]+:./;

/** @throws {TypeError} if an option breaks a rule: it names option and rule, never the value */
export function checkOptions(options: WebauthnOptions): CheckedOptions {
  const {
    rpId,
    rpName,
    origins,
    relatedOrigins,
    topOrigins,
    userVerification = 'preferred',
    algorithms = ALGORITHMS,
  } = options;
  rule(typeof rpId === 'string' && DOMAIN.test(rpId), 'rpId', 'must be a lower-case domain');
  rule(typeof rpName === 'string' && rpName, 'rpName', 'must be text');
  among('userVerification', [userVerification], ['preferred', 'required']);
  among('algorithms', algorithms, ALGORITHMS);
  checkOrigins('origins', origins, rpId);
  checkOrigins('relatedOrigins', relatedOrigins);
  checkOrigins('topOrigins', topOrigins);
  return {
    hints: [],
    ...options,
    userVerification,
    algorithms,
    origins: [...origins, ...(relatedOrigins ?? [])],
    topOrigins,
  };
}

function rule(met: unknown, name: string, text: string): void {
  if (!met) throw new TypeError(`webauthn: ${name}: ${text}`);
}

function among(name: string, values: readonly unknown[], known: readonly unknown[]): void {
  rule(values.length > 0 && values.every((value) => known.includes(value)), name, `must be of ${known.join(', ')}`);
}

/** @param rpId - of `origins`: they are below it, or identifiers of native apps */
function checkOrigins(name: string, origins: readonly string[] = [], rpId?: string): void {
  rule(Array.isArray(origins) && (origins.length > 0 || rpId === undefined), name, 'must be a list');
  for (const origin of origins) {
    if (rpId !== undefined && NATIVE_APP.test(origin)) continue;
    const [found, host = 'localhost'] = ORIGIN.exec(origin) ?? [];
    rule(found, name, 'must be like https://example.org');
    rule(`.${host}`.endsWith(`.${rpId ?? host}`), name, 'must match rpId');
  }
}
