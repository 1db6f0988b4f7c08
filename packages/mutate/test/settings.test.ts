/** The command line of `npm run mutate`. */
import { expect, test } from 'vitest';
import { readSettings } from '../src/settings.ts';

test('without arguments: everything in core', () => {
  expect(readSettings([])).toMatchObject({
    package: 'core',
    sample: Infinity,
    seed: '1',
    only: null,
    jobs: 1,
    quick: Infinity,
    atLeast: 0,
  });
});

test('takes each of its options', () => {
  const args =
    '--package http --sample 200 --seed x --only 5,80 --baseline file.json --files routes/ --since main --jobs 2 --quick 3 --at-least 90 --list';
  expect(readSettings([...args.split(' '), '--despite-failures', '--warm'])).toEqual({
    package: 'http',
    sample: 200,
    seed: 'x',
    only: new Set([5, 80]),
    baseline: 'file.json',
    files: /routes\//,
    since: 'main',
    jobs: 2,
    quick: 3,
    atLeast: 90,
    despiteFailures: true,
    warm: true,
    list: true,
  });
});

test.each([
  ['--sample=0', '--sample must be'],
  ['--sample=many', '--sample must be'],
  ['--sample=', '--sample must be'],
  ['--only=1,x', '--only must be'],
  ['--only=0', '--only must be'],
  ['--jobs=0', '--jobs must be'],
  ['--quick=0', '--quick must be'],
  ['--at-least=-1', '--at-least must be'],
  ['--unknown', 'unknown'],
])('%s is refused', (argument, complaint) => {
  expect(() => readSettings([argument])).toThrow(complaint);
});
