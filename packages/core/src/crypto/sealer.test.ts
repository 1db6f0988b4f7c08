import { fc, test } from '@fast-check/vitest';
import { base64urlnopad } from '@scure/base';
import { expect } from 'vitest';
import { deriveKeyring } from './keyring.ts';
import { systemRandom } from './random.ts';
import { createSealer, sealedKeyId } from './sealer.ts';

const [A, B] = [0, 32].map((start) =>
  Buffer.from(Array.from({ length: 32 }, (_, i) => i + start)).toString('base64'),
) as [string, string];
const sealer = createSealer(deriveKeyring([A]), 'secrets', systemRandom);
const CONTEXT = ['totp-secret', 'ann', 'factor-1'];
const SECRET = new TextEncoder().encode('a secret of twenty b');
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

test.prop([fc.uint8Array({ maxLength: 512 }), fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 4 })])(
  'R-58 what was sealed opens under an equal context',
  (plaintext, context) => {
    const sealed = sealer.seal(plaintext, context);
    expect(sealer.open(sealed, [...context])).toEqual(plaintext);
    expect(sealed).toMatch(/^1\.[\w-]{11}\.[\w-]+$/);
  },
);

test('R-60 every seal draws a nonce of 24 bytes of its own, and carries a tag of 16', () => {
  const nonces = new Set<string>();
  for (let i = 0; i < 10_000; i++) {
    const body = base64urlnopad.decode(sealer.seal(SECRET, CONTEXT).split('.')[2] ?? '');
    if (i === 0) expect(body.length).toBe(24 + SECRET.length + 16);
    nonces.add(base64urlnopad.encode(body.subarray(0, 24)));
  }
  expect(nonces.size).toBe(10_000);
});

test('R-63 a text changed in any character does not open', () => {
  const sealed = sealer.seal(SECRET, CONTEXT);
  for (let i = 0; i < sealed.length; i++) {
    for (const other of [...BASE64URL.split(''), '.', '=', ' ', '\0']) {
      if (other === sealed[i]) continue;
      const changed = sealed.slice(0, i) + other + sealed.slice(i + 1);
      expect(sealer.open(changed, CONTEXT), `character ${i}`).toBeNull();
    }
  }
});

test('R-60, R-63 a shortened or lengthened text does not open', () => {
  const sealed = sealer.seal(SECRET, CONTEXT);
  for (let length = 0; length < sealed.length; length++) {
    expect(sealer.open(sealed.slice(0, length), CONTEXT)).toBeNull();
    expect(sealer.open(sealed.slice(length + 1), CONTEXT)).toBeNull();
  }
  for (const tail of ['A', 'AAAA', '=', '.', '.A', ' ']) expect(sealer.open(sealed + tail, CONTEXT)).toBeNull();

  // A tag cut to each shorter length, the rest being whole bytes.
  const [version, id, text] = sealed.split('.');
  const body = base64urlnopad.decode(text ?? '');
  for (let cut = 1; cut <= 16; cut++) {
    const shorter = [version, id, base64urlnopad.encode(body.subarray(0, body.length - cut))].join('.');
    expect(sealer.open(shorter, CONTEXT)).toBeNull();
  }
});

test('R-59 a text does not open for another user, factor, purpose or order', () => {
  const sealed = sealer.seal(SECRET, CONTEXT);
  for (const context of [
    ['totp-secret', 'bob', 'factor-1'],
    ['totp-secret', 'ann', 'factor-2'],
    ['backup-codes', 'ann', 'factor-1'],
    ['totp-secret', 'factor-1', 'ann'],
    ['totp-secret', 'ann'],
    ['totp-secret', 'ann', 'factor-1', ''],
    ...['', ',', '","', '.', ':', '|', '/', '\0'].flatMap((joint) => [
      ['totp-secret', `ann${joint}factor-1`],
      [`totp-secret${joint}ann${joint}factor-1`],
    ]),
    [],
  ]) {
    expect(sealer.open(sealed, context)).toBeNull();
  }
});

test.prop([fc.array(fc.string(), { maxLength: 3 }), fc.array(fc.string(), { maxLength: 3 })])(
  'R-59 contexts that differ in any way are different contexts',
  (one, other) => {
    fc.pre(one.length !== other.length || one.some((part, i) => part !== other[i]));
    expect(sealer.open(sealer.seal(SECRET, one), other)).toBeNull();
  },
);

test('R-61 the newest key seals, every key opens, a key that was dropped does not', () => {
  const old = sealer.seal(SECRET, CONTEXT);
  const rotated = createSealer(deriveKeyring([B, A]), 'secrets', systemRandom);
  expect(rotated.open(old, CONTEXT)).toEqual(SECRET);
  expect([sealer.isNewest(old), rotated.isNewest(old)]).toEqual([true, false]);

  const fresh = rotated.seal(SECRET, CONTEXT);
  expect(rotated.isNewest(fresh)).toBe(true);
  expect(sealedKeyId(fresh)).toBe(deriveKeyring([B])[0]?.id);
  expect(sealer.open(fresh, CONTEXT)).toBeNull();
  const dropped = createSealer(deriveKeyring([B]), 'secrets', systemRandom);
  expect([dropped.open(fresh, CONTEXT), dropped.open(old, CONTEXT)]).toEqual([SECRET, null]);
});

test('R-62 one master key seals secrets and tokens under keys of their own', () => {
  const tokens = createSealer(deriveKeyring([A]), 'tokens', systemRandom);
  expect(tokens.open(sealer.seal(SECRET, CONTEXT), CONTEXT)).toBeNull();
  expect(sealer.open(tokens.seal(SECRET, CONTEXT), CONTEXT)).toBeNull();
});

test('R-58 the sealed text shows nothing of what it holds', () => {
  const sealed = sealer.seal(SECRET, CONTEXT);
  const body = Buffer.from(base64urlnopad.decode(sealed.split('.')[2] ?? ''));
  expect(body.includes(Buffer.from(SECRET))).toBe(false);
  // Nonce and version apart, two seals of one secret share nothing but their length.
  expect(sealer.seal(SECRET, CONTEXT).slice(14)).not.toBe(sealed.slice(14));
});

test('a text of another format version does not open, and one of no format names no key', () => {
  const sealed = sealer.seal(SECRET, CONTEXT);
  expect(sealer.open(sealed.replace(/^1/, '2'), CONTEXT)).toBeNull();
  expect(sealer.open('', CONTEXT)).toBeNull();
  expect(sealedKeyId('')).toBe('');
});
