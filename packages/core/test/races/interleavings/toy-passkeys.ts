/** Toy passkeys: what signs is a hash, which takes no time of its own. A signature of WebCrypto would come when it likes. */
import { createHash } from 'node:crypto';
import type { WebauthnVerifier } from '@mfakit/core/webauthn';
import type { Chance } from './chance.ts';

/** A passkey that a user has made, or is making. */
export interface ToyKey {
  readonly userId: string;
  readonly factorId: string;
  readonly credentialId: string;
  /** Base64url. */
  readonly publicKey: string;
  readonly userHandle: string;
  /** Whether it is synced, and so does not count. */
  readonly synced: boolean;
  /** Of its setup. */
  readonly challenge: string;
  count: number;
}

interface Registered {
  readonly id: string;
  readonly response: { readonly challenge: string; readonly publicKey: string; readonly synced: boolean };
}

interface Asserted {
  readonly id: string;
  readonly response: {
    readonly challenge: string;
    readonly userHandle: string;
    readonly synced: boolean;
    readonly count: number;
    readonly signature: string;
  };
}

const signature = (publicKey: string, challenge: string, count: number): string =>
  createHash('sha256').update(`${publicKey} ${challenge} ${count}`).digest('base64url');

/** Makes a key for a setup. */
export function toyKey(
  chance: Chance,
  { userId, factorId, options }: { readonly userId: string; readonly factorId: string; readonly options: unknown },
): ToyKey {
  const { challenge, userHandle } = options as { readonly challenge: string; readonly userHandle: string };
  const text = (): string => Buffer.from(chance.bytes(32)).toString('base64url');
  const made = { credentialId: text(), publicKey: text(), synced: chance.percent(40) };
  return { userId, factorId, userHandle, challenge, ...made, count: 1 };
}

/** What the key answers to its setup. */
export function registration({ credentialId, challenge, publicKey, synced }: ToyKey): Registered {
  return { id: credentialId, response: { challenge, publicKey, synced } };
}

/**
 * What the key answers when it is asked to prove itself.
 * @param behind - how far its counter is behind, if a copy of it answers
 */
export function assertion(key: ToyKey, challenge: string, behind: number): Asserted {
  const { credentialId, publicKey, userHandle, synced } = key;
  if (behind === 0) key.count += 1;
  const count = synced ? 0 : Math.max(key.count - behind, 1);
  const signed = signature(publicKey, challenge, count);
  return { id: credentialId, response: { challenge, userHandle, synced, count, signature: signed } };
}

const flags = (synced: boolean) => ({ userVerified: true, backupEligible: synced, backedUp: synced });

/** @param pause - how long a check takes */
export function toyVerifier(pause: () => Promise<void>): WebauthnVerifier {
  return {
    rpId: 'example.org',
    userVerification: 'preferred',
    creationOptions: (given) => given,
    requestOptions: (given) => given,
    async verifyRegistration(given, expected) {
      await pause();
      const { id, response } = given as Registered;
      if (response.challenge !== expected.challenge) throw new Error('challenge');
      return {
        credentialId: id,
        publicKey: new Uint8Array(Buffer.from(response.publicKey, 'base64url')),
        signCount: 1,
        ...flags(response.synced),
        transports: [],
        aaguid: '00000000-0000-0000-0000-000000000000',
        hardware: false,
      };
    },
    async verifyAssertion(given, expected, { publicKey }) {
      await pause();
      const { challenge, count, synced, signature: signed } = (given as Asserted).response;
      if (challenge !== expected.challenge) throw new Error('challenge');
      const key = Buffer.from(publicKey).toString('base64url');
      return { valid: signature(key, challenge, count) === signed, signCount: count, ...flags(synced) };
    },
  };
}
