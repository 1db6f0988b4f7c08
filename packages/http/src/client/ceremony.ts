/** Ceremonies: asks the browser for a passkey, JSON in and JSON out. */
import type { WireAssertion, WireRegistration } from '../passkeys/credential.ts';
import { browser, passkeysSupported } from './browser.ts';
import { PasskeyError, toPasskeyError } from './passkey-error.ts';
import {
  assertionToJson,
  creationOptionsFromJson,
  registrationToJson,
  requestOptionsFromJson,
} from './webauthn-json.ts';

/** How a passkey is asked for. */
export interface UseOptions {
  /** Calls it off. A page can have only one question open: abort the first before the next. */
  readonly signal?: AbortSignal | undefined;
  /** `conditional`: in the list at a field with `autocomplete="username webauthn"`, without a prompt. */
  readonly mediation?: 'conditional' | undefined;
}

/**
 * Makes a passkey. Call it on a click: browsers want one.
 * @param options - `creation_options`, as the server sent them
 * @returns the `credential` to send back
 * @throws {PasskeyError}
 */
export async function createPasskey(
  options: object,
  { signal }: Pick<UseOptions, 'signal'> = {},
): Promise<WireRegistration> {
  return ceremony(async (credentials) => {
    const publicKey = creationOptionsFromJson(options);
    return registrationToJson(found(await credentials.create({ publicKey, ...(signal && { signal }) })));
  });
}

/**
 * Signs with a passkey. Call it on a click, unless `mediation` is `conditional`.
 * @param options - `request_options`, as the server sent them
 * @returns the `credential` to send back, with the token that came with the options
 * @throws {PasskeyError}
 */
export async function usePasskey(options: object, { signal, mediation }: UseOptions = {}): Promise<WireAssertion> {
  return ceremony(async (credentials) => {
    const publicKey = requestOptionsFromJson(options);
    const asked = { publicKey, ...(signal && { signal }), ...(mediation && { mediation }) };
    return assertionToJson(found(await credentials.get(asked)));
  });
}

type Credentials = NonNullable<NonNullable<ReturnType<typeof browser>['navigator']>['credentials']>;

async function ceremony<T>(hold: (credentials: Credentials) => Promise<T>): Promise<T> {
  const credentials = browser().navigator?.credentials;
  if (!passkeysSupported() || credentials === undefined) throw new PasskeyError('unsupported');
  try {
    return await hold(credentials);
  } catch (error) {
    throw error instanceof PasskeyError ? error : toPasskeyError(error);
  }
}

/** Browsers may also give nothing, instead of an error. */
function found(credential: unknown): unknown {
  if (credential === null || credential === undefined) throw new PasskeyError('cancelled');
  return credential;
}
