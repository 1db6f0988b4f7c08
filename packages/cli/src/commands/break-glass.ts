/** mfakit break-glass: for an emergency, nothing requires MFA of a user for some minutes. */
import type { Command } from 'commander';
import { parseWhole } from '../instants.ts';
import { perform } from '../task.ts';
import { changeUsers } from '../users.ts';

interface Flags {
  readonly minutes: string;
  readonly reason: string;
}

/** Registers the command. */
export function breakGlass(program: Command): void {
  program
    .command('break-glass')
    .description('in an emergency, require no MFA of a user for some minutes; loud (asks for the id again)')
    .argument('<user>', 'the id of a user')
    .requiredOption('--reason <text>', 'why, for the event')
    .option('--minutes <count>', 'how long, 1 to 60', '15')
    .action((user: string, { minutes: text, reason }: Flags, command: Command) =>
      perform(command, async (task) => {
        const minutes = parseWhole('--minutes', text, 1, 60);
        return changeUsers(task, {
          user,
          done: `exempted for ${minutes} minutes`,
          warning: 'What requires MFA of them is lifted, and your security team is told.',
          typeId: true,
          change: (mfa, userId) => mfa.breakGlass(userId, { minutes }, { ...task.request, reason }),
        });
      }),
    );
}
