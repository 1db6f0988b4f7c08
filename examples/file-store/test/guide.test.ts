import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('the guide shows this store, this test and this check, to the letter', () => {
  const blocks = [...read('docs/guide/write-a-store.md').matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
  expect(blocks).toEqual([
    read('examples/file-store/src/file-store.ts'),
    read('examples/file-store/test/conformance.test.ts'),
    read('examples/file-store/test/checked-file-store.ts'),
  ]);
});
