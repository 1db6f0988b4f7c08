/** mfakit exempt: no longer requires MFA of a user, for a while or altogether. */
import type { Command } from 'commander';
import { parseInstant } from '../instants.ts';
import { userCommand } from '../users.ts';

/** Registers the command. */
export function exempt(program: Command): void {
  const description = 'no longer require MFA of a user (asks first)';
  userCommand(program, 'exempt', description, ({ request }, { until }) => {
    const options = until === undefined ? {} : { until: parseInstant('--until', until, 1) };
    return {
      done: 'exempted',
      warning: 'Without a second factor they sign in with the password alone.',
      change: (mfa, userId) => mfa.exempt(userId, options, request),
    };
  }).option(
    '--until <instant>',
    'only until then, such as 2027-01-31T08:00Z or 30d; lifts what the application requires, too',
  );
}
