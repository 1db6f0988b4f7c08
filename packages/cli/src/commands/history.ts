/** mfakit history: the events of a user, newest first. */
import type { Mfa, MfaEvent } from '@mfakit/core';
import type { Command } from 'commander';
import { parseWhole } from '../instants.ts';
import type { Row } from '../output.ts';
import { perform } from '../task.ts';

const PAGE = 200;

/** Registers the command. */
export function history(program: Command): void {
  program
    .command('history')
    .description('show the events of a user, newest first')
    .argument('<user>', 'the id of a user')
    .option('--limit <count>', 'how many', '50')
    .option('--before <seq>', 'only those with a lower number')
    .action((user: string, flags: { readonly limit: string; readonly before?: string }, command: Command) =>
      perform(command, async ({ out, mfa }) => {
        const limit = parseWhole('--limit', flags.limit, 1, Number.MAX_SAFE_INTEGER);
        const before =
          flags.before === undefined ? undefined : parseWhole('--before', flags.before, 1, Number.MAX_SAFE_INTEGER);
        const events = await out.rows('event', rows(await mfa('optional'), user, limit, before));
        return { counts: { events } };
      }),
    );
}

async function* rows(mfa: Mfa, userId: string, limit: number, newest: number | undefined): AsyncGenerator<Row> {
  let before = newest;
  for (let left = limit; left > 0;) {
    const page = await mfa.history(userId, { limit: Math.min(left, PAGE), ...(before !== undefined && { before }) });
    yield* page.map(toRow);
    before = page.at(-1)?.seq;
    left -= page.length;
    if (before === undefined) return;
  }
}

/** What has a column of its own, or is the same in each row. */
const COLUMNS = ['userId', 'seq', 'at', 'type', 'actor', 'ip', 'userAgent'];

function toRow(event: MfaEvent): Row {
  const { seq, at, type, actor = null, ip = null, userAgent = null } = event;
  const details = Object.fromEntries(Object.entries(event).filter(([name]) => !COLUMNS.includes(name)));
  return { seq, at: new Date(at), event: type, actor, ip, userAgent, details };
}
