import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { checkedRandom, inBlocks, isBytes, systemRandom, type RandomSource } from './random.ts';

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

test('in blocks no byte is given twice, none is left out, and what was given is wiped', () => {
  const drawn: Uint8Array[] = [];
  let next = 0;
  const source: RandomSource = (bytes) => {
    const block = new Uint8Array(new Uint16Array(bytes).buffer, 0, bytes);
    for (let i = 0; i < bytes; i++) block[i] = 1 + (next++ % 251);
    drawn.push(block);
    return block;
  };
  const random = inBlocks(source);
  const given = Array.from({ length: 64 }, () => random(16));
  expect(drawn).toHaveLength(1);
  expect(given.flatMap((bytes) => [...bytes])).toEqual(Array.from({ length: 1024 }, (_, i) => 1 + (i % 251)));
  expect(drawn[0]?.every((byte) => byte === 0)).toBe(true);
  // A draw that does not fit takes none of the block, and a long one goes by it.
  random(1000);
  expect([...random(32)]).toEqual(Array.from({ length: 32 }, (_, i) => 1 + ((2048 + i) % 251)));
  expect(random(65_536)).toHaveLength(65_536);
  expect(drawn).toHaveLength(4);
});

test('what was given stays as it is when more is drawn', () => {
  const random = inBlocks(systemRandom);
  const first = random(16);
  const copy = [...first];
  for (let i = 0; i < 200; i++) random(24);
  expect([...first]).toEqual(copy);
  expect(first.some((byte) => byte !== 0)).toBe(true);
});
