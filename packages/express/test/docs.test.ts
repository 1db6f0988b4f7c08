import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compilePage } from '../../http/test/guide-page.ts';

test('tsc compiles docs/guide/express.md', () => {
  expect(compilePage('docs/guide/express.md', join(import.meta.dirname, '..'))).toBe('');
});
