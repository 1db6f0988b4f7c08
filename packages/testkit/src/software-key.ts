/** softwareKey: a passkey or security key for tests, without a browser. */
import { encodeCbor, joinBytes, type CborValue } from './cbor-encoder.ts';
import { softwareKeyPair, type SoftwareKeyAlgorithm, type SoftwareKeyPair } from './software-key-pair.ts';

/** What kind of key it is. */
export interface SoftwareKeyOptions {
  /** Its COSE number: -7 is ES256 (the default), -8 Ed25519, -257 RS256. */
  readonly algorithm?: SoftwareKeyAlgorithm;
  /** Of the page that asks; `https://` and the RP ID by default. */
  readonly origin?: string;
  /** Whether the key checks its user, by PIN or fingerprint: yes by default. */
  readonly userVerified?: boolean;
  /** Whether it may be synced: no by default. A synced key does not count its uses. */
  readonly backupEligible?: boolean;
  /** Whether it is synced now: no by default. */
  readonly backedUp?: boolean;
  /** `['internal']` by default. */
  readonly transports?: readonly string[];
  /** The length of the credential id: 32 by default, at most 65,535. */
  readonly idBytes?: number;
  /** The model; zeros by default. */
  readonly aaguid?: string;
}

/** Bends one response, for what a verifier must refuse. What is bent is signed, if it is signed at all. */
export interface BentResponse {
  /** Fields of the client data that replace those of an honest client: `type`, `challenge`, `origin`, `crossOrigin` … */
  readonly clientData?: Readonly<Record<string, unknown>>;
  /** An RP ID other than that of the options. */
  readonly rpId?: string;
  /** Whether the user touched the key: yes by default. */
  readonly userPresent?: boolean;
  /** Whether the key verified its user, by a PIN or a fingerprint: yes by default. */
  readonly userVerified?: boolean;
  /** Whether the passkey can be synced. */
  readonly backupEligible?: boolean;
  /** Whether it is synced now. */
  readonly backedUp?: boolean;
  /** The counter that is told; the key goes on counting from here. */
  readonly signCount?: number;
  /** The handle that is told, in base64url; none if `null`. */
  readonly userHandle?: string | null;
  /** A registration signed by the key itself, format `packed`; by default it is not signed, format `none`. */
  readonly selfAttested?: boolean;
  /** Changes the authenticator data before they are signed. */
  readonly authenticatorData?: (honest: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
  /** Changes the signature. */
  readonly signature?: (honest: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
}

/** The part of creation options that a key needs: those that `setup` returns have it. */
export interface CreationRequest {
  /** What is to be signed, in base64url. */
  readonly challenge: string;
  /** The application; `id` is its domain. */
  readonly rp: {
    /** The domain that the passkey will belong to. */
    readonly id: string;
  };
  /** The user; `id` is the handle, in base64url. */
  readonly user: {
    /** The handle, in base64url. */
    readonly id: string;
  };
}

/** The part of request options that a key needs. */
export interface AssertionRequest {
  /** What is to be signed, in base64url. */
  readonly challenge: string;
  /** The domain that the passkey belongs to. */
  readonly rpId: string;
}

/** A `RegistrationResponseJSON`: every binary field is in base64url. */
export interface SoftwareRegistration {
  /** The id of the credential. */
  readonly id: string;
  /** The same id. */
  readonly rawId: string;
  readonly type: 'public-key';
  /** What the key has made. */
  readonly response: {
    /** What the client says of the ceremony: type, challenge and origin. */
    readonly clientDataJSON: string;
    /** The credential and its public key, in CBOR. */
    readonly attestationObject: string;
    /** How a browser may reach the key. */
    readonly transports: readonly string[];
  };
  readonly authenticatorAttachment: 'platform';
  /** Empty: it knows no extension. */
  readonly clientExtensionResults: Readonly<Record<string, never>>;
}

/** An `AuthenticationResponseJSON`: every binary field is in base64url. */
export interface SoftwareAssertion {
  /** The id of the credential. */
  readonly id: string;
  /** The same id. */
  readonly rawId: string;
  readonly type: 'public-key';
  /** What the key has signed. */
  readonly response: {
    /** What the client says of the ceremony: type, challenge and origin. */
    readonly clientDataJSON: string;
    /** Domain, flags and counter. */
    readonly authenticatorData: string;
    /** Over the two above. */
    readonly signature: string;
    /** What the key knows its user by; absent if it is told to say nothing. */
    readonly userHandle?: string;
  };
  readonly authenticatorAttachment: 'platform';
  /** Empty: it knows no extension. */
  readonly clientExtensionResults: Readonly<Record<string, never>>;
}

/** A key that holds one credential. */
export interface SoftwareKey {
  /** In base64url. */
  readonly credentialId: string;
  /** The COSE_Key. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** Registers, as `navigator.credentials.create` would, and keeps the user handle. */
  create(options: CreationRequest, bent?: BentResponse): Promise<SoftwareRegistration>;
  /** Signs in, as `navigator.credentials.get` would. */
  get(options: AssertionRequest, bent?: BentResponse): Promise<SoftwareAssertion>;
  /** A copy with the same key, which counts on its own from now on. */
  clone(): SoftwareKey;
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

const uint = (value: number, length: 2 | 4): Uint8Array =>
  new Uint8Array(Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex'));

/**
 * Makes the responses of a passkey or security key with the keys of WebCrypto. It answers whatever it is asked, as a
 * hostile client would: algorithms, `excludeCredentials` and `allowCredentials` are not looked at.
 *
 * @example
 * ```ts
 * import { softwareKey } from '@mfakit/testkit';
 *
 * const key = await softwareKey({ algorithm: -8 });
 * const challenge = 'AAAAAAAAAAAAAAAAAAAAAA';
 * const registration = await key.create({ challenge, rp: { id: 'example.org' }, user: { id: 'YW5u' } });
 * const assertion = await key.get({ challenge, rpId: 'example.org' });
 * const stolen = await key.get({ challenge, rpId: 'example.org' }, { clientData: { origin: 'https://evil.example' } });
 * ```
 */
export async function softwareKey(options: SoftwareKeyOptions = {}): Promise<SoftwareKey> {
  const pair = await softwareKeyPair(options.algorithm ?? -7);
  const id = crypto.getRandomValues(new Uint8Array(options.idBytes ?? 32));
  return keyWith({ options, pair, id, signCount: 0, userHandle: null });
}

interface KeyState {
  readonly options: SoftwareKeyOptions;
  readonly pair: SoftwareKeyPair;
  readonly id: Uint8Array<ArrayBuffer>;
  signCount: number;
  userHandle: string | null;
}

function keyWith(state: KeyState): SoftwareKey {
  const credentialId = base64url(state.id);
  const shared = {
    id: credentialId,
    rawId: credentialId,
    type: 'public-key',
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
  } as const;
  return {
    credentialId,
    publicKey: state.pair.publicKey,

    async create({ challenge, rp, user }, bent = {}) {
      state.userHandle = user.id;
      const clientData = clientDataOf(state, { type: 'webauthn.create', challenge, rpId: rp.id }, bent);
      const authData = await authenticatorDataOf(state, rp.id, bent, true);
      const statement = new Map<string, CborValue>();
      if (bent.selfAttested === true) {
        statement
          .set('alg', state.options.algorithm ?? -7)
          .set('sig', await signatureOf(state, authData, clientData, bent));
      }
      const attestationObject = encodeCbor(
        new Map<string, CborValue>([
          ['fmt', bent.selfAttested === true ? 'packed' : 'none'],
          ['attStmt', statement],
          ['authData', authData],
        ]),
      );
      return {
        ...shared,
        response: {
          clientDataJSON: base64url(clientData),
          attestationObject: base64url(attestationObject),
          transports: state.options.transports ?? ['internal'],
        },
      };
    },

    async get({ challenge, rpId }, bent = {}) {
      const clientData = clientDataOf(state, { type: 'webauthn.get', challenge, rpId }, bent);
      const authData = await authenticatorDataOf(state, rpId, bent, false);
      const userHandle = bent.userHandle === undefined ? state.userHandle : bent.userHandle;
      return {
        ...shared,
        response: {
          clientDataJSON: base64url(clientData),
          authenticatorData: base64url(authData),
          signature: base64url(await signatureOf(state, authData, clientData, bent)),
          ...(userHandle === null ? {} : { userHandle }),
        },
      };
    },

    clone: () => keyWith({ ...state }),
  };
}

/** The fields stand in the order of clients. @see https://www.w3.org/TR/webauthn-3/#clientdatajson-serialization */
function clientDataOf(
  { options }: KeyState,
  asked: { readonly type: string; readonly challenge: string; readonly rpId: string },
  bent: BentResponse,
): Uint8Array<ArrayBuffer> {
  const { type, challenge } = asked;
  const origin = options.origin ?? `https://${asked.rpId}`;
  return new TextEncoder().encode(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...bent.clientData }));
}

/** @see https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data */
async function authenticatorDataOf(
  state: KeyState,
  rpId: string,
  bent: BentResponse,
  attested: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const { options, pair, id } = state;
  const backupEligible = bent.backupEligible ?? options.backupEligible ?? false;
  state.signCount = bent.signCount ?? (backupEligible ? 0 : state.signCount + 1);
  const flags =
    Number(bent.userPresent ?? true) |
    (Number(bent.userVerified ?? options.userVerified ?? true) << 2) |
    (Number(backupEligible) << 3) |
    (Number(bent.backedUp ?? options.backedUp ?? false) << 4) |
    (Number(attested) << 6);
  const aaguid = new Uint8Array(Buffer.from((options.aaguid ?? '0'.repeat(32)).replaceAll('-', ''), 'hex'));
  const honest = joinBytes(
    await sha256(new TextEncoder().encode(bent.rpId ?? rpId)),
    Uint8Array.of(flags),
    uint(state.signCount, 4),
    ...(attested ? [aaguid, uint(id.length, 2), id, pair.publicKey] : []),
  );
  return bent.authenticatorData?.(honest) ?? honest;
}

async function signatureOf(
  { pair }: KeyState,
  authData: Uint8Array,
  clientData: Uint8Array<ArrayBuffer>,
  bent: BentResponse,
): Promise<Uint8Array<ArrayBuffer>> {
  const honest = await pair.sign(joinBytes(authData, await sha256(clientData)));
  return bent.signature?.(honest) ?? honest;
}
