/** mfakit policy: what a policy would mean for your users, before it is in force. */
import type { Mfa } from '@mfakit/core';
import type { PreviewedUser } from '@mfakit/policy';
import type { Command } from 'commander';
import { usage } from '../failure.ts';
import { readInput, streamInput } from '../input.ts';
import { jsonLines } from '../json-lines.ts';
import { perform, type Ending, type Task } from '../task.ts';

interface Flags {
  readonly policy: string;
  readonly users: string;
}

/** Registers the commands. */
export function policy(program: Command): void {
  program
    .command('policy')
    .description('look at a policy')
    .command('preview')
    .description('count, rule by rule, what a policy would mean today; 3 if it would shut somebody out')
    .requiredOption('--policy <file>', 'the policy, as JSON')
    .requiredOption('--users <file>', 'lines of JSON such as {"userId":"ann","groups":["staff"]}; - for standard input')
    .action((flags: Flags, command: Command) => perform(command, (task) => show(task, flags)));
}

async function show(task: Task, { policy: file, users }: Flags): Promise<Ending> {
  const { factsOf, preview, readPolicy } = await import('@mfakit/policy');
  const rules = readPolicy(JSON.parse(await readInput(file)));
  const mfa = await task.mfa('optional');
  async function* previewed(): AsyncGenerator<PreviewedUser> {
    for await (const { line, value } of jsonLines(streamInput(users))) {
      const { userId, groups } = userOf(value, line);
      yield { userId, facts: factsOf(await mfa.status(userId), groups) };
    }
  }
  const rows = await preview(rules, previewed(), now(mfa));
  await task.out.rows(
    'rule',
    rows.map((row) => ({ ...row, rule: row.rule ?? 'none fits' })),
  );
  const shutOut = rows.reduce((sum, row) => sum + row.shutOut, 0);
  if (shutOut > 0)
    task.out.note(`${shutOut} users have no second factor and would have to enroll at their next sign-in.`);
  return { attention: shutOut > 0, counts: { shutOut } };
}

function now(mfa: Mfa): Date {
  return new Date(mfa.clock());
}

function userOf(value: unknown, line: number): { readonly userId: string; readonly groups: readonly string[] } {
  const { userId, groups }: { readonly userId?: unknown; readonly groups?: unknown } = Object(value);
  if (typeof userId !== 'string' || !Array.isArray(groups) || !groups.every((group) => typeof group === 'string')) {
    throw usage(`Line ${line} of the users must have userId, a text, and groups, a list of texts.`);
  }
  return { userId, groups };
}
