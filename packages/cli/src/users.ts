/** Users: one call for each of some users, with a row that says what became of it. */
import type { Mfa } from '@mfakit/core';
import type { Command } from 'commander';
import { EXIT, Failure } from './failure.ts';
import { turn } from './interrupt.ts';
import { userIdsIn } from './input.ts';
import type { Row } from './output.ts';
import { perform, type Ending, type Task } from './task.ts';

/** A change that support makes. */
export interface UserChange {
  /** The argument: an id, or `-`. */
  readonly user: string;
  /** What happens, after "would be": such as `unlocked`. */
  readonly done: string;
  /** What the operator must know before they agree. `null`: nothing is asked. */
  readonly warning: string | null;
  /** Whether the id has to be typed again. */
  readonly typeId?: boolean;
  readonly change: (mfa: Mfa, userId: string) => Promise<void>;
}

/** The values of a command's own flags. */
type Flags = Readonly<Record<string, string | undefined>>;

/**
 * Registers a command for such a change: it names users, and says why.
 * @param changeBy - what a call of it does, by its flags
 */
export function userCommand(
  program: Command,
  name: string,
  description: string,
  changeBy: (task: Task, flags: Flags) => Omit<UserChange, 'user'>,
): Command {
  return program
    .command(name)
    .description(description)
    .argument('<user>', 'the id of a user, or - for ids on standard input')
    .option('--reason <text>', 'why, for the events')
    .action((user: string, flags: Flags, command: Command) =>
      perform(command, async (task) => changeUsers(task, { user, ...changeBy(task, flags) })),
    );
}

/** Makes a change to each user that an argument names, one after the other. */
export async function changeUsers(task: Task, { user, done, warning, typeId, change }: UserChange): Promise<Ending> {
  const userIds = await userIdsIn(user);
  const [only = ''] = userIds;
  const mfa = await task.mfa('optional');
  if (warning !== null && userIds.length > 0) {
    const who = userIds.length === 1 ? `User ${JSON.stringify(only)}` : `${userIds.length} users`;
    const about = `${who} in ${(await task.store()).name} would be ${done}. ${warning}`;
    await task.confirm({ about, ...(typeId === true && userIds.length === 1 && { answer: only }) });
  }
  const counts: Record<string, number> = { done: 0, unchanged: 0, failed: 0 };
  const count = (outcome: string): void => void (counts[outcome] = (counts[outcome] ?? 0) + 1);

  async function* outcomes(): AsyncGenerator<Row> {
    for (const [index, userId] of userIds.entries()) {
      await turn();
      if (task.signal.aborted) {
        throw new Failure(
          'interrupted',
          `Stopped after ${index} of ${userIds.length} users. Run it again: it changes nothing twice.`,
          EXIT.interrupted,
        );
      }
      try {
        const { seq } = await mfa.status(userId);
        await change(mfa, userId);
        const changed = (await mfa.status(userId)).seq !== seq;
        count(changed ? 'done' : 'unchanged');
        yield { user: userId, outcome: changed ? done : 'unchanged' };
      } catch (error) {
        const code = refusalOf(error);
        if (code === null || userIds.length === 1) throw error;
        count('failed');
        yield { user: userId, outcome: code };
      }
      task.progress.show(`${index + 1} of ${userIds.length} users`);
    }
  }
  await task.out.rows('user', outcomes());
  if (userIds.length === 1 && counts['unchanged'] === 1) task.out.note('Nothing had to be changed. Is the id right?');
  return { attention: (counts['failed'] ?? 0) > 0, counts };
}

/** The code of a refusal that concerns one user; `null`: the next one would meet the same. */
function refusalOf(error: unknown): string | null {
  const { name, code }: { readonly name?: unknown; readonly code?: unknown } = Object(error);
  return name === 'MfaError' && code !== 'store_unavailable' ? String(code) : null;
}
