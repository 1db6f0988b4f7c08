import { fc, test } from '@fast-check/vitest';
import { argon2id } from '@noble/hashes/argon2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect } from 'vitest';
import { safeParse } from 'zod/mini';
import { quickHasher } from '../../../test/harness.ts';
import { inlineHasher } from '../../crypto/argon2id-inline.ts';
import { createHashQueue } from '../../crypto/hash-queue.ts';
import { deriveKeyring } from '../../crypto/keyring.ts';
import { systemRandom, type RandomSource } from '../../crypto/random.ts';
import { createSealer } from '../../crypto/sealer.ts';
import { createFactorSecrets } from '../factor-secrets.ts';
import { backupCodeKind, openPending, openSet, sealPending, sealSet } from './backup-code-kind.ts';
import { BACKUP_CODE_SYMBOLS, hashJob, normalizeBackupCode, spendDigest } from './codes.ts';
import { backupCodeOptions } from './options.ts';
import { pendingBackupCodes, type BackupCodeSet } from './stored.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const KEY = Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64');
const sealer = createSealer(deriveKeyring([KEY]), 'secrets', systemRandom);
const quick = { random: systemRandom, hashQueue: createHashQueue(quickHasher) };
const TEN = { count: 10, format: 'XXXX-XXXX' };
const secrets = createFactorSecrets(sealer, [backupCodeKind(TEN, { issuer: 'Acme', ...quick }, quick.hashQueue)]);

async function createBackupCodes(
  userId: string,
  options: typeof TEN,
  { random, hashQueue }: typeof quick,
): Promise<{ readonly codes: readonly string[]; readonly set: BackupCodeSet }> {
  const kind = backupCodeKind(options, { issuer: 'Acme', random }, hashQueue);
  const { drawn, shown } = kind.draw();
  const lease = kind.reserveSet(userId);
  const set = await kind.hashSet(userId, drawn, lease, secrets);
  lease.release();
  return { codes: shown, set };
}

/** Always the same bytes in the same order. */
const counting = (): RandomSource => {
  let calls = 0;
  return (bytes) => sha256(Uint8Array.of(calls >> 8, calls++ & 255)).subarray(0, bytes);
};
/** Draws the same symbols for everybody, but salts and nonces at random. */
const sameSymbols: RandomSource = (bytes) => (bytes === 1 ? new Uint8Array([7]) : systemRandom(bytes));

/** Ways to misread or reshape one symbol. */
const spellings = (symbol: string): string[] => {
  const alike =
    symbol === '0' ? ['O', 'o', '0'] : symbol === '1' ? ['I', 'i', 'L', 'l', '1'] : [symbol, symbol.toLowerCase()];
  return alike.flatMap((each) => [each, `${each}-`, ` ${each}`, `${each} - `]);
};

describe('R-07, R-43 drawing', () => {
  test('ten different codes of the given format', async () => {
    for (const format of ['XXXX-XXXX', 'XXXXXXXX', 'XXXX-XXXX-XXXX-XXXX', 'XX-XXXXXX']) {
      const { codes, set } = await createBackupCodes('ann', { count: 10, format }, quick);
      const pattern = new RegExp(`^${format.replaceAll('X', `[${ALPHABET}]`)}$`);
      expect(codes.every((code) => pattern.test(code))).toBe(true);
      expect([new Set(codes).size, set.remaining]).toEqual([10, 10]);
    }
  });

  test('10^5 symbols are spread evenly: chi-square against uniform', async () => {
    const counts = new Map(ALPHABET.split('').map((symbol) => [symbol, 0]));
    const large = { count: 3125, format: 'X'.repeat(32) };
    const codes = backupCodeKind(large, { issuer: 'Acme', ...quick }, quick.hashQueue).draw().shown;
    for (const symbol of codes.join('')) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    expect(counts.size).toBe(32);
    const expected = 100_000 / 32;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 31 degrees of freedom: above 100 with a probability below 10^-8; a modulo bias over 250 bytes gives about 2,000.
    expect(chiSquare).toBeLessThan(100);
  });

  test('the same bytes give the same codes: nothing but the random source is random', async () => {
    const draw = async (): Promise<readonly string[]> =>
      (await createBackupCodes('ann', TEN, { ...quick, random: counting() })).codes;
    expect(await draw()).toEqual(await draw());
    expect((await createBackupCodes('ann', TEN, quick)).codes).not.toEqual(await draw());
  });
});

describe('R-43 the default', () => {
  test('is 80 bits, ten codes', () => {
    expect(backupCodeOptions.parse(undefined)).toEqual({ count: 10, format: 'XXXX-XXXX-XXXX-XXXX' });
  });
});

describe('R-44 codes that wait to be hashed', () => {
  const kind = backupCodeKind(TEN, { issuer: 'Acme', ...quick }, quick.hashQueue);

  test('open as they were drawn, for their user and id only, and not as digests', () => {
    const { drawn } = kind.draw();
    const pending = sealPending('ann', drawn, secrets);
    expect(Object.keys(pending)).toEqual(['kind', 'id', 'secret']);
    expect(openPending('ann', pending, secrets)).toEqual(drawn);
    expect(openPending('bob', pending, secrets)).toBeNull();
    const other = sealPending('ann', kind.draw().drawn, secrets);
    expect(openPending('ann', { ...pending, id: other.id }, secrets)).toBeNull();
    expect(openPending('ann', { ...pending, secret: other.secret }, secrets)).toBeNull();
    const set = sealSet('ann', { id: drawn.id, memoryKiB: 19_456, passes: 2, parallelism: 1 }, [], secrets);
    expect(openSet('ann', { ...set, secret: pending.secret }, secrets)).toBeNull();
    expect(openPending('ann', { ...pending, secret: set.secret }, secrets)).toBeNull();
  });

  test('stand nowhere in clear', () => {
    const { drawn, shown } = kind.draw();
    const stored = JSON.stringify(sealPending('ann', drawn, secrets));
    for (const code of [...shown, ...drawn.symbols]) expect(stored).not.toContain(code);
  });

  test('a hundred of the longest fit what a record may hold', () => {
    const longest = { count: 100, format: 'X'.repeat(32) };
    const { drawn } = backupCodeKind(longest, { issuer: 'Acme', ...quick }, quick.hashQueue).draw();
    expect(safeParse(pendingBackupCodes, sealPending('ann', drawn, secrets)).success).toBe(true);
  });
});

describe('normalising what a person typed', () => {
  const symbols = fc
    .array(fc.constantFrom(...ALPHABET.split('')), { minLength: 8, maxLength: 32 })
    .map((all) => all.join(''));
  test.prop([symbols, fc.infiniteStream(fc.nat())])(
    'any case, spaces and dashes; O is 0, I and L are 1',
    (code, choices) => {
      const typed = code.split('').map((symbol) => {
        const all = spellings(symbol);
        return all[(choices.next().value ?? 0) % all.length];
      });
      expect(normalizeBackupCode(typed.join(''))).toBe(code);
    },
  );

  test.prop([symbols])('normalising twice changes nothing', (code) => {
    expect(normalizeBackupCode(normalizeBackupCode(code) ?? '')).toBe(code);
  });

  test('R-12 what cannot be a code is none', () => {
    const { min, max } = BACKUP_CODE_SYMBOLS;
    expect([min, max]).toEqual([8, 32]);
    const bad = [
      '',
      'A'.repeat(min - 1),
      'A'.repeat(max + 1),
      'ABCDEFGU',
      'ABCD.EFGH',
      'ABCD\tEFGH',
      'ABCDEFG\u0130',
      '\u00DF\u00DF\u00DF\u00DF',
    ];
    expect(bad.map(normalizeBackupCode)).toEqual(bad.map(() => null));
  });
});

describe('R-44, R-45 what is stored', () => {
  test('one Argon2id digest a code, at the cost that the set names, under the salt of the set', async () => {
    const { codes, set } = await createBackupCodes(
      'ann',
      { ...TEN, count: 2 },
      { ...quick, hashQueue: createHashQueue(inlineHasher) },
    );
    expect(set).toMatchObject({ memoryKiB: 19_456, passes: 2, parallelism: 1, remaining: 2 });
    const salt = Buffer.from(set.id, 'base64url');
    expect(salt).toHaveLength(16);
    const expected = codes.map((code) =>
      argon2id(code.replaceAll('-', ''), new Uint8Array(salt), { m: 19_456, t: 2, p: 1, dkLen: 32 }),
    );
    expect(openSet('ann', set, secrets)).toEqual(expected);
  });

  test('every set has a salt of its own, so that one code gives two records', async () => {
    const one = { count: 1, format: 'XXXX-XXXX' };
    const [a, b] = await Promise.all([
      createBackupCodes('ann', one, { ...quick, random: sameSymbols }),
      createBackupCodes('bob', one, { ...quick, random: sameSymbols }),
    ]);
    expect(a.codes).toEqual(b.codes);
    expect(a.set.id).not.toBe(b.set.id);
    expect(openSet('ann', a.set, secrets)).not.toEqual(openSet('bob', b.set, secrets));
  });

  test('neither codes nor digests stand in it', async () => {
    const { codes, set } = await createBackupCodes('ann', TEN, quick);
    const stored = JSON.stringify(set);
    const digests = openSet('ann', set, secrets) ?? [];
    for (const code of codes) expect(stored).not.toContain(code);
    for (const code of codes) expect(stored).not.toContain(code.replaceAll('-', ''));
    for (const digest of digests) {
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        expect(stored).not.toContain(Buffer.from(digest).toString(encoding));
      }
    }
  });

  test('R-59 the digests open for no other user, no other salt and no other count', async () => {
    const { set } = await createBackupCodes('ann', TEN, quick);
    const { set: other } = await createBackupCodes('ann', TEN, quick);
    expect(openSet('ann', set, secrets)).toHaveLength(10);
    expect(openSet('bob', set, secrets)).toBeNull();
    expect(openSet('ann', { ...set, id: other.id }, secrets)).toBeNull();
    expect(openSet('ann', { ...set, secret: other.secret }, secrets)).toBeNull();
    expect(openSet('ann', { ...set, remaining: 9 }, secrets)).toBeNull();
    expect(openSet('ann', { ...set, remaining: 11 }, secrets)).toBeNull();
  });

  test('the digests open under no other cost', async () => {
    const { set } = await createBackupCodes('ann', TEN, quick);
    expect(openSet('ann', { ...set, memoryKiB: set.memoryKiB + 1 }, secrets)).toBeNull();
    expect(openSet('ann', { ...set, passes: set.passes + 1 }, secrets)).toBeNull();
    expect(openSet('ann', { ...set, parallelism: set.parallelism + 1 }, secrets)).toBeNull();
  });
});

describe('R-46, R-47 spending', () => {
  test('takes away the one digest that equals, and leaves the others in their order', async () => {
    const { codes, set } = await createBackupCodes('ann', TEN, quick);
    const digests = openSet('ann', set, secrets) ?? [];
    for (const [i, code] of codes.entries()) {
      const digest = await quickHasher(hashJob(normalizeBackupCode(code) ?? '', set));
      const left = spendDigest(digests, digest);
      expect(left).toEqual(digests.filter((_, j) => j !== i));
      expect(spendDigest(left ?? [], digest)).toBeNull();
    }
    expect(spendDigest(digests, new Uint8Array(32))).toBeNull();
    expect(spendDigest([], new Uint8Array(32))).toBeNull();
  });

  test('the last one leaves an empty set that still opens', async () => {
    const { set } = await createBackupCodes('ann', { ...TEN, count: 1 }, quick);
    const empty = sealSet('ann', set, [], secrets);
    expect(empty.remaining).toBe(0);
    expect(openSet('ann', empty, secrets)).toEqual([]);
  });
});
