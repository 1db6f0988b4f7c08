/** mfakit status: what is known about a user. */
import type { Mfa, MfaStatus } from '@mfakit/core';
import type { Command } from 'commander';
import { userIdsIn } from '../input.ts';
import type { Row } from '../output.ts';
import { perform } from '../task.ts';

/** Registers the command. */
export function status(program: Command): void {
  program
    .command('status')
    .description('show what is known about a user')
    .argument('<user>', 'the id of a user, or - for ids on standard input')
    .action((user: string, _flags: object, command: Command) =>
      perform(command, async ({ out, mfa: open }) => {
        const mfa = await open('optional');
        for (const userId of await userIdsIn(user)) await out.details('status', await describe(mfa, userId));
        return undefined;
      }),
    );
}

async function describe(mfa: Mfa, userId: string): Promise<Row> {
  const known = await mfa.status(userId);
  return {
    user: userId,
    enabled: known.enabled,
    factors: known.factors.map(describeFactor),
    backupCodes: known.backupCodesRemaining,
    devices: known.devices.length,
    locked: known.locked,
    lockedUntil: known.locked ? (known.lockedUntil ?? 'unlock') : null,
    triesLeft: known.triesLeft,
    requiredFrom: known.enforcement?.from ?? null,
    seq: known.seq,
  };
}

/** Not its own properties: those of a passkey are for the user's pages. */
function describeFactor({ kind, label, createdAt, lastUsedAt }: MfaStatus['factors'][number]): string {
  return `${label} (${kind}, since ${day(createdAt)}, last used ${day(lastUsedAt)})`;
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
