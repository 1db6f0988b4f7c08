/** mfakit exempt: no longer requires MFA of a user, for a while or altogether. */
import type { Command } from 'commander';
import { parseInstant } from '../instants.ts';
import { perform } from '../task.ts';
import { changeUsers, userCommand } from '../users.ts';

/** Registers the command. */
export function exempt(program: Command): void {
  userCommand(program, 'exempt', 'no longer require MFA of a user (asks first)')
    .option(
      '--until <instant>',
      'only until then, such as 2027-01-31T08:00Z or 30d; lifts what the application requires, too',
    )
    .action((user: string, { until }: { readonly until?: string }, command: Command) =>
      perform(command, async (task) => {
        const options = until === undefined ? {} : { until: parseInstant('--until', until, 1) };
        return changeUsers(task, {
          user,
          done: 'exempted',
          warning: 'Without a second factor they sign in with the password alone.',
          change: (mfa, userId) => mfa.exempt(userId, options, task.request),
        });
      }),
    );
}
