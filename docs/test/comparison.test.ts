/** docs/comparison.md is dated, and says nothing of others without their own words or a run; the runs are in packages/bench. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './pages.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 180;

const page = readFileSync(join(ROOT, 'docs/comparison.md'), 'utf8');

/** How old a page is, in days; not a number if it has no date. */
function ageOf(text: string, now: number): number {
  return (now - Date.parse(/^As of (\d{4}-\d\d-\d\d),/m.exec(text)?.[1] ?? '')) / DAY_MS;
}

test('it is not older than 180 days: look at the versions and the links again, run the test, and set the date', () => {
  expect(ageOf(page, Date.now())).toBeLessThan(MOST_DAYS);
});

test('an old date and none are found', () => {
  const now = Date.parse('2026-11-28');
  expect(ageOf('As of 2026-05-01, with x', now)).toBeGreaterThan(MOST_DAYS);
  expect(ageOf('with x', now)).toBeNaN();
});

/** What may stand about another product without a link: that it is no part of it, or what is plain from its kind. */
const PLAIN = new Set(['', 'not part of it', 'a service', 'your database', 'a library for the second step', 'yes']);

/** Cells about others that are neither linked, run on the page, nor plain. */
function unfounded(text: string): readonly string[] {
  const table = /## What each is\n([\s\S]*?)\n## /.exec(text)?.[1] ?? '';
  const rows = table.split('\n').filter((line) => line.startsWith('| ') && !/^\| *-|^\| +\|/.test(line));
  return rows.flatMap((line) => {
    const [, question = '', , ...others] = line.split('|').map((cell) => cell.trim());
    const claims = others.slice(0, 4).filter((cell) => !/\]\(https:\/\//.test(cell) && !cell.includes('see below'));
    // otplib computes the codes of authenticator apps: that is what it is.
    return claims.filter((cell) => !PLAIN.has(cell)).map((cell) => `${question}: ${cell}`);
  });
}

test('each cell about another product links to its own words, or was run', () => {
  expect(unfounded(page)).toEqual([]);
  expect(unfounded('## What each is\n\n| lock | yes | certainly | | | |\n\n## Next')).toEqual(['lock: certainly']);
});

test('it says when not to choose mfakit', () => {
  const [, reasons = ''] = /## When not to choose mfakit\n([\s\S]*?)\n## /.exec(page) ?? [];
  expect(reasons.split('\n').filter((line) => line.startsWith('- ')).length).toBeGreaterThan(4);
});
