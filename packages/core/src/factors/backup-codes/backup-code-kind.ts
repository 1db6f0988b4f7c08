/** Backup codes as a factor kind: a set of look-up secrets that comes with the first factor (NIST SP 800-63B-4 §3.1.2). */
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64urlnopad } from '@scure/base';
import { ARGON2ID } from '../../crypto/code-hasher.ts';
import type { HashQueue, Lease } from '../../crypto/hash-queue.ts';
import { invalidInput, MfaError } from '../../errors.ts';
import { plainCode } from '../../pasted.ts';
import type { FactorKind, FactorPorts, Objection, Presented } from '../factor-kind.ts';
import type { FactorSecrets } from '../factor-secrets.ts';
import {
  BACKUP_CODE_SYMBOLS,
  drawCodes,
  hashJob,
  normalizeBackupCode,
  saltedJob,
  spendDigest,
  textOf,
  type HashParameters,
} from './codes.ts';
import { POSSIBLE } from './form.ts';
import type { ParsedCodes } from './imported.ts';
import type { BackupCodeOptions } from './options.ts';
import { readSaltedHash } from './salted-hash.ts';
import { BACKUP_CODE, codesLeft, hasEnded, type BackupCodeSet, type PendingBackupCodes } from './stored.ts';

const SET_ID_BYTES = 16;
const { digestBytes, ...COST } = ARGON2ID;
const NEW_LINE = utf8ToBytes('\n');

/** Codes that are not hashed yet: in clear, normalized, and the id that will salt them. */
export type DrawnCodes = Readonly<{ id: string; symbols: readonly string[] }>;

/** The kind, and what makes a new set. */
export interface BackupCodeKind extends FactorKind {
  /** Draws codes, and hashes none. `shown` is for the user, once. */
  draw(): { readonly drawn: DrawnCodes; readonly shown: readonly string[] };
  /**
   * Places to hash a set in: call it before an attempt is charged whose success needs one.
   * @param count - how many codes it has; default: those of a new set
   * @throws {MfaError} `busy` if it could not be hashed now
   */
  reserveSet(userId: string, count?: number): Lease;
  /** Hashes drawn codes. Rejects with `busy` if the hasher fails. */
  hashSet(userId: string, drawn: DrawnCodes, lease: Lease, secrets: FactorSecrets): Promise<BackupCodeSet>;
  /**
   * The codes of another system as a set; `null` if they must be hashed first, by `hashTaken`.
   * @param until - when a list of hashes ends, in epoch milliseconds
   */
  takeSet(userId: string, codes: ParsedCodes, until: number, secrets: FactorSecrets): BackupCodeSet | null;
  /** Hashes the codes of another system, in places of its own. Rejects with `busy` if there are none, or if the hasher fails. */
  hashTaken(userId: string, codes: ParsedCodes, secrets: FactorSecrets): Promise<BackupCodeSet>;
}

/** Makes the kind for one application. */
export function backupCodeKind(
  options: Required<BackupCodeOptions>,
  { random }: FactorPorts,
  hashQueue: HashQueue,
): BackupCodeKind {
  const drawId = (): string => base64urlnopad.encode(random(SET_ID_BYTES));
  return {
    method: BACKUP_CODE,
    field: 'backupCode',
    // No value is registered for a look-up secret.
    amr: () => [],
    phishingResistant: false,
    isHeld: ({ backupCodes }, now) => codesLeft(backupCodes, now) > 0,
    boundFields: ['memoryKiB', 'passes', 'parallelism', 'form', 'hashing', 'until'],
    draw() {
      const shown = drawCodes(options, random);
      const symbols = shown.map((code) => normalizeBackupCode(code) ?? '');
      return { drawn: { id: drawId(), symbols }, shown };
    },

    reserveSet: (userId, count = options.count) => hashQueue.reserve(userId, count),

    async hashSet(userId, { id, symbols }, lease, secrets) {
      const parameters = { id, ...COST };
      const digests = await lease.hash(symbols.map((code) => hashJob(code, parameters)));
      return sealSet(userId, parameters, digests, secrets);
    },

    takeSet(userId, { entries, form, hashing }, until, secrets) {
      if (entries.length > 0 && hashing !== 'list') return null;
      const ends = hashing === 'list' ? until : undefined;
      return sealSet(userId, { id: drawId(), ...COST, form, hashing, until: ends }, entries, secrets);
    },

    async hashTaken(userId, { entries, form, hashing }, secrets) {
      const parameters = { id: drawId(), ...COST, form, hashing };
      const lease = hashQueue.reserve(userId, entries.length);
      try {
        const digests = await lease.hash(entries.map((entry) => saltedJob(entry, parameters)));
        return sealSet(userId, parameters, digests, secrets);
      } finally {
        lease.release();
      }
    },

    present: (given) => presentCode(parseBackupCode(given), hashQueue),
  };
}

function presentCode(symbols: string, hashQueue: HashQueue): Presented {
  return {
    slow: {
      reserve: (userId) => hashQueue.reserve(userId, 1),
      screen({ backupCodes }, { userId, now, secrets }, lease) {
        if (backupCodes === null || hasEnded(backupCodes, now)) return null;
        const entries = openSet(userId, backupCodes, secrets);
        if (entries === null) return { outcome: 'unreadable', unreadable: [backupCodes.id] };
        if (textOf(symbols, backupCodes) === null) return { outcome: 'malformed', error: malformed(backupCodes) };
        return backupCodes.hashing === 'list' ? makeFit(lease, placesOf(entries)) : null;
      },
      async work({ backupCodes }, lease, { userId, now, secrets }) {
        if (backupCodes === null || hasEnded(backupCodes, now)) return 'invalid_backup_code';
        const text = textOf(symbols, backupCodes) ?? '';
        const entry =
          backupCodes.hashing === 'list'
            ? await findHash(text, openSet(userId, backupCodes, secrets) ?? [], lease)
            : (await lease.hash([hashJob(text, backupCodes)]))[0];
        if (entry === undefined) return 'invalid_backup_code';
        return (record, context) => {
          const set = record.backupCodes;
          // Another id: the set was replaced while the hash was computed, and the code's set is void.
          if (set?.id !== backupCodes.id) return { outcome: 'wrong', reason: 'invalid_backup_code' };
          const entries = openSet(userId, set, context.secrets);
          if (entries === null) return { outcome: 'unreadable', unreadable: [set.id] };
          const left = spendDigest(entries, entry);
          if (left === null) return { outcome: 'wrong', reason: 'invalid_backup_code' };
          return {
            outcome: 'right',
            record: { ...record, backupCodes: sealSet(userId, set, left, context.secrets) },
            used: { method: BACKUP_CODE, factorId: null },
          };
        };
      },
    },
  };
}

/** What can be a code of some set. What this user's set has is seen once it is read. */
function parseBackupCode(given: unknown): string {
  const symbols = plainCode(given);
  if (symbols === null || !POSSIBLE.test(symbols)) throw malformed(null);
  return symbols;
}

/** @param set - that the answer cannot belong to; `null`: to none */
function malformed(set: BackupCodeSet | null): MfaError {
  const { min, max } = BACKUP_CODE_SYMBOLS;
  if (set?.form === undefined)
    return invalidInput('backupCode', `must be a string of ${min} to ${max} letters and digits`);
  return invalidInput('backupCode', 'must have as many letters and digits as the codes of this user');
}

/** Places for a list: one for each hash, and for what they cost, because a place stands for the time of one Argon2id. */
function placesOf(entries: readonly Uint8Array[]): number {
  const units = entries.map((entry) => readSaltedHash(new TextDecoder().decode(entry))?.units ?? 0);
  return Math.max(1, entries.length, Math.ceil(units.reduce((sum, each) => sum + each, 0)));
}

/** Refuses, uncounted, what could not be checked for want of places. */
function makeFit(lease: Lease, places: number): Objection | null {
  try {
    lease.fit(places);
    return null;
  } catch (error) {
    if (error instanceof MfaError) return { outcome: 'malformed', error };
    throw error;
  }
}

/** The hash that a text has, if any: each is computed with a salt of its own, one after the other. */
async function findHash(text: string, entries: readonly Uint8Array[], lease: Lease): Promise<Uint8Array | undefined> {
  for (const entry of entries) {
    const hash = readSaltedHash(new TextDecoder().decode(entry));
    if (hash === null) continue;
    const [digest] = await lease.hash([hash.job(text)]);
    // The end tells which one it was: only to somebody who has a right code.
    if (digest !== undefined && hash.equals(digest)) return entry;
  }
  return undefined;
}

/**
 * @returns the digests of a set, or the hashes of a list; `null` if it is damaged, moved to another user, or sealed under
 *   an unknown key
 */
export function openSet(userId: string, set: BackupCodeSet, secrets: FactorSecrets): readonly Uint8Array[] | null {
  const bytes = secrets.open(userId, set);
  if (bytes === null) return null;
  const { remaining } = set;
  if (set.hashing === 'list') {
    const lines = new TextDecoder()
      .decode(bytes)
      .split('\n')
      .filter((line) => line !== '');
    return lines.length === remaining ? lines.map(utf8ToBytes) : null;
  }
  if (bytes.length !== remaining * digestBytes) return null;
  return Array.from({ length: remaining }, (_, i) => bytes.subarray(i * digestBytes, (i + 1) * digestBytes));
}

/** The set with these digests, or hashes of a list, sealed under the newest key. */
export function sealSet(
  userId: string,
  { id, memoryKiB, passes, parallelism, form, hashing, until }: HashParameters,
  entries: readonly Uint8Array[],
  secrets: FactorSecrets,
): BackupCodeSet {
  const open = {
    kind: BACKUP_CODE,
    id,
    memoryKiB,
    passes,
    parallelism,
    remaining: entries.length,
    ...(form !== undefined && { form }),
    ...(hashing !== undefined && { hashing }),
    ...(until !== undefined && { until }),
  } as const;
  const lines = entries.flatMap((entry, i) => (i === 0 ? [entry] : [NEW_LINE, entry]));
  return { ...open, secret: secrets.seal(userId, open, concatBytes(...(hashing === 'list' ? lines : entries))) };
}

/** Codes that wait for their factor to be confirmed, sealed as they are: they are hashed only then. */
export function sealPending(userId: string, { id, symbols }: DrawnCodes, secrets: FactorSecrets): PendingBackupCodes {
  const open = { kind: BACKUP_CODE, id } as const;
  return { ...open, secret: secrets.seal(userId, open, utf8ToBytes(symbols.join(' '))) };
}

/** @returns the codes that wait; `null` if they are damaged, moved to another user, or sealed under an unknown key */
export function openPending(userId: string, pending: PendingBackupCodes, secrets: FactorSecrets): DrawnCodes | null {
  const bytes = secrets.open(userId, pending);
  return bytes && { id: pending.id, symbols: new TextDecoder().decode(bytes).split(' ') };
}
