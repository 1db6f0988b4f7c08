/** mfakit enforce: requires MFA of a user. */
import type { Command } from 'commander';
import { parseInstant } from '../instants.ts';
import { perform } from '../task.ts';
import { changeUsers, userCommand } from '../users.ts';

/** Registers the command. */
export function enforce(program: Command): void {
  userCommand(program, 'enforce', 'require MFA of a user')
    .option('--from <instant>', 'from then on, such as 2027-01-31T08:00Z or 14d (default: now)')
    .action((user: string, { from }: { readonly from?: string }, command: Command) =>
      perform(command, async (task) => {
        const options = from === undefined ? {} : { from: parseInstant('--from', from, 1) };
        const change = { user, done: 'enforced', warning: null };
        return changeUsers(task, {
          ...change,
          change: (mfa, userId) => mfa.enforce(userId, options, task.request),
        });
      }),
    );
}
