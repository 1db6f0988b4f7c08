import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { compilePage } from '../../http/test/guide-page.ts';
import { createProgram } from '../src/program.ts';

const PAGE = 'docs/operate/cli.md';
const text = readFileSync(join(import.meta.dirname, '../../..', PAGE), 'utf8');
const { commands, options } = createProgram();

/** Groups are known by their commands. */
const leaves = (command: Command): readonly Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);

const nameOf = (command: Command): string =>
  command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name();

test(`tsc compiles ${PAGE}`, { timeout: 120_000 }, () => {
  expect(compilePage(PAGE, join(import.meta.dirname, '..'))).toBe('');
});

test('the page has a row for every command, and no other', () => {
  const [table = ''] = text.slice(text.indexOf('## Commands')).split('| flag ');
  const named = [...table.matchAll(/^\| `([a-z][a-z-]*(?: (?:status|preview|retry|drop)\b)?)/gm)].map(
    ([, name]) => name,
  );
  const known = commands.flatMap(leaves).map(nameOf);
  expect(new Set(named)).toEqual(new Set(known));
});

test('the page names every flag', () => {
  const flags = [...options, ...commands.flatMap(leaves).flatMap((command) => command.options)].map(({ long }) => long);
  const missing = flags.filter((flag) => flag !== '--version' && !new RegExp(`${flag}\\b`).test(text));
  expect(missing).toEqual([]);
});

test('the page names every exit code', () => {
  for (const code of [0, 1, 2, 3, 4, 130]) expect(text).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'));
});
