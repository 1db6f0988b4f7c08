/** mfakit list: the users in a state, those of a key, or those without MFA among ids on standard input. */
import type { Mfa, UserFilter, UserState } from '@mfakit/core';
import type { Command } from 'commander';
import { usage } from '../failure.ts';
import { userIdsIn } from '../input.ts';
import { parseWhole } from '../instants.ts';
import type { Row } from '../output.ts';
import { perform, type Ending, type Task } from '../task.ts';

/** Words of the command line by the states of the core. */
const STATES: Readonly<Record<string, UserState>> = {
  locked: 'locked',
  'locked-until-unlock': 'locked_until_unlock',
  overdue: 'overdue',
  'few-codes': 'few_codes',
  'short-secret': 'short_secret',
};
const WITHOUT_MFA = 'without-mfa';

/** Users on one page: the most that the core gives. */
const PAGE = 500;

interface Flags {
  readonly key?: string;
  readonly limit?: string;
}

/** Registers the command. */
export function list(program: Command): void {
  program
    .command('list')
    .description('list users')
    .argument(
      '[state]',
      `${Object.keys(STATES).join(', ')}; ${WITHOUT_MFA}: those without, among ids on standard input`,
    )
    .option('--key <id>', 'of whom something is sealed under this key, by its id in mfakit keys')
    .option('--limit <count>', 'how many at most')
    .action((state: string | undefined, flags: Flags, command: Command) =>
      perform(command, (task) => print(task, state, flags)),
    );
}

async function print(task: Task, state: string | undefined, { key, limit }: Flags): Promise<Ending> {
  const most = limit === undefined ? Infinity : parseWhole('--limit', limit, 1, Number.MAX_SAFE_INTEGER);
  const filter = filterOf(state, key);
  const mfa = await task.mfa('optional');
  const unreadable = { count: 0 };
  const rows = filter === WITHOUT_MFA ? withoutMfa(mfa) : listed(mfa, filter, unreadable);
  const users = await task.out.rows('user', first(most, rows));
  if (unreadable.count > 0)
    task.out.note(`${unreadable.count} records cannot be read; who they are is not known here.`);
  return { attention: unreadable.count > 0, counts: { users, unreadable: unreadable.count } };
}

function filterOf(state: string | undefined, key: string | undefined): UserFilter | typeof WITHOUT_MFA {
  if ((state === undefined) === (key === undefined))
    throw usage('Say which users: a state, or --key with the id of a key.');
  if (key !== undefined) return { key };
  if (state === WITHOUT_MFA) return WITHOUT_MFA;
  const known = Object.hasOwn(STATES, state ?? '') ? STATES[state ?? ''] : undefined;
  if (known === undefined) throw usage(`The state must be one of ${[...Object.keys(STATES), WITHOUT_MFA].join(', ')}.`);
  return { state: known };
}

async function* listed(mfa: Mfa, filter: UserFilter, unreadable: { count: number }): AsyncGenerator<Row> {
  for (let after: string | null | undefined; after !== null;) {
    const page = await mfa.list(filter, { limit: PAGE, ...(after !== undefined && { after }) });
    unreadable.count += page.unreadable;
    for (const user of page.users) {
      yield {
        user: user.userId,
        factors: user.factors,
        backupCodes: user.backupCodesRemaining,
        lockedUntil: user.locked ? (user.lockedUntil ?? 'unlock') : null,
        requiredFrom: user.enforcement?.from ?? null,
      };
    }
    ({ after } = page);
  }
}

/** The library does not know users who have never come: the list must come from elsewhere. */
async function* withoutMfa(mfa: Mfa): AsyncGenerator<Row> {
  for (const userId of await userIdsIn('-')) {
    const { enabled, enforcement } = await mfa.status(userId);
    if (!enabled) yield { user: userId, requiredFrom: enforcement?.from ?? null };
  }
}

async function* first(most: number, rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  let count = 0;
  for await (const row of rows) {
    yield row;
    count += 1;
    if (count === most) return;
  }
}
