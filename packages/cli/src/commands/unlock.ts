/** mfakit unlock: lifts a lock. */
import type { Command } from 'commander';
import { perform } from '../task.ts';
import { changeUsers } from '../users.ts';

/** Registers the command. */
export function unlock(program: Command): void {
  program
    .command('unlock')
    .description('lift the lock of a user, and forget their wrong codes and passwords (asks first)')
    .argument('<user>', 'the id of a user, or - for ids on standard input')
    .option('--reason <text>', 'why, for the events')
    .action((user: string, _flags: object, command: Command) =>
      perform(command, (task) =>
        changeUsers(task, {
          user,
          done: 'unlocked',
          warning: 'Whoever was guessing may go on.',
          change: (mfa, userId) => mfa.unlock(userId, task.request),
        }),
      ),
    );
}
