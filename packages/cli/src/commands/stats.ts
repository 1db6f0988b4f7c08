/** mfakit stats: how many users there are, and how many in each state. */
import type { Command } from 'commander';
import { perform } from '../task.ts';

/** Registers the command. */
export function stats(program: Command): void {
  program
    .command('stats')
    .description('count the users: all, enrolled, by kind of factor, by state')
    .action((_flags: object, command: Command) =>
      perform(command, async ({ out, mfa }) => {
        const { users, enabled, kinds, states, unreadable } = await (await mfa('optional')).stats();
        const rows = Object.entries({
          users,
          enabled,
          ...prefixed('factor', kinds),
          ...prefixed('state', states),
          unreadable,
        });
        await out.rows(
          'count',
          rows.map(([what, count]) => ({ what, users: count })),
        );
        return { attention: unreadable > 0, counts: { users } };
      }),
    );
}

function prefixed(prefix: string, counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${prefix} ${name}`, count]));
}
