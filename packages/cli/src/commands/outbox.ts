/** mfakit outbox: what waits to be told, and entries that nobody tries any more. */
import type { Outbox } from '@mfakit/core';
import type { Command } from 'commander';
import { Failure } from '../failure.ts';
import { isLate } from '../outbox-age.ts';
import type { Row } from '../output.ts';
import { perform, type Ending, type Task } from '../task.ts';

/** Parked entries that are shown. */
const SHOWN = 100;

/** Registers the commands. */
export function outbox(program: Command): void {
  const group = program.command('outbox').description('look after the events that wait to be told');
  group
    .command('status', { isDefault: true })
    .description('count what waits and what is parked, and list what is parked; 3 if something is parked or late')
    .action((_flags: object, command: Command) => perform(command, showStatus));
  group
    .command('retry')
    .description('try an entry again, now')
    .argument('<id>', 'the id of an entry')
    .action((id: string, _flags: object, command: Command) =>
      perform(command, async (task) => {
        if (!(await (await outboxOf(task)).retry(id, new Date(), 'tried again by an operator'))) throw unknown();
        return { counts: { retried: 1 } };
      }),
    );
  group
    .command('drop')
    .description('remove an entry: nobody is told of it any more (asks first)')
    .argument('<id>', 'the id of an entry')
    .action((id: string, _flags: object, command: Command) =>
      perform(command, async (task) => {
        const entries = await outboxOf(task);
        await task.confirm({
          about: `Entry ${id} of ${(await task.store()).name} would be removed, and its user not told.`,
        });
        if (!(await entries.drop(id))) throw unknown();
        return { counts: { dropped: 1 } };
      }),
    );
}

async function showStatus(task: Task): Promise<Ending> {
  const entries = await outboxOf(task);
  const { waiting, parked, oldest } = await entries.stats();
  await task.out.details('outbox', { waiting, parked, oldest });
  if (parked > 0) await task.out.rows('parked', rows(entries));
  const late = isLate(oldest);
  if (late) task.out.note('The oldest entry waits for more than 15 minutes: is a worker running?');
  return { attention: late || parked > 0, counts: { waiting, parked } };
}

async function* rows(entries: Outbox): AsyncGenerator<Row> {
  for (const { id, event, tries, error } of await entries.parked(SHOWN)) {
    yield { id, user: event.userId, event: event.type, at: new Date(event.at), tries, error };
  }
}

async function outboxOf({ store: open }: Task): Promise<Outbox> {
  const { store, name } = await open();
  if (store.outbox === undefined)
    throw new Failure('no_outbox', `There is no outbox in ${name}. Create one with: mfakit migrate --outbox`);
  return store.outbox;
}

function unknown(): Failure {
  return new Failure('unknown_entry', 'There is no such entry.');
}
