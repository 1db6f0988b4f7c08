/** Fingerprint: whether the source still says what it said. Sealed, because codes of 40 bits could be found from a hash. */
import { equalBytes } from '@noble/ciphers/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { TransitionContext } from '../decision.ts';
import { printOf } from '../factors/totp/imported.ts';
import type { ParsedImport } from './parse.ts';
import { PRINTS } from './stored.ts';

/** Of a digest. */
const BYTES = 32;

/** The sealed fingerprints of what the source says now. */
export function sealPrints(given: ParsedImport, { userId, secrets }: TransitionContext): string {
  return secrets.seal(userId, PRINTS, printsOf(given));
}

/** @returns which parts are as they were; `null` if the fingerprints do not open, so that nobody knows */
export function comparePrints(
  stored: string,
  given: ParsedImport,
  { userId, secrets }: TransitionContext,
): { readonly factors: boolean; readonly codes: boolean } | null {
  const before = secrets.open(userId, { ...PRINTS, secret: stored });
  if (before === null) return null;
  const now = printsOf(given);
  return {
    factors: equalBytes(before.subarray(0, BYTES), now.subarray(0, BYTES)),
    codes: equalBytes(before.subarray(BYTES), now.subarray(BYTES)),
  };
}

/** A digest of the factors, then one of the codes. */
function printsOf({ factors, codes }: ParsedImport): Uint8Array {
  const parts = [factors.map(printOf).sort().join('\n'), codes.print];
  return concatBytes(...parts.map((part) => sha256(utf8ToBytes(part))));
}
