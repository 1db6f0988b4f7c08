import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compilePage } from '../../http/test/guide-page.ts';

test('tsc compiles docs/guide/hono.md', () => {
  expect(compilePage('docs/guide/hono.md', join(import.meta.dirname, '..'))).toBe('');
});
