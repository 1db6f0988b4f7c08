/** docs/threat-model.md: every threat has a control, and a test that exists or a reason why it is accepted. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './pages.ts';

/** A row of a table of threats. */
interface Threat {
  readonly threat: string;
  readonly control: string;
  readonly test: string;
}

function threatsOf(page: string): readonly Threat[] {
  return page
    .split(/^### /m)
    .slice(1)
    .flatMap((section) =>
      section.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:threat |-)/.test(line)),
    )
    .map((line) => {
      const [, threat = '', control = '', named = ''] = line.split('|').map((cell) => cell.trim());
      return { threat, control, test: named };
    });
}

/** What is wrong with a row; empty if nothing is. */
function complaintsAbout({ control, test: named }: Threat): readonly string[] {
  if (control.startsWith('_accepted_: ')) return named === '' ? [] : ['accepted, and tested?'];
  const [, file = '', title = ''] = /^`([^`]+)`: "(.+)"$/.exec(named) ?? [];
  if (control === '') return ['no control'];
  if (file === '') return ['no test'];
  if (!existsSync(join(ROOT, file))) return [`${file} does not exist`];
  // A title may be written with a quote of the other kind.
  const source = readFileSync(join(ROOT, file), 'utf8').replaceAll("\\'", "'");
  return source.includes(title) ? [] : [`${file} has no test "${title}"`];
}

const tested = (named: string, control = 'a control'): Threat => ({ threat: 'x', control, test: named });

const page = readFileSync(join(ROOT, 'docs/threat-model.md'), 'utf8');
const threats = threatsOf(page);

test.each(threats)('$threat', (row) => {
  expect(complaintsAbout(row)).toEqual([]);
});

test('every attacker has threats, and there is no other', () => {
  const attackers = [...page.matchAll(/^\| \*\*(\w+)\*\*/gm)].map(([, name]) => name);
  expect([...page.matchAll(/^### (\w+)$/gm)].map(([, name]) => name)).toEqual(attackers);
  expect(threats.length).toBeGreaterThan(35);
});

test('what is wrong is found', () => {
  const file = 'packages/core/test/factors/replay.test.ts';
  expect(complaintsAbout(tested(`\`${file}\`: "no such title"`))).toEqual([`${file} has no test "no such title"`]);
  expect(complaintsAbout(tested('`packages/nothing.test.ts`: "x"'))).toEqual([
    'packages/nothing.test.ts does not exist',
  ]);
  expect(complaintsAbout(tested(''))).toEqual(['no test']);
  expect(complaintsAbout(tested('', ''))).toEqual(['no control']);
  expect(complaintsAbout(tested('', '_accepted_: a reason'))).toEqual([]);
});
