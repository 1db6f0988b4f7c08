/** Every benchmark still runs, and what it finds can be printed; how fast anything is decides nothing here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { BENCHES, ON_REQUEST } from '../src/benches.ts';
import { thisMachine } from '../src/machine.ts';
import { page } from '../src/markdown.ts';

const all = [...BENCHES, ...ON_REQUEST];

// Most of a minute in all: the first does, and `MFAKIT_TEST_LONG=1` takes them all.
const tried = process.env['MFAKIT_TEST_LONG'] === '1' ? all : all.slice(0, 1);

test.each(tried.map((bench) => [bench.name, bench] as const))('%s', { timeout: 60_000 }, async (_name, bench) => {
  const findings = await bench.run({ smoke: true, seconds: 0.2, against: null });
  const cells = findings.tables.flatMap(({ head, rows }) => {
    for (const row of rows) expect(row, 'a row is as long as its head').toHaveLength(head.length);
    return rows.flat();
  });
  expect(cells.length).toBeGreaterThan(0);
  expect(
    cells.concat(findings.targets.map(({ figure }) => figure)).filter((text) => /NaN|undefined|Infinity/.test(text)),
  ).toEqual([]);

  const text = page([{ bench, machine: thisMachine(), findings }]);
  for (const { work, target, figure } of findings.targets) {
    expect(text).toContain(`| ${work} | ${target} | ${figure} |`);
  }
});

test('names are unique, so that each can be asked for', () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

test('the page on sizing shows the native hasher that is measured here', () => {
  const [, code] = textOf('../src/peers/native-hasher.ts').split(' */\n');
  expect(textOf('../../../docs/operate/sizing.md')).toContain(code);
});

test('no file of another package is imported by its path: what is measured has a public name', () => {
  const folder = join(import.meta.dirname, '../src');
  const files = ['', 'benches', 'peers']
    .flatMap((below) => readdirSync(join(folder, below)).map((name) => join(below, name)))
    .filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(20);
  const paths = files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const found = [...text.matchAll(/(?:from |import\(|import |require\(|URL\()['"`](\.[^'"`]*\.[jt]s)['"`]/g)];
    return found.map(([, path = '']) => ({ file, leadsTo: relative(folder, join(folder, file, '..', path)) }));
  });
  expect(paths.length).toBeGreaterThan(50);
  expect(paths.filter(({ leadsTo }) => leadsTo.startsWith('..'))).toEqual([]);
});

function textOf(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}
