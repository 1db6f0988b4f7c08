/** CodeHasher: the port that computes Argon2id (RFC 9106, version 0x13), and its cost; and what else the queue computes. */
/** One Argon2id computation. */
export interface Argon2idJob {
  /** What is hashed: the bytes of a code, with the key of this purpose mixed in. */
  readonly message: Uint8Array;
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** Memory in KiB (RFC 9106: m). */
  readonly memoryKiB: number;
  /** Passes over the memory (RFC 9106: t). */
  readonly passes: number;
  /** Lanes (RFC 9106: p). */
  readonly parallelism: number;
  /** Length of the digest in bytes (RFC 9106: T). */
  readonly digestBytes: number;
}

/**
 * Computes one Argon2id digest. Must not stall the event loop for long. It is given four jobs at a time, at most. If it
 * rejects, gives another length or takes longer than thirty seconds, the call is refused with `busy`. If it rejects because
 * code cannot be loaded (a module or a native add-on is missing), the call is refused with `hasher_unavailable`.
 */
export type CodeHasher = (job: Argon2idJob) => Promise<Uint8Array>;

/** The minimum that OWASP recommends for Argon2id, with 256-bit digests. */
export const ARGON2ID = { memoryKiB: 19_456, passes: 2, parallelism: 1, digestBytes: 32 } as const;

/** One bcrypt computation, of a code that another system hashed. No host's hasher is asked for it. */
export interface BcryptJob {
  readonly message: Uint8Array;
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** 4 to 31: the logarithm of the rounds. */
  readonly bcryptCost: number;
  readonly digestBytes: 24;
}

/** What the hash queue computes. */
export type HashJob = Argon2idJob | BcryptJob;
