/** Settings: what the command line asks for. */
import { parseArgs } from 'node:util';

/** What to change, and how to judge it. */
export interface Settings {
  readonly package: string;
  /** How many changes; `Infinity`: all. */
  readonly sample: number;
  readonly seed: string;
  /** Which of them to try, by the numbers that a run prints; `null`: all. */
  readonly only: ReadonlySet<number> | null;
  /** A file that keeps what came of the tests without any change, from one run to the next. */
  readonly baseline: string | undefined;
  readonly files: RegExp;
  readonly since: string | undefined;
  readonly jobs: number;
  /** Test files that take longer than so many seconds are left out: what the others notice is then a lower bound. */
  readonly quick: number;
  /** Whether one process runs the tests of all changes. */
  readonly warm: boolean;
  /** Percent of the changes that the tests must notice. */
  readonly atLeast: number;
  readonly despiteFailures: boolean;
  readonly list: boolean;
}

/**
 * Reads the arguments of the program.
 * @throws {TypeError | RangeError} if one is unknown or wrong
 */
export function readSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      package: { type: 'string', default: 'core' },
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      baseline: { type: 'string' },
      files: { type: 'string', default: '' },
      since: { type: 'string' },
      jobs: { type: 'string', default: '1' },
      quick: { type: 'string' },
      'at-least': { type: 'string', default: '0' },
      warm: { type: 'boolean', default: false },
      'despite-failures': { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
    },
  });
  return {
    package: values.package,
    sample: values.sample === undefined ? Infinity : number('sample', values.sample, 1),
    seed: values.seed,
    only: values.only === undefined ? null : new Set(values.only.split(',').map((each) => number('only', each, 1))),
    baseline: values.baseline,
    files: new RegExp(values.files),
    since: values.since,
    jobs: number('jobs', values.jobs, 1),
    quick: values.quick === undefined ? Infinity : number('quick', values.quick, 1),
    atLeast: number('at-least', values['at-least'], 0),
    despiteFailures: values['despite-failures'],
    warm: values.warm,
    list: values.list,
  };
}

function number(name: string, text: string, min: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min)) throw new RangeError(`--${name} must be a number from ${min} up`);
  return value;
}
