import { hkdfSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { deriveKeyring } from './keyring.ts';

const bytes = (seed: number, length = 32): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => (i * 7 + seed) & 255));
const unpadded = (text: string): string => text.replaceAll('=', '');

test('R-62 each purpose has a key of its own, derived as RFC 5869 says', () => {
  const master = bytes(1);
  const [keys] = deriveKeyring([master.toString('base64')]);
  const derive = (purpose: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', master, new Uint8Array(0), `mfakit/1/${purpose}`, length));
  expect(Buffer.from(keys?.secrets ?? [])).toEqual(derive('secrets', 32));
  expect(Buffer.from(keys?.tokens ?? [])).toEqual(derive('tokens', 32));
  expect(keys?.id).toBe(derive('key-id', 8).toString('base64url'));
});

test('R-62 the keys of all purposes and of all master keys differ', () => {
  const keyring = deriveKeyring([1, 2, 3].map((seed) => bytes(seed).toString('base64')));
  const all = keyring.flatMap((keys) => [
    keys.id,
    Buffer.from(keys.secrets).toString('hex'),
    Buffer.from(keys.tokens).toString('hex'),
  ]);
  expect(new Set(all).size).toBe(9);
  expect(keyring.flatMap((keys) => [keys.secrets.length, keys.tokens.length])).toEqual([32, 32, 32, 32, 32, 32]);
});

test('every spelling of base64 gives the same key, in the order given', () => {
  const master = Buffer.from(Array.from({ length: 32 }, (_, i) => 255 - i)); // has both + and / in base64
  const spellings = [
    master.toString('base64'),
    unpadded(master.toString('base64')),
    master.toString('base64url'),
    `${master.toString('base64url')}=`,
  ];
  const ids = spellings.map((spelling) => deriveKeyring([spelling])[0]?.id);
  expect(new Set(ids).size).toBe(1);

  const [a, b] = [bytes(1).toString('base64'), bytes(2).toString('base64')];
  const [first, second] = deriveKeyring([a, b]);
  expect(deriveKeyring([b, a]).map((keys) => keys.id)).toEqual([second?.id, first?.id]);
});

test.each([
  ['31 bytes', bytes(1, 31).toString('base64')],
  ['33 bytes', bytes(1, 33).toString('base64')],
  ['16 bytes', bytes(1, 16).toString('base64')],
  ['a passphrase', 'correct horse battery staple'],
  ['32 characters of text', 'abcdefghijklmnopqrstuvwxyz012345'],
  ['hex', bytes(1).toString('hex')],
  ['nothing', ''],
  ['zeros', Buffer.alloc(32).toString('base64')],
  ['a repeated pattern', Buffer.from('abcd'.repeat(8)).toString('base64')],
  ['a line end', `${bytes(1).toString('base64')}\n`],
])('R-62 a key of %s is refused by its place, and never repeated', (_kind, key) => {
  const sound = bytes(9).toString('base64');
  const refuse = (): unknown => deriveKeyring([sound, key]);
  expect(refuse).toThrow(RangeError);
  expect(refuse).toThrow('keys[1]');
  expect(refuse).not.toThrow(key === '' ? sound : key);
});

test('R-62 one key in two spellings is still one key', () => {
  expect(() => deriveKeyring([bytes(1).toString('base64'), bytes(1).toString('base64url')])).toThrow('different');
});
