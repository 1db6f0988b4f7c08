import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { filesUnder } from './files-under.ts';
import { ROOT } from './pages.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

// One link each: with two, a listing that follows them doubles with every round, and this test would not end either.
test.each(['guide', 'node_modules/@mfakit'])('a link in %s that leads in a circle is not followed', (holder) => {
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-files-'));
  folders.push(folder);
  for (const name of ['guide', 'node_modules/@mfakit', 'dist']) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['a.md', 'guide/b.md', 'node_modules/c.md', 'dist/d.md']) writeFileSync(join(folder, name), '');
  symlinkSync(folder, join(folder, holder, 'circle'), 'junction');
  const found = filesUnder(folder).map((path) => relative(folder, path));
  expect(found.toSorted()).toEqual(['a.md', join('guide', 'b.md')]);
});

/** A call that lists a folder with everything below it, or expands a pattern as Node does. */
const RECURSIVE_LISTING = /\b(?:readdir|opendir)(?:Sync)?\([^;]*?\brecursive:|\bfs\w*\.glob|\bglob(?:Sync)?\(/;

test('no source lists a folder recursively, which never ends on Node 22 and later where links lead in a circle', () => {
  const sources = ['packages', 'examples', 'docs', '.ci']
    .flatMap((name) => filesUnder(join(ROOT, name)))
    .filter((path) => /\.[cm]?[jt]s$/.test(path) && path !== import.meta.filename);
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((path) => RECURSIVE_LISTING.test(readFileSync(path, 'utf8')))).toEqual([]);
});

test.each([
  'readdirSync(root, { recursive: true })',
  "await readdir(join(ROOT, 'docs'), {\n  withFileTypes: true,\n  recursive: true,\n})",
  "globSync('**/*.md')",
])('such a call is found: %s', (call) => {
  expect(RECURSIVE_LISTING.test(call)).toBe(true);
});
