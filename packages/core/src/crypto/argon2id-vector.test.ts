import { argon2id } from '@noble/hashes/argon2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { ARGON2ID_VECTOR } from '../../test/vectors.ts';
import { inlineHasher } from './argon2id-inline.ts';

const { passes, memoryKiB, parallelism, password, salt, secret, associatedData, digest } = ARGON2ID_VECTOR;

test('R-45 the implementation that the hashers are compared with gives the digest of RFC 9106', () => {
  // The port has no secret and no associated data, so the vector cannot go through it.
  const computed = argon2id(password, salt, {
    t: passes,
    m: memoryKiB,
    p: parallelism,
    key: secret,
    personalization: associatedData,
    dkLen: 32,
  });
  expect(bytesToHex(computed)).toBe(digest);
});

test('R-45 every field of a job reaches the hash', async () => {
  const job = { message: password, salt, memoryKiB: 64, passes: 2, parallelism: 1, digestBytes: 32 };
  const jobs = [
    job,
    { ...job, message: salt },
    { ...job, salt: new Uint8Array(16) },
    { ...job, memoryKiB: 128 },
    { ...job, passes: 3 },
    { ...job, parallelism: 2 },
    { ...job, digestBytes: 16 },
  ];
  const digests = await Promise.all(jobs.map(inlineHasher));
  const expected = jobs.map(({ message, salt: s, memoryKiB: m, passes: t, parallelism: p, digestBytes: dkLen }) =>
    argon2id(message, s, { m, t, p, dkLen }),
  );
  expect(digests).toEqual(expected);
  expect(new Set(digests.map(bytesToHex)).size).toBe(jobs.length);
});
