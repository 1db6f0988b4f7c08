/** mfakit forget: erases everything about a user whose account was deleted. */
import type { Command } from 'commander';
import { perform } from '../task.ts';
import { changeUsers, userCommand } from '../users.ts';

/** Registers the command. */
export function forget(program: Command): void {
  userCommand(
    program,
    'forget',
    'erase a user whose account was deleted, with every event (asks for the id again)',
  ).action((user: string, _flags: object, command: Command) =>
    perform(command, (task) =>
      changeUsers(task, {
        user,
        done: 'forgotten',
        warning:
          'Factors, backup codes and events go for good. If the account still exists, its password alone signs in.',
        typeId: true,
        change: (mfa, userId) => mfa.forget(userId, task.request),
      }),
    ),
  );
}
