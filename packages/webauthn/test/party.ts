/** A relying party, with options for its ceremonies. */
import { webauthn, CeremonyError, type Webauthn, type WebauthnOptions } from '../src/index.ts';

export const CHALLENGE = 'AAECAwQFBgcICQoLDA0ODw';

export const party = (options: Partial<WebauthnOptions> = {}): Webauthn =>
  webauthn({ rpId: 'example.org', rpName: 'Acme', origins: ['https://example.org'], ...options });

export const CREATION = { challenge: CHALLENGE, rp: { id: 'example.org' }, user: { id: 'YW5u' } } as const;
export const REQUEST = { challenge: CHALLENGE, rpId: 'example.org' } as const;

/** How a ceremony ended: its result, or the step that failed; anything else that is thrown is no answer. */
export async function outcome<T>(ceremony: Promise<T>): Promise<T | string> {
  try {
    return await ceremony;
  } catch (error) {
    if (error instanceof CeremonyError) return error.step;
    throw error;
  }
}
