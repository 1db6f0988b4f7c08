/** mfakit forget: erases everything about a user whose account was deleted. */
import type { Command } from 'commander';
import { userCommand } from '../users.ts';

/** Registers the command. */
export function forget(program: Command): void {
  const description = 'erase a user whose account was deleted, with every event (asks for the id again)';
  userCommand(program, 'forget', description, ({ request }) => ({
    done: 'forgotten',
    warning: 'Factors, backup codes and events go for good. If the account still exists, its password alone signs in.',
    typeId: true,
    change: (mfa, userId) => mfa.forget(userId, request),
  }));
}
