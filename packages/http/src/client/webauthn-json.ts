/** WebAuthn JSON: options from it, and credentials to it (WebAuthn Level 3 §5.1.8, §5.1.9). */
import type { WireAssertion, WireRegistration } from '../passkeys/credential.ts';
import { browser } from './browser.ts';

/** A credential of the browser, or of an extension that stands in for it. */
interface Made<Response = unknown> {
  readonly rawId: ArrayBuffer;
  readonly response: Response;
}

interface MadeRegistration {
  readonly clientDataJSON: ArrayBuffer;
  readonly attestationObject: ArrayBuffer;
  getTransports?(): unknown;
}

interface MadeAssertion {
  readonly clientDataJSON: ArrayBuffer;
  readonly authenticatorData: ArrayBuffer;
  readonly signature: ArrayBuffer;
  readonly userHandle?: ArrayBuffer | null;
}

/** Field by field: the `toJSON` of password managers' extensions is broken in several ways, or missing. */
export function registrationToJson(made: unknown): WireRegistration {
  const { response } = made as Made<MadeRegistration>;
  const given: unknown = response.getTransports?.();
  const transports = Array.isArray(given) ? given.filter((name): name is string => typeof name === 'string') : [];
  return {
    ...named(made as Made),
    response: {
      clientDataJSON: encode(response.clientDataJSON),
      attestationObject: encode(response.attestationObject),
      transports,
    },
  };
}

/** As {@link registrationToJson}. */
export function assertionToJson(made: unknown): WireAssertion {
  const { response } = made as Made<MadeAssertion>;
  const { userHandle } = response;
  return {
    ...named(made as Made),
    response: {
      clientDataJSON: encode(response.clientDataJSON),
      authenticatorData: encode(response.authenticatorData),
      signature: encode(response.signature),
      ...(userHandle && userHandle.byteLength > 0 && { userHandle: encode(userHandle) }),
    },
  };
}

/** What both kinds have. Some extensions tell another `id` than `rawId`. */
function named({ rawId }: Made): { readonly id: string; readonly rawId: string; readonly type: 'public-key' } {
  const id = encode(rawId);
  return { id, rawId: id, type: 'public-key' };
}

/** What the server has sent, as `navigator.credentials.create` takes it. */
export function creationOptionsFromJson(options: object): object {
  return browser().PublicKeyCredential?.parseCreationOptionsFromJSON?.(options) ?? decodeOptions(options);
}

/** What the server has sent, as `navigator.credentials.get` takes it. */
export function requestOptionsFromJson(options: object): object {
  return browser().PublicKeyCredential?.parseRequestOptionsFromJSON?.(options) ?? decodeOptions(options);
}

type Ids = readonly { readonly id: string }[] | undefined;

/** The fields that are bytes, of both kinds of options. */
function decodeOptions(options: object): object {
  const { challenge, user, excludeCredentials, allowCredentials, ...rest } = options as {
    readonly challenge: string;
    readonly user?: { readonly id: string };
    readonly excludeCredentials?: Ids;
    readonly allowCredentials?: Ids;
  };
  const withBytes = (ids: Ids): object[] | undefined => ids?.map((each) => ({ ...each, id: decode(each.id) }));
  return {
    ...rest,
    challenge: decode(challenge),
    ...(user && { user: { ...user, id: decode(user.id) } }),
    ...(excludeCredentials && { excludeCredentials: withBytes(excludeCredentials) }),
    ...(allowCredentials && { allowCredentials: withBytes(allowCredentials) }),
  };
}

function encode(bytes: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function decode(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}
