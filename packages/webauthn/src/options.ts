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
  readonly conveyance: 'direct' | 'enterprise';
  /**
   * Called for every registration that fits, also for one without a statement. Check the chain of certificates here, and
   * throw `new CeremonyError('attestation')` to refuse. Any other error reaches the caller of `verifyRegistration` as it is.
   */
  attest(made: AttestedRegistration): Promise<{ readonly trusted: boolean; readonly hardware: boolean }>;
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
  /** COSE numbers to offer; -7, -8 and -257 by default. */
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
  readonly attestation: AttestationPort | undefined;
}

const NAMES = [
  'rpId',
  'rpName',
  'origins',
  'relatedOrigins',
  'topOrigins',
  'userVerification',
  'hints',
  'algorithms',
  'attestation',
];
const HINTS = ['security-key', 'client-device', 'hybrid'];
/** No name ends in a number: that is an IP address, which browsers refuse. */
const DOMAIN = /^(?:[a-z0-9-]+\.)*[a-z0-9-]*[a-z-][a-z0-9-]*$/;
const NATIVE_APP = /^[a-z]+:[a-z-]+:[\w.+/=-]+$/;

/**
 * @throws {TypeError} if an option is missing, or of another type
 * @throws {RangeError} if its value breaks a rule, or there is no such option. Both name the option and the rule, never
 * the value
 */
export function checkOptions(options: WebauthnOptions): CheckedOptions {
  const { rpId, rpName, userVerification = 'preferred', hints = [], algorithms = ALGORITHMS, attestation } = options;
  among('options', Object.keys(options), NAMES);
  demandOption(typeof rpId === 'string', 'rpId', 'must be a text', TypeError);
  demandOption(DOMAIN.test(rpId), 'rpId', 'must be a domain in lower case, without a port');
  demandOption(typeof rpName === 'string', 'rpName', 'must be a text', TypeError);
  demandOption(rpName.trim() !== '', 'rpName', 'must not be empty');
  among('userVerification', [userVerification], ['preferred', 'required']);
  among('hints', hints, HINTS);
  among('algorithms', algorithms, ALGORITHMS);
  if (attestation !== undefined) {
    among('attestation.conveyance', [attestation.conveyance], ['direct', 'enterprise']);
    demandOption(typeof attestation.attest === 'function', 'attestation.attest', 'must be a function', TypeError);
  }
  const { origins, relatedOrigins = [], topOrigins } = options;
  checkOrigins('origins', origins, rpId);
  checkOrigins('relatedOrigins', relatedOrigins);
  checkOrigins('topOrigins', topOrigins ?? []);
  demandOption(origins.length > 0, 'origins', 'must not be empty');
  demandOption(algorithms.length > 0, 'algorithms', 'must not be empty');
  return {
    rpId,
    rpName,
    origins: [...origins, ...relatedOrigins],
    topOrigins: topOrigins?.slice(),
    userVerification,
    hints: [...hints],
    algorithms: ALGORITHMS.filter((number) => algorithms.includes(number)),
    attestation,
  };
}

function demandOption(met: boolean, name: string, rule: string, kind: ErrorConstructor = RangeError): void {
  if (!met) throw new kind(`webauthn: ${name}: ${rule}`);
}

function among(name: string, values: readonly unknown[], known: readonly unknown[]): void {
  demandOption(Array.isArray(values), name, 'must be a list', TypeError);
  demandOption(
    values.every((value) => known.includes(value)),
    name,
    `must be of ${known.join(', ')}`,
  );
}

/** @param rpId - of `origins`: they are below it, or identifiers of native apps */
function checkOrigins(name: string, origins: readonly string[], rpId?: string): void {
  demandOption(Array.isArray(origins), name, 'must be a list', TypeError);
  for (const origin of origins) {
    if (rpId !== undefined && NATIVE_APP.test(origin)) continue;
    const url = URL.canParse(origin) ? new URL(origin) : null;
    const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === 'localhost');
    demandOption(secure && url?.origin === origin, name, 'must be like https://example.org or http://localhost:3000');
    demandOption(`.${url?.hostname}`.endsWith(`.${rpId ?? url?.hostname}`), name, 'must be on the domain of rpId');
  }
}
