import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { checkedRandom, isBytes, systemRandom, type RandomSource } from './random.ts';

test('R-07 an answer of the right length is passed on as it is', () => {
  expect(checkedRandom(systemRandom)(16)).toHaveLength(16);
  expect(checkedRandom((bytes) => new Uint8Array(bytes).fill(7))(3)).toEqual(Uint8Array.of(7, 7, 7));
  expect(checkedRandom((bytes) => Buffer.alloc(bytes))(3)).toHaveLength(3);
  expect(isBytes(runInNewContext('new Uint8Array(3)'), 3)).toBe(true);
});

test.each<[string, (bytes: number) => unknown]>([
  ['fewer bytes', (bytes) => new Uint8Array(bytes - 1)],
  ['none', () => new Uint8Array(0)],
  ['more bytes', (bytes) => new Uint8Array(bytes + 1)],
  ['an array', (bytes) => Array.from({ length: bytes }, () => 1)],
  ['a string', (bytes) => 'x'.repeat(bytes)],
  ['wider numbers', (bytes) => new Uint16Array(bytes)],
  ['a buffer without a view', (bytes) => new ArrayBuffer(bytes)],
  ['something that claims to be bytes', (bytes) => ({ length: bytes, [Symbol.toStringTag]: 'Uint8Array' })],
  ['nothing', () => undefined],
  ['a promise', async (bytes) => new Uint8Array(bytes)],
])('%s is refused', (_, source) => {
  expect(() => checkedRandom(source as RandomSource)(16)).toThrow(
    new TypeError('random must give a Uint8Array of 16 bytes'),
  );
});

test('checking draws nothing by itself', () => {
  const source = vi.fn<RandomSource>(systemRandom);
  checkedRandom(source);
  expect(source).not.toHaveBeenCalled();
});
