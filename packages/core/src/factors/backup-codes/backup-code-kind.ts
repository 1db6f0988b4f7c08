/** Backup codes as a factor kind: a set of look-up secrets that comes with the first factor (NIST SP 800-63B-4 §3.1.2). */
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64urlnopad } from '@scure/base';
import { ARGON2ID } from '../../crypto/code-hasher.ts';
import type { HashQueue, Lease } from '../../crypto/hash-queue.ts';
import { invalidInput } from '../../errors.ts';
import { plainCode } from '../../pasted.ts';
import type { FactorKind, FactorPorts, Presented } from '../factor-kind.ts';
import type { FactorSecrets } from '../factor-secrets.ts';
import {
  BACKUP_CODE_SYMBOLS,
  drawCodes,
  hashJob,
  normalizeBackupCode,
  spendDigest,
  type HashParameters,
} from './codes.ts';
import type { BackupCodeOptions } from './options.ts';
import { BACKUP_CODE, type BackupCodeSet, type PendingBackupCodes } from './stored.ts';

const SET_ID_BYTES = 16;
const { digestBytes, ...COST } = ARGON2ID;

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
}

/** Makes the kind for one application. */
export function backupCodeKind(
  options: Required<BackupCodeOptions>,
  { random }: FactorPorts,
  hashQueue: HashQueue,
): BackupCodeKind {
  return {
    method: BACKUP_CODE,
    field: 'backupCode',
    // No value is registered for a look-up secret.
    amr: () => [],
    phishingResistant: false,
    isHeld: ({ backupCodes }) => backupCodes !== null && backupCodes.remaining > 0,
    boundFields: ['memoryKiB', 'passes', 'parallelism'],
    draw() {
      const shown = drawCodes(options, random);
      const symbols = shown.map((code) => normalizeBackupCode(code) ?? '');
      return { drawn: { id: base64urlnopad.encode(random(SET_ID_BYTES)), symbols }, shown };
    },

    reserveSet: (userId, count = options.count) => hashQueue.reserve(userId, count),

    async hashSet(userId, { id, symbols }, lease, secrets) {
      const parameters = { id, ...COST };
      const digests = await lease.hash(symbols.map((code) => hashJob(code, parameters)));
      return sealSet(userId, parameters, digests, secrets);
    },

    present: (given) => presentCode(parseBackupCode(given), hashQueue),
  };
}

function presentCode(symbols: string, hashQueue: HashQueue): Presented {
  return {
    slow: {
      reserve: (userId) => hashQueue.reserve(userId, 1),
      screen({ backupCodes }, { userId, secrets }) {
        const unreadable = backupCodes !== null && openSet(userId, backupCodes, secrets) === null;
        return unreadable ? { outcome: 'unreadable', unreadable: [backupCodes.id] } : null;
      },
      async work({ backupCodes }, lease) {
        if (backupCodes === null) return 'invalid_backup_code';
        const [digest] = await lease.hash([hashJob(symbols, backupCodes)]);
        if (digest === undefined) return 'invalid_backup_code';
        return (record, { userId, secrets }) => {
          const set = record.backupCodes;
          // Another id: the set was replaced while the hash was computed, and the code's set is void.
          if (set?.id !== backupCodes.id) return { outcome: 'wrong', reason: 'invalid_backup_code' };
          const digests = openSet(userId, set, secrets);
          if (digests === null) return { outcome: 'unreadable', unreadable: [set.id] };
          const left = spendDigest(digests, digest);
          if (left === null) return { outcome: 'wrong', reason: 'invalid_backup_code' };
          return {
            outcome: 'right',
            record: { ...record, backupCodes: sealSet(userId, set, left, secrets) },
            used: { method: BACKUP_CODE, factorId: null },
          };
        };
      },
    },
  };
}

function parseBackupCode(given: unknown): string {
  const symbols = normalizeBackupCode(plainCode(given) ?? '');
  const { min, max } = BACKUP_CODE_SYMBOLS;
  if (symbols === null) throw invalidInput('backupCode', `must be a string of ${min} to ${max} letters and digits`);
  return symbols;
}

/** @returns the digests of a set; `null` if it is damaged, moved to another user, or sealed under an unknown key */
export function openSet(userId: string, set: BackupCodeSet, secrets: FactorSecrets): readonly Uint8Array[] | null {
  const bytes = secrets.open(userId, set);
  if (bytes?.length !== set.remaining * digestBytes) return null;
  return Array.from({ length: set.remaining }, (_, i) => bytes.subarray(i * digestBytes, (i + 1) * digestBytes));
}

/** The set with these digests, sealed under the newest key. */
export function sealSet(
  userId: string,
  { id, memoryKiB, passes, parallelism }: HashParameters,
  digests: readonly Uint8Array[],
  secrets: FactorSecrets,
): BackupCodeSet {
  const open = { kind: BACKUP_CODE, id, memoryKiB, passes, parallelism, remaining: digests.length } as const;
  return { ...open, secret: secrets.seal(userId, open, concatBytes(...digests)) };
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
