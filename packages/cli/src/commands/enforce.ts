/** mfakit enforce: requires MFA of a user. */
import type { Command } from 'commander';
import { parseInstant } from '../instants.ts';
import { userCommand } from '../users.ts';

/** Registers the command. */
export function enforce(program: Command): void {
  userCommand(program, 'enforce', 'require MFA of a user', ({ request }, { from }) => {
    const options = from === undefined ? {} : { from: parseInstant('--from', from, 1) };
    return { done: 'enforced', warning: null, change: (mfa, userId) => mfa.enforce(userId, options, request) };
  }).option('--from <instant>', 'from then on, such as 2027-01-31T08:00Z or 14d (default: now)');
}
