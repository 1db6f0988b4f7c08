/** mfakit prune: removes old events. */
import type { Command } from 'commander';
import { Failure } from '../failure.ts';
import { parseInstant } from '../instants.ts';
import { perform } from '../task.ts';

/** Registers the command. */
export function prune(program: Command): void {
  program
    .command('prune')
    .description('remove old events of all users; records stay (asks first)')
    .requiredOption('--before <instant>', 'older than this, such as 90d or 2027-01-31')
    .action(({ before: text }: { readonly before: string }, command: Command) =>
      perform(command, async ({ out, store: open, confirm }) => {
        const before = parseInstant('--before', text, -1);
        const { store, name } = await open();
        if (store.pruneEvents === undefined) throw new Failure('not_offered', `${name} cannot prune events.`);
        await confirm({ about: `Events from before ${before.toISOString()} would be removed from ${name} for good.` });
        const removed = await store.pruneEvents({ before });
        await out.rows('prune', [{ removed }]);
        return { counts: { removed } };
      }),
    );
}
