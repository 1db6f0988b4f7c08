/** mfakit keygen: makes a master key. */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { perform } from '../task.ts';

/** 32 random bytes in base64. */
export function newKey(): string {
  return randomBytes(32).toString('base64');
}

/** Registers the command. */
export function keygen(program: Command): void {
  program
    .command('keygen')
    .description('print a new master key: 32 random bytes in base64')
    .action((_flags: object, command: Command) =>
      perform(command, async ({ out }) => {
        await out.rows('key', [{ key: newKey() }]);
        return undefined;
      }),
    );
}
