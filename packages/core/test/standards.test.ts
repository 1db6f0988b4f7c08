import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const PACKAGE = new URL('..', import.meta.url);

function read(path: string): string {
  return readFileSync(new URL(path, PACKAGE), 'utf8');
}

const page = read('../../docs/standards.md');
const ALL = Array.from({ length: 88 }, (_, i) => `R-${String(i + 1).padStart(2, '0')}`);

/** One line of the table. */
interface Row {
  readonly id: string;
  readonly deviates: boolean;
  readonly sources: string;
  readonly files: readonly string[];
  readonly tests: readonly string[];
}

const pathsIn = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);

const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| R-'))
  .map((line): Row => {
    const [, id = '', , sources = '', files, tests] = line.split('|').map((cell) => cell.trim());
    return { id: id.slice(0, 4), deviates: id.endsWith('*'), sources, files: pathsIn(files), tests: pathsIn(tests) };
  });

/** What is wrong with the row of a requirement; empty where nothing is. */
function complaintsAbout({ id, sources, files, tests }: Row): readonly string[] {
  const missing = [...files, ...tests].filter((path) => !existsSync(new URL(path, PACKAGE)));
  if (missing.length > 0) return missing.map((path) => `${path} does not exist`);
  return [
    ...(sources === '' ? ['no source'] : []),
    ...(files.length === 0 ? ['no file'] : []),
    ...(tests.length === 0 ? ['no test'] : []),
    ...tests.filter((path) => !new RegExp(`${id}\\b`).test(read(path))).map((path) => `${path} does not mention ${id}`),
  ];
}

test('every requirement has its row, in order and once', () => {
  expect(rows.map(({ id }) => id)).toEqual(ALL);
});

test.each(rows)('$id names a source, files that exist, and tests that name it', (row) => {
  expect(complaintsAbout(row)).toEqual([]);
});

test('every deviation has its reason, and is marked in the table', () => {
  const explained = [...page.matchAll(/^- \*\*(R-\d\d)\*\* \S/gm)].map(([, id]) => id);
  expect(rows.filter(({ deviates }) => deviates).map(({ id }) => id)).toEqual(explained);
});

describe('a row that is wrong is found', () => {
  const sound: Row = {
    id: 'R-01',
    deviates: false,
    sources: 'RFC',
    files: ['src/mfa.ts'],
    tests: ['src/factors/totp/hotp.test.ts'],
  };
  test.each([
    ['src/none.ts does not exist', { ...sound, files: ['src/none.ts'] }],
    ['test/none.test.ts does not exist', { ...sound, tests: ['test/none.test.ts'] }],
    ['src/factors/totp/hotp.test.ts does not mention R-66', { ...sound, id: 'R-66' }],
    ['no source', { ...sound, sources: '' }],
    ['no file', { ...sound, files: [] }],
    ['no test', { ...sound, tests: [] }],
  ])('%s', (complaint, row) => {
    expect(complaintsAbout(row)).toEqual([complaint]);
  });
});
