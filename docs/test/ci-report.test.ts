import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT } from './pages.ts';

type Status = 'passed' | 'failed' | 'skipped';

/** What vitest writes: the statuses of the tests in each file; a file alone may fail too. */
function vitestReport(...files: readonly (readonly Status[] | 'broken')[]): string {
  const all = files.flatMap((file) => (file === 'broken' ? [] : file));
  return JSON.stringify({
    numPassedTests: all.filter((status) => status === 'passed').length,
    numFailedTests: all.filter((status) => status === 'failed').length,
    testResults: files.map((file, index) => ({
      name: `file-${index}.test.ts`,
      status: file === 'broken' || file.includes('failed') ? 'failed' : 'passed',
      assertionResults: file === 'broken' ? [] : file.map((status, i) => ({ status, fullName: `test ${i}` })),
    })),
  });
}

/** The lines that `.ci/report.mjs` prints for files by their paths, and the status it ends with. */
function report(files: Readonly<Record<string, string>>): {
  readonly lines: readonly string[];
  readonly status: unknown;
} {
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-report-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ['tests', 'checks']) mkdirSync(join(folder, name));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  const { stdout, status } = spawnSync(process.execPath, [join(ROOT, '.ci/report.mjs'), folder], { encoding: 'utf8' });
  return { lines: stdout.trimEnd().split('\n'), status };
}

const good = {
  'tests/a.status': '0\n',
  'tests/a.json': vitestReport(['passed', 'skipped'], ['passed']),
};

test('all runs and checks are summed into the last line', () => {
  const { lines, status } = report({
    ...good,
    'tests/b.status': '0\n',
    'tests/b.json': vitestReport(['passed']),
    'checks/check:lint': '0\n',
  });
  expect(lines.at(-1)).toBe('4 passed, 0 failed');
  expect(status).toBe(0);
  expect(lines).toContain('  skipped: test 1');
});

const FAILURE = /^ {2}(test 1|file-1\.test\.ts|an error outside|no test ran|it did not end)/;

test.each([
  ['a test failed', '1\n', vitestReport(['passed', 'failed']), '3 passed, 1 failed'],
  ['a file did not load', '1\n', vitestReport(['passed'], 'broken'), '3 passed, 1 failed'],
  ['an error outside the tests', '1\n', vitestReport(['passed']), '3 passed, 1 failed'],
  ['no test ran', '0\n', vitestReport(), '2 passed, 1 failed'],
  ['every test was skipped', '0\n', vitestReport(['skipped']), '2 passed, 1 failed'],
  ['the report is empty', '137\n', '', '2 passed, 1 failed'],
])('%s: the other runs do not hide it', (_name, runStatus, text, last) => {
  const { lines, status } = report({ ...good, 'tests/b.status': runStatus, 'tests/b.json': text });
  expect(lines.at(-1)).toBe(last);
  // What failed is named, however far up the output of vitest is.
  expect(lines.some((line) => FAILURE.test(line))).toBe(true);
  expect(status).toBe(1);
});

test('what failed is told at the end, with what it said', () => {
  const failed = JSON.parse(vitestReport(['failed', 'skipped'])) as {
    testResults: { assertionResults: { failureMessages?: string[] }[] }[];
  };
  Object.assign(failed.testResults[0]?.assertionResults[0] ?? {}, { failureMessages: ['Error: seed 7\n    at a.ts'] });
  const { lines } = report({
    ...good,
    'tests/0.status': '1\n',
    'tests/0.json': JSON.stringify(failed),
    'checks/z': '0',
  });
  expect(lines.slice(-5)).toEqual([
    'FAILED 0: 0 passed, 1 failed, 1 skipped',
    '  test 0',
    '    Error: seed 7',
    '        at a.ts',
    '3 passed, 1 failed',
  ]);
});

test('an error outside the tests is told as vitest printed it', () => {
  const printed = ['all fine', '⎯⎯ Unhandled Errors ⎯⎯', 'Error: a worker ended', 'bye'].join('\n');
  const { lines } = report({
    ...good,
    'tests/b.status': '1\n',
    'tests/b.json': vitestReport(['passed']),
    'tests/b.log': printed,
  });
  expect(lines).toContain('Error: a worker ended');
  expect(lines).not.toContain('all fine');
});

test('a run that could not begin has failed', () => {
  expect(report({ ...good, 'tests/b.status': '1\n' }).lines.at(-1)).toBe('2 passed, 1 failed');
});

test('a check that failed counts, and so does it when nothing was run', () => {
  expect(report({ ...good, 'checks/check:lint': '1\n' }).lines.slice(-2)).toEqual([
    'FAILED check:lint',
    '2 passed, 1 failed',
  ]);
  expect(report({}).lines.at(-1)).toBe('0 passed, 1 failed');
});
