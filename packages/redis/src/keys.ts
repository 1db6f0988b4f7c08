/** keysIn: the names of the keys, those of one user all in one slot of a cluster. */

/**
 * Into how many buckets the users fall. Each has an index of its users, in the slot of these users, and is small enough
 * for a sorted set: a million for a thousand million users. Another number would look for every user elsewhere.
 */
export const BUCKETS = 1024;

/** A longer prefix would be stored three times per user. */
const MAX_PREFIX_BYTES = 64;

/** The keys under one prefix. */
export interface Keys {
  /** A hash: the revision and the record. */
  record(userId: string): string;
  /** A sorted set: events as JSON, by their number. */
  events(userId: string): string;
  /** A sorted set whose scores are all 0: the ids of the users of a bucket, in the order of their bytes. */
  users(bucket: number): string;
}

/**
 * The braces make the bucket the hash tag: Redis takes the slot from what is between the first `{` and the first `}` after
 * it, so no brace in an id matters. The id ends the key and only a fixed text stands before it, so no two keys are one.
 *
 * @throws {TypeError} if the prefix is not a string
 * @throws {RangeError} if it is longer than 64 bytes, or contains a brace
 */
export function keysIn(prefix: string): Keys {
  if (typeof prefix !== 'string') throw new TypeError('prefix must be a string.');
  if (new TextEncoder().encode(prefix).length > MAX_PREFIX_BYTES || /[{}]/.test(prefix)) {
    throw new RangeError(`prefix must be at most ${MAX_PREFIX_BYTES} bytes without braces.`);
  }
  return {
    record: (userId) => `${prefix}{${bucketOf(userId)}}:record:${userId}`,
    events: (userId) => `${prefix}{${bucketOf(userId)}}:events:${userId}`,
    users: (bucket) => `${prefix}{${bucket}}:users`,
  };
}

/** FNV-1a of 32 bits over the id in UTF-8. Never changes: it says where a user is. */
export function bucketOf(userId: string): number {
  let hash = 0x81_1c_9d_c5;
  for (const byte of new TextEncoder().encode(userId)) hash = Math.imul(hash ^ byte, 0x01_00_01_93);
  return (hash >>> 0) % BUCKETS;
}
