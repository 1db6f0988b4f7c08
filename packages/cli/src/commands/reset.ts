/** mfakit reset: removes everything that a user could prove the second step with. */
import type { Command } from 'commander';
import { userCommand } from '../users.ts';

/** Registers the command. */
export function reset(program: Command): void {
  const description = 'remove every factor and backup code of a user who lost them (asks for the id again)';
  userCommand(program, 'reset', description, ({ request }) => ({
    done: 'reset',
    warning: 'Every factor and backup code goes: the password alone signs in until they enroll again.',
    typeId: true,
    change: (mfa, userId) => mfa.reset(userId, request),
  }));
}
