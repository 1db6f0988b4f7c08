import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { LIMITS } from '../limits.ts';
import { openChallenge, sealChallenge, type Challenge } from './challenge-token.ts';
import { deriveKeyring } from './keyring.ts';
import { systemRandom } from './random.ts';
import { createSealer } from './sealer.ts';

const KEYS = deriveKeyring([Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64')]);
const tokens = createSealer(KEYS, 'tokens', systemRandom);
const ANN = { purpose: 'verify', userId: 'ann', epoch: 7, expiresAt: 1_795_305_600_000 } as const;
const seal = (challenge: Omit<Challenge, 'id'> = ANN): string => sealChallenge(challenge, tokens, systemRandom);

/** Every user id that the library takes: 1 to 255 bytes of well-formed text without NUL. */
const userId = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 80 })
  .filter((id) => !id.includes('\0') && Buffer.byteLength(id) <= 255);

test.prop([userId, fc.maxSafeNat(), fc.integer({ min: -8.64e15, max: 8.64e15 })])(
  'R-52 a token gives back the user, the epoch and the expiry that it was made for',
  (id, epoch, expiresAt) => {
    const challenge = { purpose: 'verify', userId: id, epoch, expiresAt } as const;
    const opened = openChallenge('verify', seal(challenge), tokens);
    expect(opened).toEqual({ ...challenge, id: expect.stringMatching(/^[\w-]{22}$/) });
  },
);

test('R-52 a user id that begins with a byte order mark keeps it', () => {
  expect(openChallenge('verify', seal({ ...ANN, userId: '\uFEFFann' }), tokens)?.userId).toBe('\uFEFFann');
});

test('R-51 a token has 128 random bits and fits 512 characters for the longest user id', () => {
  const ids = Array.from({ length: 2000 }, () => openChallenge('verify', seal(), tokens)?.id);
  expect(new Set(ids).size).toBe(2000);
  expect(Buffer.from(ids[0] ?? '', 'base64url')).toHaveLength(16);
  for (const id of ['x'.repeat(255), '\u{1F600}'.repeat(63), '\u4E16'.repeat(85)]) {
    const token = seal({ ...ANN, userId: id });
    expect(token.length).toBeLessThanOrEqual(LIMITS.tokenCharacters);
    expect(openChallenge('verify', token, tokens)?.userId).toBe(id);
  }
});

test('R-52 a token for one purpose is none for the other', () => {
  expect(openChallenge('enroll', seal(), tokens)).toBeNull();
  expect(openChallenge('verify', seal({ ...ANN, purpose: 'enroll' }), tokens)).toBeNull();
});

test('R-52 a token changed in any character, shortened or lengthened is none', () => {
  const token = seal();
  for (let i = 0; i < token.length; i++) {
    const changed = token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
    expect(openChallenge('verify', changed, tokens), `character ${i}`).toBeNull();
    expect(openChallenge('verify', token.slice(0, i), tokens)).toBeNull();
  }
  expect(openChallenge('verify', token.padEnd(LIMITS.tokenCharacters + 1, 'A'), tokens)).toBeNull();
});

test('R-52 nothing but a token sealed here is one', () => {
  const foreign = createSealer(
    deriveKeyring([Buffer.from(Array.from({ length: 32 }, (_, i) => 99 + i)).toString('base64')]),
    'tokens',
    systemRandom,
  );
  const stored = createSealer(KEYS, 'secrets', systemRandom);
  for (const token of [
    '',
    'x',
    'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.', // a JWT with alg none
    sealChallenge(ANN, foreign, systemRandom),
    sealChallenge(ANN, stored, systemRandom),
    'A'.repeat(1_000_000),
  ]) {
    expect(openChallenge('verify', token, tokens)).toBeNull();
  }
});

test('R-61 a token made before a rotation still opens', () => {
  const [newest] = deriveKeyring([Buffer.from(Array.from({ length: 32 }, (_, i) => 64 + i)).toString('base64')]);
  const rotated = createSealer(newest === undefined ? [] : [newest, ...KEYS], 'tokens', systemRandom);
  expect(openChallenge('verify', seal(), rotated)?.userId).toBe('ann');
});
