import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SOURCES = join(import.meta.dirname, '../../src');
const FACTORS = join(SOURCES, 'factors');

/** The folders of the kinds, by what their `stored.ts` calls them. */
const kinds = readdirSync(FACTORS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    const stored = readFileSync(join(FACTORS, name, 'stored.ts'), 'utf8');
    return { folder: `factors/${name}/`, literal: /export const [A-Z_]+ = '(\w+)';/.exec(stored)?.[1] ?? '' };
  });

function sourceFiles(folder = ''): readonly string[] {
  return readdirSync(join(SOURCES, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? sourceFiles(`${folder}${entry.name}/`) : [`${folder}${entry.name}`],
  );
}

/** Where a file names a kind that is not its own, as `line: text`. */
function foreignLiterals(path: string, text: string): readonly string[] {
  const foreign = kinds.filter(({ folder }) => !path.startsWith(folder)).map(({ literal }) => literal);
  return text
    .split('\n')
    .map((line, at) => `${at + 1}: ${line.trim()}`)
    .filter((line) => !/^\d+: (?:\/?\*|\/\/)/.test(line))
    .filter((line) => foreign.some((literal) => new RegExp(`['"\`]${literal}['"\`]`).test(line)));
}

test('every kind has a name', () => {
  expect(kinds.map(({ literal }) => literal).sort()).toEqual(['backup_code', 'totp', 'webauthn']);
});

const LIST = 'factors/factor-kinds.ts';

test.each(sourceFiles().filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && path !== LIST))(
  '%s names no kind of factor but its own',
  (path) => {
    expect(foreignLiterals(path, readFileSync(join(SOURCES, path), 'utf8'))).toEqual([]);
  },
);

test('a literal elsewhere is found', () => {
  expect(foreignLiterals('mfa.ts', "a;\nif (kind === 'totp') b;")).toEqual(["2: if (kind === 'totp') b;"]);
  expect(foreignLiterals('factors/totp/x.ts', 'method: "backup_code",')).toHaveLength(1);
  expect(foreignLiterals('factors/totp/x.ts', "method: 'totp',\n// 'backup_code'")).toEqual([]);
});
