/** mfakit unlock: lifts a lock. */
import type { Command } from 'commander';
import { perform } from '../task.ts';
import { changeUsers, userCommand } from '../users.ts';

/** Registers the command. */
export function unlock(program: Command): void {
  userCommand(
    program,
    'unlock',
    'lift the lock of a user, and forget their wrong codes and passwords (asks first)',
  ).action((user: string, _flags: object, command: Command) =>
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
