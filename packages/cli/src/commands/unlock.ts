/** mfakit unlock: lifts a lock. */
import type { Command } from 'commander';
import { userCommand } from '../users.ts';

/** Registers the command. */
export function unlock(program: Command): void {
  const description = 'lift the lock of a user, and forget their wrong codes and passwords (asks first)';
  userCommand(program, 'unlock', description, ({ request }) => ({
    done: 'unlocked',
    warning: 'Whoever was guessing may go on.',
    change: (mfa, userId) => mfa.unlock(userId, request),
  }));
}
