/** Backup codes as a factor kind: a set of look-up secrets that comes with the first factor (NIST SP 800-63B-4 §3.1.2). */
import { concatBytes } from '@noble/hashes/utils.js';
import { base64urlnopad } from '@scure/base';
import { ARGON2ID } from '../../crypto/code-hasher.ts';
import type { HashQueue } from '../../crypto/hash-queue.ts';
import { invalidInput } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
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
import { BACKUP_CODE, type BackupCodeSet } from './stored.ts';

const SET_ID_BYTES = 16;
const { digestBytes, ...COST } = ARGON2ID;

/** New codes, which are shown once, and the set that is stored of them. */
export type NewBackupCodes = Readonly<{ codes: readonly string[]; set: BackupCodeSet }>;

/** The kind, and what makes a new set. */
export interface BackupCodeKind extends FactorKind {
  /** Call before an attempt is charged whose success needs a new set. Throws `busy` if none could be hashed now. */
  assertRoom(): void;
  /** Draws a set and hashes it. Rejects with `busy` if it cannot be hashed now. */
  create(userId: string, secrets: FactorSecrets): Promise<NewBackupCodes>;
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
    amr: [],
    isHeld: ({ backupCodes }) => backupCodes !== null && backupCodes.remaining > 0,
    boundFields: ['memoryKiB', 'passes', 'parallelism'],
    assertRoom: () => hashQueue.assertRoom(options.count),

    async create(userId, secrets) {
      const codes = drawCodes(options, random);
      const parameters = { id: base64urlnopad.encode(random(SET_ID_BYTES)), ...COST };
      const jobs = codes.map((code) => hashJob(normalizeBackupCode(code) ?? '', parameters));
      const digests = await hashQueue.hashSet(jobs);
      return { codes, set: sealSet(userId, parameters, digests, secrets) };
    },

    present: (given) => presentCode(parseBackupCode(given), hashQueue),
  };
}

function presentCode(symbols: string, hashQueue: HashQueue): Presented {
  return {
    slow: {
      assertRoom: () => hashQueue.assertRoom(1),
      screen({ backupCodes }, { userId, secrets }) {
        const unreadable = backupCodes !== null && openSet(userId, backupCodes, secrets) === null;
        return unreadable ? { outcome: 'unreadable', unreadable: [backupCodes.id] } : null;
      },
      async work({ backupCodes }) {
        if (backupCodes === null) return 'invalid_backup_code';
        const digest = await hashQueue.hash(hashJob(symbols, backupCodes));
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
  const typed = typeof given === 'string' && given.length <= LIMITS.typedCodeCharacters ? given : '';
  const symbols = normalizeBackupCode(typed);
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
