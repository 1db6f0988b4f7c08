import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { readPages, ROOT } from './pages.ts';

const pages = readPages();
const textOf = (path: string): string => pages.find((page) => page.path === path)?.text ?? '';
const matches = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');

test('docs/operate/events.md has a row for every type of event', () => {
  const source = readFileSync(join(ROOT, 'packages/core/src/events.ts'), 'utf8');
  const types = matches(source, /readonly type: '(\w+)'/g);
  expect(types.length).toBeGreaterThan(10);
  expect(matches(textOf('docs/operate/events.md'), /^\| `(\w+)`/gm)).toEqual(types);
});

test('the README names every package that can be installed, and no other', () => {
  const folders = readdirSync(join(ROOT, 'packages')).filter((folder) => {
    const manifest = join(ROOT, 'packages', folder, 'package.json');
    if (!existsSync(manifest) || !existsSync(join(ROOT, 'packages', folder, 'src/index.ts'))) return false;
    return !('private' in (JSON.parse(readFileSync(manifest, 'utf8')) as object));
  });
  expect(matches(textOf('README.md'), /^\| \[`@mfakit\/([\w-]+)`\]/gm).toSorted()).toEqual(folders.toSorted());
});

test('docs/README.md leads to every other page of docs/', () => {
  const linked = matches(textOf('docs/README.md'), /\]\(([^)]+\.md)\)/g).map((target) => posix.join('docs', target));
  const others = pages.map(({ path }) => path).filter((path) => !['README.md', 'docs/README.md'].includes(path));
  expect([...linked].sort()).toEqual([...others].sort());
});
