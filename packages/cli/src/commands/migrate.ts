/** mfakit migrate: creates what is missing of the store's tables. */
import type { Command } from 'commander';
import { perform } from '../task.ts';

/** Registers the command. */
export function migrate(program: Command): void {
  program
    .command('migrate')
    .description('create what is missing of the tables of the store')
    .option('--outbox', 'the table of the outbox, too')
    .action(({ outbox = false }: { readonly outbox?: boolean }, command: Command) =>
      perform(command, async ({ out, store }) => {
        const { migrate: create, name } = await store();
        await create?.({ outbox });
        out.note(create === undefined ? `There is nothing to create in ${name}.` : `The tables are there in ${name}.`);
        return { counts: { migrated: create !== undefined } };
      }),
    );
}
