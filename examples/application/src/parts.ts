/** Parts: what the application's routes work with. */
import type { Mfa } from '@mfakit/core';
import type { Accounts } from './accounts.ts';
import type { Mirror } from './mirror.ts';
import type { People } from './people.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Sessions } from './sessions.ts';

/** Each is made once, at the start. */
export interface Parts {
  readonly mfa: Mfa;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly mirror: Mirror;
  readonly people: People;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** For whatever checks a password. */
  readonly passwordLimit: RateLimit;
  readonly signUpLimit: RateLimit;
}
