/** Challenge tokens: sealed proof that one user passed the first factor, good for one purpose. */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64urlnopad } from '@scure/base';
import { LIMITS } from '../limits.ts';
import type { RandomSource } from './random.ts';
import type { Sealer } from './sealer.ts';

/**
 * What a token lets its holder do: complete a sign-in, enroll a factor, prove something in a living session, or sign in
 * with a factor that names its user.
 */
export type ChallengePurpose = 'verify' | 'enroll' | 'prove' | 'alone';

/** The content of a challenge token. */
export interface Challenge {
  readonly purpose: ChallengePurpose;
  /** 128 random bits. Names the token in the record once the token is spent. */
  readonly id: string;
  /** Empty if nobody is known yet. */
  readonly userId: string;
  /** The epoch of the record when the token was made; 0 if nobody is known yet. */
  readonly epoch: number;
  /** Epoch milliseconds; the token is void from this instant on. */
  readonly expiresAt: number;
}

/** Byte for byte: without `ignoreBOM`, a user id that begins with U+FEFF would come back as a different id. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const ID_BYTES = 16;
const HEADER_BYTES = ID_BYTES + 16;

/** Tells this hash from every other use of SHA-256. */
const CHALLENGE_CONTEXT = utf8ToBytes('mfakit/challenge\0');

/**
 * What an answer to a token signs: 32 bytes as base64url. It needs no place in the record: user, purpose, expiry and single
 * use come with the token.
 */
export function challengeOf(token: string): string {
  return base64urlnopad.encode(sha256(concatBytes(CHALLENGE_CONTEXT, utf8ToBytes(token))));
}

/** Seals a new token: id (16 bytes) ‖ expiresAt (float64) ‖ epoch (float64) ‖ user id (UTF-8). */
export function sealChallenge(challenge: Omit<Challenge, 'id'>, sealer: Sealer, random: RandomSource): string {
  const userId = new TextEncoder().encode(challenge.userId);
  const payload = new Uint8Array(HEADER_BYTES + userId.length);
  payload.set(random(ID_BYTES));
  const view = new DataView(payload.buffer);
  view.setFloat64(ID_BYTES, challenge.expiresAt);
  view.setFloat64(ID_BYTES + 8, challenge.epoch);
  payload.set(userId, HEADER_BYTES);
  return sealer.seal(payload, ['challenge', challenge.purpose]);
}

/** @returns the content; `null` unless the text was sealed here for this purpose. The caller checks the expiry. */
export function openChallenge(purpose: ChallengePurpose, token: string, sealer: Sealer): Challenge | null {
  if (token.length > LIMITS.tokenCharacters) return null;
  const payload = sealer.open(token, ['challenge', purpose]);
  if (payload === null) return null;
  const view = new DataView(payload.buffer, payload.byteOffset);
  return {
    purpose,
    id: base64urlnopad.encode(payload.subarray(0, ID_BYTES)),
    expiresAt: view.getFloat64(ID_BYTES),
    epoch: view.getFloat64(ID_BYTES + 8),
    userId: decoder.decode(payload.subarray(HEADER_BYTES)),
  };
}
