/** checkParts: proves at start that keys, clock, hasher and store work, before the first user finds out. */
import type { CheckedStore } from './checked-store.ts';
import { ARGON2ID } from './crypto/code-hasher.ts';
import type { HashQueue } from './crypto/hash-queue.ts';
import type { Sealer } from './crypto/sealer.ts';
import type { Clock } from './decide.ts';
import { MfaError } from './errors.ts';

/** What createMfa has wired. */
interface Parts {
  /** One for each purpose. */
  readonly sealers: readonly Sealer[];
  readonly clock: Clock;
  readonly hashQueue: HashQueue;
  readonly store: CheckedStore;
}

/** No release of this library is older, and none will run so late: seconds and microseconds both fall outside. */
const EARLIEST = Date.UTC(2025, 0, 1);
const LATEST = Date.UTC(2125, 0, 1);

const encoder = new TextEncoder();
/** A well-formed job of which nothing is secret. */
const SAMPLE = { ...ARGON2ID, message: encoder.encode('mfa.check'), salt: new Uint8Array(16) };

/**
 * Proves each part in turn, the cheap ones first.
 * @throws {Error} that names the part: an `MfaError` of the hasher or the store, whose `cause` says more; a `TypeError` or
 *   `RangeError` of the keys, the random source or the clock
 */
export async function checkParts({ sealers, clock, hashQueue, store }: Parts): Promise<void> {
  for (const sealer of sealers) checkSealer(sealer);
  checkClock(clock());
  await checkHasher(hashQueue);
  await store.check();
}

function checkSealer(sealer: Sealer): void {
  const [text, context] = ['mfa.check', ['check']];
  const sealed = sealer.seal(encoder.encode(text), context);
  const opened = sealer.open(sealed, context);
  const kept = opened !== null && new TextDecoder().decode(opened) === text;
  if (!kept || sealer.open(sealed, ['another']) !== null || sealed === sealer.seal(encoder.encode(text), context)) {
    throw new RangeError('mfa.check: keys or random: what was sealed does not open as it should');
  }
}

function checkClock(now: number): void {
  if (now >= EARLIEST && now < LATEST) return;
  throw new RangeError(
    'mfa.check: clock must give epoch milliseconds: what it gives lies outside the years 2025 to 2124',
  );
}

/** Twice: a hasher that salts by itself would accept no code that it has hashed. */
async function checkHasher(hashQueue: HashQueue): Promise<void> {
  // No user has an empty id, so this takes nobody's turn.
  const lease = hashQueue.reserve('', 2);
  try {
    const [one, other] = await lease.hash([SAMPLE, SAMPLE]);
    if (String(one) === String(other)) return;
  } finally {
    lease.release();
  }
  throw new MfaError('hasher_unavailable', { message: 'The hasher gives two digests for one job.' });
}
