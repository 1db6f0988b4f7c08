/** Vectors: published values of the standards, and values recomputed with independent implementations. */
import type { TotpAlgorithm } from '@mfakit/core';

/** RFC 4226 Appendix D: the key, in ASCII. */
export const HOTP_KEY = '12345678901234567890';

/**
 * RFC 4226 Appendix D, counters 0 to 9, 6 digits. Independent implementations recomputed the other values: the appendix
 * has no code with a leading zero and no counter that exceeds 32 bits.
 */
export const HOTP_VALUES: readonly (readonly [counter: number, code: string])[] = [
  [0, '755224'],
  [1, '287082'],
  [2, '359152'],
  [3, '969429'],
  [4, '338314'],
  [5, '254676'],
  [6, '287922'],
  [7, '162583'],
  [8, '399871'],
  [9, '520489'],
  [44, '000152'],
  [2 ** 32, '999456'],
  [2 ** 32 + 1, '108930'],
  [Number.MAX_SAFE_INTEGER, '891307'],
];

/** Neighboring counters of {@link HOTP_KEY} that share a code. Recomputed with independent implementations. */
export const TWINS = { lower: 910_737, higher: 910_738, code: '911617' } as const;

/** RFC 6238 Appendix B with erratum 2866: the key of each algorithm is as long as its output. */
export const TOTP_KEYS: Readonly<Record<TotpAlgorithm, string>> = {
  SHA1: '12345678901234567890',
  SHA256: '12345678901234567890123456789012',
  SHA512: '1234567890123456789012345678901234567890123456789012345678901234',
};

/** RFC 6238 Appendix B: 8 digits, steps of 30 seconds. */
export const TOTP_VALUES: readonly (Readonly<Record<TotpAlgorithm, string>> & { readonly seconds: number })[] = [
  { seconds: 59, SHA1: '94287082', SHA256: '46119246', SHA512: '90693936' },
  { seconds: 1_111_111_109, SHA1: '07081804', SHA256: '68084774', SHA512: '25091201' },
  { seconds: 1_111_111_111, SHA1: '14050471', SHA256: '67062674', SHA512: '99943326' },
  { seconds: 1_234_567_890, SHA1: '89005924', SHA256: '91819424', SHA512: '93441116' },
  { seconds: 2_000_000_000, SHA1: '69279037', SHA256: '90698825', SHA512: '38618901' },
  { seconds: 20_000_000_000, SHA1: '65353130', SHA256: '77737706', SHA512: '47863826' },
];

/** RFC 4226 §5.3, erratum 6756: what T=1 would give if the offset came from byte 19 instead of the last byte. */
export const BYTE_19_VALUES = { SHA256: '88769542', SHA512: '31748108' } as const;

/** RFC 4648 §10, with and without padding. */
export const BASE32_VALUES: readonly (readonly [text: string, padded: string])[] = [
  ['f', 'MY======'],
  ['fo', 'MZXQ===='],
  ['foo', 'MZXW6==='],
  ['foob', 'MZXW6YQ='],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI======'],
];

/** RFC 4648 §3.3 and §3.5: these encode nothing. The first has bits left over, and the last is too short for a byte. */
export const BASE32_REFUSED: readonly string[] = ['MZXW6YR', 'MZXW6YT1', 'MZXW6YT0', 'M'];

/** RFC 9106 §5.3: Argon2id, version 0x13. */
export const ARGON2ID_VECTOR = {
  passes: 3,
  memoryKiB: 32,
  parallelism: 4,
  password: new Uint8Array(32).fill(1),
  salt: new Uint8Array(16).fill(2),
  secret: new Uint8Array(8).fill(3),
  associatedData: new Uint8Array(12).fill(4),
  digest: '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659',
} as const;
