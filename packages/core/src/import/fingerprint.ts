/** Fingerprint: whether the source still says what it said. Sealed, because codes of 40 bits could be found from a hash. */
import { equalBytes } from '@noble/ciphers/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { TransitionContext } from '../decision.ts';
import { printOf } from '../factors/totp/imported.ts';
import type { ParsedImport } from './parse.ts';
import { IMPORT, type ImportMarker } from './stored.ts';

type Prints = ImportMarker['prints'];
type Part = keyof Prints;

/** The sealed fingerprints of what the source says now. */
export function sealPrints(given: ParsedImport, { userId, secrets }: TransitionContext): Prints {
  const seal = (part: Part): string => secrets.seal(userId, { kind: IMPORT, id: part }, digestOf(given, part));
  return { factors: seal('factors'), codes: seal('codes') };
}

/** @returns which parts are as they were; `null` if a fingerprint does not open, so that nobody knows */
export function comparePrints(
  stored: Prints,
  given: ParsedImport,
  { userId, secrets }: TransitionContext,
): Readonly<Record<Part, boolean>> | null {
  const open = (part: Part) => secrets.open(userId, { kind: IMPORT, id: part, secret: stored[part] });
  const [factors, codes] = [open('factors'), open('codes')];
  if (factors === null || codes === null) return null;
  return {
    factors: equalBytes(factors, digestOf(given, 'factors')),
    codes: equalBytes(codes, digestOf(given, 'codes')),
  };
}

function digestOf({ factors, codes }: ParsedImport, part: Part): Uint8Array {
  return sha256(utf8ToBytes(part === 'codes' ? codes.print : factors.map(printOf).sort().join('\n')));
}
