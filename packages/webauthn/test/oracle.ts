/** The verdict of @simplewebauthn/server, an independent implementation, on the same input. */
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';

const EXPECTED = { expectedOrigin: 'https://example.org', expectedRPID: 'example.org' };

/** What it says of a registration: the key, or `null` if it refuses. */
export async function oracleRegisters(response: unknown, challenge: string): Promise<Uint8Array | null> {
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      ...EXPECTED,
      response: response as Parameters<typeof verifyRegistrationResponse>[0]['response'],
      expectedChallenge: challenge,
      requireUserVerification: false,
      supportedAlgorithmIDs: [-7, -8, -257],
    });
    return registrationInfo?.credential.publicKey ?? null;
  } catch {
    return null;
  }
}

/** Whether it accepts an assertion. */
export async function oracleAccepts(
  response: { readonly id: string },
  challenge: string,
  publicKey: Uint8Array,
): Promise<boolean> {
  try {
    const { verified } = await verifyAuthenticationResponse({
      ...EXPECTED,
      response: response as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
      expectedChallenge: challenge,
      requireUserVerification: false,
      expectedTopOrigin: ['https://example.com'],
      credential: { id: response.id, publicKey: new Uint8Array(publicKey), counter: 0 },
    });
    return verified;
  } catch {
    return false;
  }
}
