/** mfakit keys: how many users depend on each key. */
import type { KeyUsage } from '@mfakit/core';
import type { Command } from 'commander';
import type { Row } from '../output.ts';
import { perform } from '../task.ts';

/** Registers the command. */
export function keys(program: Command): void {
  program
    .command('keys')
    .description('count the users of each key; 3 if some need a key that is missing')
    .action((_flags: object, command: Command) =>
      perform(command, async ({ out, mfa, progress }) => {
        const onProgress = (scanned: number): void => progress.show(`${scanned} users read`);
        const report = await (await mfa()).keyReport({ onProgress });
        progress.clear();
        await out.rows('key', report.map(toRow));
        const cutOff = report.reduce((sum, { configured, users }) => sum + (configured ? 0 : users), 0);
        if (cutOff > 0) out.note(`${cutOff} users cannot pass: their key is missing, or their record cannot be read.`);
        return { attention: cutOff > 0, counts: { cutOff } };
      }),
    );
}

function toRow({ keyId, configured, newest, users }: KeyUsage): Row {
  const state = keyId === null ? 'unreadable record' : newest ? 'seals' : configured ? 'opens' : 'missing';
  return { key: keyId, state, users };
}
