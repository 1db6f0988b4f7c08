/** A browser for tests: `navigator.credentials` over a key of software, and what of `PublicKeyCredential` a test gives it. */
import type { AssertionRequest, CreationRequest, SoftwareKey } from '@mfakit/testkit';
import { vi } from 'vitest';

/** What pages ask, as browsers see it. */
export interface Question {
  readonly publicKey: Readonly<Record<string, unknown>> & { readonly challenge: Uint8Array };
  readonly signal?: AbortSignal;
  readonly mediation?: string;
}

/** How this browser differs from one without passkeys. */
export interface FakeBrowser {
  readonly functions?: object;
  readonly create?: (asked: Question) => Promise<unknown>;
  readonly get?: (asked: Question) => Promise<unknown>;
}

/** Stands in for the globals of a page. `null`: a browser without passkeys. */
export function openBrowser(fake: FakeBrowser | null): void {
  const { functions = {}, create = async () => null, get = async () => null } = fake ?? {};
  vi.stubGlobal('PublicKeyCredential', fake === null ? undefined : functions);
  vi.stubGlobal('navigator', fake === null ? {} : { credentials: { create, get } });
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const buffer = (given: string): ArrayBuffer => new Uint8Array(Buffer.from(given, 'base64url')).buffer;

/** What extensions of password managers have in the place of `toJSON`. */
const broken = {
  id: 'not what rawId says',
  toJSON(): never {
    throw new TypeError('Illegal invocation');
  },
};

/** A browser whose authenticator is this key. */
export function keyBrowser(key: SoftwareKey, functions: object = {}): FakeBrowser {
  return {
    functions,
    async create({ publicKey }) {
      const { rp, user } = publicKey as unknown as { rp: CreationRequest['rp']; user: { id: Uint8Array } };
      const { rawId, response } = await key.create({
        challenge: text(publicKey.challenge),
        rp,
        user: { id: text(user.id) },
      });
      const { clientDataJSON, attestationObject, transports } = response;
      const made = { clientDataJSON: buffer(clientDataJSON), attestationObject: buffer(attestationObject) };
      return { ...broken, rawId: buffer(rawId), response: { ...made, getTransports: () => [...transports, 7] } };
    },
    async get({ publicKey }) {
      const { rpId } = publicKey as unknown as AssertionRequest;
      const { rawId, response } = await key.get({ challenge: text(publicKey.challenge), rpId });
      const { clientDataJSON, authenticatorData, signature, userHandle } = response;
      const signed = {
        clientDataJSON: buffer(clientDataJSON),
        authenticatorData: buffer(authenticatorData),
        signature: buffer(signature),
        userHandle: userHandle === undefined ? null : buffer(userHandle),
      };
      return { ...broken, rawId: buffer(rawId), response: signed };
    },
  };
}
