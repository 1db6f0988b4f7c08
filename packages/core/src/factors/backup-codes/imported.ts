/** ImportedCodes, parsed: what a set of another system is made of, and whether it can be kept at all. */
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { invalidInput } from '../../errors.ts';
import type { ImportWarning } from '../../import/imported-user.ts';
import { asObject, parseBytes } from '../../input.ts';
import { plainCode } from '../../pasted.ts';
import { FEWEST_SYMBOLS, inForm, parseForm, POSSIBLE } from './form.ts';
import { readSaltedHash } from './salted-hash.ts';
import { MOST_CODES, type BackupCodeSet } from './stored.ts';

/** Most hashes that a wrong code is compared with, one after the other. */
const MOST_HASHES = 16;

/** What that may cost; 1 is one Argon2id of this library. */
const MOST_UNITS = 20;

/** Below it the lock and the seal alone keep a code from being guessed. */
const WEAK_BITS = 40;

/** Codes of another system. */
export interface ParsedCodes extends Pick<BackupCodeSet, 'form' | 'hashing'> {
  /** The texts of the codes or their fast digests, both to be hashed here, or the hashes of a list. Empty if dropped. */
  readonly entries: readonly Uint8Array[];
  /** What it is recognized by when it comes again. */
  readonly print: string;
  readonly warnings: readonly ImportWarning[];
}

/** No codes. */
const NONE: ParsedCodes = { entries: [], print: 'none', warnings: [] };

const FIELDS = ['codes', 'prehashed', 'hashes'] as const;

/** @throws {MfaError} `invalid_input` */
export function parseImportedCodes(given: unknown): ParsedCodes {
  if (given === undefined) return NONE;
  const parts = asObject('backupCodes', given);
  const [field, other] = FIELDS.filter((name) => parts[name] !== undefined);
  if (field === undefined || other !== undefined) {
    throw invalidInput('backupCodes', `must have one of: ${FIELDS.join(', ')}`);
  }
  const list: unknown = parts[field];
  if (!Array.isArray(list)) throw invalidInput(`backupCodes.${field}`, 'must be a list');
  const form = parseForm('backupCodes.form', parts['form']);
  const parse = { codes: parseClear, prehashed: parsePrehashed, hashes: parseHashes }[field];
  const { entries, hashing, warnings } = parse(list, form, parts['prehash']);
  const hex = [...new Set(entries.map(bytesToHex))].sort();
  const print = JSON.stringify([hashing ?? 'clear', form, hex]);
  const most = hashing === 'list' ? MOST_HASHES : MOST_CODES;
  const dropped =
    hex.length > most ? (['codes_dropped_count'] as const) : warnings.filter((each) => each !== 'weak_codes');
  if (dropped.length > 0) return { entries: [], print, warnings: dropped };
  const distinct = entries.filter(
    (entry, i) => entries.findIndex((each) => bytesToHex(each) === bytesToHex(entry)) === i,
  );
  return { form, hashing, entries: distinct, print, warnings };
}

type Parsed = Pick<ParsedCodes, 'entries' | 'hashing' | 'warnings'>;

function parseClear(list: readonly unknown[], form: string): Parsed {
  const texts = list.map((code, i) => {
    const symbols = plainCode(code);
    const text = symbols !== null && POSSIBLE.test(symbols) ? inForm(symbols, form) : null;
    if (text !== null) return text;
    throw invalidInput(`backupCodes.codes[${i}]`, `must be ${FEWEST_SYMBOLS} or more letters and digits, as form says`);
  });
  return { entries: texts.map(utf8ToBytes), hashing: undefined, warnings: isWeak(texts) ? ['weak_codes'] : [] };
}

/** Judges by the fewest symbols and by the smallest usual alphabet that all of the codes are written in. */
function isWeak(texts: readonly string[]): boolean {
  if (texts.length === 0) return false;
  const codes = texts.map((text) => text.replaceAll('-', ''));
  const all = codes.join('');
  const alphabets: readonly (readonly [RegExp, number])[] = [
    [/^[0-9]*$/, 10],
    [/^(?:[0-9a-f]*|[0-9A-F]*)$/, 16],
    [/^(?:[0-9a-z]*|[0-9A-Z]*)$/, 32],
  ];
  const size = alphabets.find(([pattern]) => pattern.test(all))?.[1] ?? 62;
  return Math.min(...codes.map(({ length }) => length)) * Math.log2(size) < WEAK_BITS;
}

function parsePrehashed(list: readonly unknown[], _form: string, prehash: unknown): Parsed {
  if (prehash !== 'sha256' && prehash !== 'sha512')
    throw invalidInput('backupCodes.prehash', 'must be sha256 or sha512');
  const length = prehash === 'sha256' ? 32 : 64;
  const entries = list.map((digest, i) => parseBytes(`backupCodes.prehashed[${i}]`, digest, length, length));
  return { entries, hashing: prehash, warnings: [] };
}

function parseHashes(list: readonly unknown[]): Parsed {
  const hashes = list.map((text, i) => {
    const hash = typeof text === 'string' ? readSaltedHash(text) : null;
    if (hash !== null) return { text: String(text), ...hash };
    throw invalidInput(`backupCodes.hashes[${i}]`, 'must be a PHC string of Argon2id or a bcrypt hash');
  });
  const units = hashes.reduce((sum, hash) => sum + hash.units, 0);
  const entries = hashes.map(({ text }) => utf8ToBytes(text));
  return { entries, hashing: 'list', warnings: units > MOST_UNITS ? ['codes_dropped_cost'] : [] };
}
