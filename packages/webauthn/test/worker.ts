/** What runs in workerd, Bun and Deno: it verifies what it is sent, and prints or answers the outcomes as JSON. */
import { CeremonyError, webauthn } from '../src/index.ts';
import { isSoundEd25519 } from '../src/sound-key.ts';

/** A ceremony to verify; without a key, a registration. */
export interface Job {
  readonly response: unknown;
  readonly challenge: string;
  /** In base64url. */
  readonly publicKey?: string;
}

/** The results, with the public key in base64url, or the steps that failed. */
export async function perform(jobs: readonly Job[]): Promise<readonly unknown[]> {
  const party = webauthn({
    rpId: 'example.org',
    rpName: 'Acme',
    origins: ['https://example.org'],
    topOrigins: ['https://example.com'],
  });
  const outcomes: unknown[] = [];
  for (const { response, challenge, publicKey } of jobs) {
    try {
      const key = publicKey === undefined ? null : Uint8Array.from(atob(publicKey), (one) => one.charCodeAt(0));
      const result =
        key === null
          ? await party.verifyRegistration(response, { challenge })
          : await party.verifyAssertion(response, { challenge }, { publicKey: key });
      const text = 'publicKey' in result ? btoa(String.fromCharCode(...result.publicKey)) : null;
      outcomes.push({ ...result, publicKey: text });
    } catch (error) {
      outcomes.push(error instanceof CeremonyError ? error.step : String(error));
    }
  }
  return [...outcomes, isSoundEd25519(new Uint8Array(32))];
}

// A Worker's module must have its handler as the default export.
// oxlint-disable-next-line import/no-default-export
export default {
  fetch: async (request: Request): Promise<Response> => Response.json(await perform((await request.json()) as Job[])),
};
