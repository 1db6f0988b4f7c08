/** The vectors of W3C Web Authentication Level 3, section 16, as responses of a browser. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Example {
  /** All in base64url. */
  readonly challenge: string;
  readonly clientDataJSON: string;
}

interface Vector {
  readonly id: string;
  readonly title: string;
  readonly registration: Example & { readonly credential_id: string; readonly attestationObject: string };
  readonly authentication: Example & { readonly authenticatorData: string; readonly signature: string };
}

/** One pair of ceremonies. */
export interface VectorPair {
  readonly id: string;
  readonly registration: { readonly challenge: string; readonly response: unknown };
  readonly authentication: { readonly challenge: string; readonly response: unknown };
}

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, 'w3c-vectors.json'), 'utf8')) as readonly Vector[];

export const VECTORS: readonly VectorPair[] = vectors.map(({ id, registration, authentication }) => {
  const { credential_id: credentialId, challenge, clientDataJSON, attestationObject } = registration;
  const outer = { id: credentialId, rawId: credentialId, type: 'public-key', clientExtensionResults: {} };
  const { authenticatorData, signature } = authentication;
  return {
    id,
    registration: { challenge, response: { ...outer, response: { clientDataJSON, attestationObject } } },
    authentication: {
      challenge: authentication.challenge,
      response: {
        ...outer,
        response: { clientDataJSON: authentication.clientDataJSON, authenticatorData, signature },
      },
    },
  };
});

/** The relying party of all of them. */
export const PARTY = {
  rpId: 'example.org',
  rpName: 'Example',
  origins: ['https://example.org'],
  topOrigins: ['https://example.com'],
} as const;
