/** Markdown: formats findings as a section, and all results as docs/benchmarks.md. */
import type { Bench, Findings, Table, Target } from './bench.ts';
import { measuredVersions, type Machine } from './machine.ts';
import type { Result } from './results.ts';

/** A result, with its benchmark. */
export interface KeptResult extends Result {
  readonly bench: Bench;
}

/** The findings of one benchmark, as printed and as written. */
export function section(title: string, { text, tables, targets }: Findings): string {
  return [`## ${title}`, ...text, ...tables.map(tableText), ...targetBlock(targets)].join('\n\n');
}

/** The whole page. */
export function page(results: readonly KeptResult[]): string {
  const versions = measuredVersions().map(([name, version]) => `${name} ${version}`);
  return `${[
    '# Benchmarks',
    '<!-- Written by `npm run bench -- --write`. Do not edit. -->',
    '**For operators, and for whoever chooses:** by the end of this page you know how fast everything is, beside floors and peers.',
    'Each benchmark has a process of its own. Its candidates are measured there in turn, round by round; figures are medians, ratios are medians of the ' +
      "rounds' own ratios. Absolute figures drift with the machine by a quarter and more, ratios hold. " +
      '`npm run bench` runs them all but `runtimes`, `npm run bench -- totp verify` some of them; ' +
      '`--against COMMIT` compares `verify` and `http` with an earlier commit, and `--seconds 600` soaks for ten minutes.',
    `Measured against ${versions.join(', ')}.`,
    '## Targets',
    targetTable(results.flatMap(({ bench, findings }) => findings.targets.map((target) => ({ bench, ...target })))),
    ...results.map(({ bench, machine, findings }) => {
      const [heading = '', ...rest] = section(bench.title, { ...findings, targets: [] }).split('\n\n');
      return [heading, where(bench, machine), ...rest].join('\n\n');
    }),
    'Next: [Sizing](operate/sizing.md)',
  ].join('\n\n')}\n`;
}

function where({ name }: Bench, { date, runtime, cores, cpu }: Machine): string {
  return `\`npm run bench -- ${name}\`: ${date}, ${runtime}, ${cores} cores of ${cpu}.`;
}

function targetTable(targets: readonly (Target & { readonly bench: Bench })[]): string {
  return tableText({
    head: ['work', 'target', 'figure', 'met', 'what bounds it'],
    rows: targets.map(({ work, target, figure, met, bound }) => [
      work,
      target,
      figure,
      met ? 'yes' : '**no**',
      met ? '' : (bound ?? ''),
    ]),
  });
}

function targetBlock(targets: readonly Target[]): readonly string[] {
  return targets.map(
    ({ work, target, figure, met, bound }) =>
      `${met ? 'met' : 'NOT MET'}: ${work}, ${target}: ${figure}${met || bound === undefined ? '' : ` (${bound})`}`,
  );
}

function tableText({ head, rows, note }: Table): string {
  const text = [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
  return note === undefined ? text : `${text}\n\n${note}`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
