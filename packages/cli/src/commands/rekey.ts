/** mfakit rekey: seals every user's secrets under the newest key. */
import type { RekeyProgress } from '@mfakit/core';
import type { Command } from 'commander';
import { EXIT, Failure } from '../failure.ts';
import { parseWhole } from '../instants.ts';
import { nextCommand } from '../next-command.ts';
import { perform, type Ending, type Task } from '../task.ts';

interface Flags {
  readonly concurrency: string;
  readonly after?: string;
}

/** Registers the command. */
export function rekey(program: Command): void {
  program
    .command('rekey')
    .description('seal the secrets of all users under the newest key (asks first)')
    .option('--concurrency <users>', 'users that are written at a time, 1 to 64', '8')
    .option('--after <user>', 'go on after this user, as a stopped run says')
    .action((flags: Flags, command: Command) => perform(command, (task) => sweep(task, flags)));
}

async function sweep(task: Task, flags: Flags): Promise<Ending> {
  const concurrency = parseWhole('--concurrency', flags.concurrency, 1, 64);
  const mfa = await task.mfa();
  await task.confirm({
    about: `Secrets in ${(await task.store()).name} would be sealed under the newest key. Every server must have that key by now.`,
  });
  const start = flags.after === undefined ? {} : { after: flags.after };
  let last: RekeyProgress = { scanned: 0, rekeyed: 0, unreadable: 0, after: flags.after ?? '' };
  try {
    for await (const progress of mfa.rekey({ ...start, concurrency, signal: task.signal, actor: task.request.actor })) {
      last = progress;
      task.progress.show(`${progress.scanned} users read, ${progress.rekeyed} sealed anew`);
    }
  } catch (error) {
    if (!task.signal.aborted) throw error;
    const goOn = nextCommand('rekey', { after: last.after, concurrency: flags.concurrency });
    throw new Failure(
      'interrupted',
      `Stopped: everyone is sealed under the old key or the new one. Go on with: ${goOn}`,
      EXIT.interrupted,
    );
  }
  const { scanned, rekeyed, unreadable } = last;
  await task.out.rows('rekey', [{ scanned, rekeyed, unreadable }]);
  if (unreadable > 0)
    task.out.note(`${unreadable} users were left as they are: no key here opens their secrets. See mfakit keys.`);
  return { attention: unreadable > 0, counts: { scanned, rekeyed, unreadable } };
}
