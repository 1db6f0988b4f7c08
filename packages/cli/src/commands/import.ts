/** mfakit import: takes users over from another system. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Mfa } from '@mfakit/core';
import type { ReadRow, RowReport } from '@mfakit/import';
import type { Command } from 'commander';
import { EXIT, Failure } from '../failure.ts';
import { sourceNamed, valuesFor } from '../import-source.ts';
import { readInput, streamInput } from '../input.ts';
import { parseWhole } from '../instants.ts';
import { jsonLines } from '../json-lines.ts';
import { nextCommand } from '../next-command.ts';
import type { Row } from '../output.ts';
import { perform, type Ending, type Task } from '../task.ts';

interface Flags {
  readonly rows: string;
  readonly set: readonly string[];
  readonly secretFile: readonly string[];
  readonly dryRun?: true;
  readonly codes: boolean;
  readonly except?: string;
  readonly concurrency: string;
  readonly report?: string;
}

const collect = (value: string, others: readonly string[]): readonly string[] => [...others, value];

/** Registers the command. */
export function importUsers(program: Command): void {
  program
    .command('import')
    .description('take users over from another system (asks first); 3 if rows were skipped')
    .argument('<source>', 'the system, such as columns, better-auth or django-otp')
    .requiredOption('--rows <file>', 'its rows, as JSON or a JSON document a line; - for standard input')
    .option('--set <name=value>', 'an option of the source; several times', collect, [])
    .option('--secret-file <name=file>', 'a secret option of the source, from a file; several times', collect, [])
    .option('--dry-run', 'write nothing, and count what would be')
    .option('--no-codes', 'secrets alone, which takes minutes; run it again for the backup codes')
    .option('--except <file>', 'users to leave out, an id a line')
    .option('--concurrency <users>', 'users at a time, 1 to 64', '8')
    .option('--report <file>', 'write what became of each row, as JSON lines')
    .action((source: string, flags: Flags, command: Command) => perform(command, (task) => run(task, source, flags)));
}

async function run(task: Task, name: string, flags: Flags): Promise<Ending> {
  const concurrency = parseWhole('--concurrency', flags.concurrency, 1, 64);
  const source = await sourceNamed(name);
  const read = source.prepare(await valuesFor(source, flags));
  const except = flags.except === undefined ? undefined : new Set((await readInput(flags.except)).split(/\r?\n/));
  const mfa = await task.mfa();
  const dryRun = flags.dryRun === true;
  if (!dryRun)
    await task.confirm({ about: `Users of ${source.title} would be taken over into ${(await task.store()).name}.` });

  const { importAll } = await import('@mfakit/import');
  const importer: Pick<Mfa, 'importUser'> = { importUser: (user, how) => mfa.importUser(user, how, task.request) };
  const options = { dryRun, concurrency, signal: task.signal, except, backupCodes: flags.codes };
  const tally = createTally();
  await withReport(flags.report, async (keep) => {
    async function* rows(): AsyncGenerator<Row> {
      for await (const report of importAll(importer, documents(flags.rows, read), options)) {
        tally.add(report);
        await keep(report);
        task.progress.show(`${tally.rows()} rows`);
        if (task.out.json) yield { ...report };
      }
    }
    await task.out.rows('row', rows());
  });
  task.progress.clear();
  if (task.signal.aborted) {
    const again = nextCommand(`import ${name}`, { rows: flags.rows });
    throw new Failure(
      'interrupted',
      `Stopped after ${tally.rows()} rows. Run it again with the same flags, it changes nobody twice: ${again} …`,
      EXIT.interrupted,
    );
  }
  const counts = tally.counts();
  if (!task.out.json)
    await task.out.rows(
      'count',
      Object.entries(counts).map(([outcome, rows]) => ({ outcome, rows })),
    );
  if (dryRun) task.out.note('Nothing was written.');
  return { attention: tally.needsAttention(), counts };
}

async function* documents(file: string, read: (document: unknown) => Iterable<ReadRow>): AsyncGenerator<ReadRow> {
  for await (const { value } of jsonLines(streamInput(file))) yield* read(value);
}

/** Hands over what writes a line of the report; closes the file in the end. */
async function withReport(
  file: string | undefined,
  work: (keep: (report: RowReport) => Promise<void>) => Promise<void>,
): Promise<void> {
  if (file === undefined) return work(async () => undefined);
  const stream = createWriteStream(file, { mode: 0o600 });
  await once(stream, 'open');
  try {
    await work(async (report) => {
      if (!stream.write(`${JSON.stringify({ type: 'row', ...report })}\n`)) await once(stream, 'drain');
    });
  } finally {
    stream.end();
    await once(stream, 'close');
  }
}

/** Counts reports by their outcomes, reasons and warnings. */
function createTally() {
  const counts = new Map<string, number>();
  let rows = 0;
  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
  return {
    add(report: RowReport): void {
      rows += 1;
      count(report.outcome);
      if (report.outcome === 'skipped') count(`skipped ${report.reason}`);
      else if (report.outcome === 'failed') count(`failed ${report.error}`);
      else for (const warning of report.warnings) count(`warning ${warning}`);
    },
    rows: () => rows,
    counts: () => Object.fromEntries([...counts].toSorted(([one], [other]) => one.localeCompare(other))),
    needsAttention: () => counts.has('skipped') || counts.has('failed'),
  };
}
