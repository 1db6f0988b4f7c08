/** mfakit reset: removes everything that a user could prove the second step with. */
import type { Command } from 'commander';
import { perform } from '../task.ts';
import { changeUsers } from '../users.ts';

/** Registers the command. */
export function reset(program: Command): void {
  program
    .command('reset')
    .description('remove every factor and backup code of a user who lost them (asks for the id again)')
    .argument('<user>', 'the id of a user, or - for ids on standard input')
    .option('--reason <text>', 'why, for the events')
    .action((user: string, _flags: object, command: Command) =>
      perform(command, (task) =>
        changeUsers(task, {
          user,
          done: 'reset',
          warning: 'Every factor and backup code goes: the password alone signs in until they enroll again.',
          typeId: true,
          change: (mfa, userId) => mfa.reset(userId, task.request),
        }),
      ),
    );
}
