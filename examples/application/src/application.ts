/** Acme: the application around the library, whatever database and web framework it stands on. */
import { createMfa, type CodeHasher, type Mfa, type MfaEvent, type MfaStore } from '@mfakit/core';
import { webauthnFactor } from '@mfakit/core/webauthn';
import { webauthn } from '@mfakit/webauthn';
import { accountsIn, type Accounts } from './accounts.ts';
import { administration, type Administration } from './administration.ts';
import { libraryHost, type LibraryHost } from './host.ts';
import { mirrorIn } from './mirror.ts';
import type { Parts } from './parts.ts';
import { passwordChange, type PasswordChange } from './password-change.ts';
import { isStranger } from './password-check.ts';
import { peopleIn } from './people.ts';
import { rateLimit } from './rate-limit.ts';
import { ok, type Reply } from './reply.ts';
import { sessionsIn, type Session } from './sessions.ts';
import { findSignedIn, requireSignedIn } from './signed-in.ts';
import { signing, type Signing } from './signing.ts';
import { createTables, type Sql } from './sql.ts';
import type { Visitor } from './visitor.ts';

/** What the application is started with. */
export interface ApplicationOptions {
  /** For accounts and sessions. */
  readonly sql: Sql;
  /** For second factors. */
  readonly store: MfaStore;
  /** Where browsers reach it, such as `https://acme.example`: passkeys are bound to it, for good. */
  readonly origin: string;
  /** Master keys of the library, newest first. */
  readonly keys: readonly string[];
  /** Epoch milliseconds; default `Date.now`. */
  readonly clock?: (() => number) | undefined;
  /** For backup codes; default: the library's Argon2id. */
  readonly hasher?: CodeHasher | undefined;
}

/** The application: what its routes call. Every method may throw a refusal; `toReply` makes the answer of it. */
export interface Application extends Signing, PasswordChange, LibraryHost {
  readonly mfa: Mfa;
  readonly clock: () => number;
  readonly admin: Administration;
  readonly accounts: Accounts;
  /** Brings up to date what lists of people go by, in the background. @returns ends that, before the database is closed */
  keepMirror(): () => Promise<void>;
  /** For the guard of sensitive routes. */
  session(visitor: Visitor): Promise<Session | null>;
  me(visitor: Visitor): Promise<Reply>;
}

/** Wrong passwords that one network may send, whatever the accounts. */
const PASSWORD_LIMIT = { attempts: 50, windowSeconds: 15 * 60 };
/** Accounts that one network may ask for, granted or not. */
const SIGN_UP_LIMIT = { attempts: 30, windowSeconds: 60 * 60 };

/** Starts the application on a database; makes the tables if they are missing. */
export async function createApplication(options: ApplicationOptions): Promise<Application> {
  const { sql, store, origin, keys, clock = Date.now, hasher } = options;
  await createTables(sql);
  const accounts = accountsIn(sql);
  // Makes the hash that stands in for an unknown user's, so that the first such login takes no longer than others.
  await accounts.hasPassword(null, 'any');
  const mirror = mirrorIn(sql, (userId) => mfa.status(userId));
  const mfa: Mfa = createMfa({
    issuer: 'Acme',
    store,
    keys,
    clock,
    ...(hasher !== undefined && { hasher }),
    // User ids are random: they can name their users to passkeys.
    factors: [
      webauthnFactor(webauthn({ rpId: new URL(origin).hostname, rpName: 'Acme', origins: [origin] }), {
        userHandle: 'user-id',
      }),
    ],
    trustedDevices: {},
    async verifyPassword(userId, password) {
      if (await accounts.isPasswordless(userId)) return 'none';
      // The empty one only asks whether there is a password.
      return password !== '' && accounts.hasPassword(userId, password);
    },
    onEvent: ({ type, userId }: MfaEvent) => {
      if (isStranger(userId)) return;
      mirror.notice(userId);
      // What a real application mails to its user (NIST SP 800-63B-4 §4.6).
      if (type === 'account_locked' || type === 'disabled') console.log(`Would mail ${userId}: ${type}`);
    },
  });
  const parts: Parts = {
    mfa,
    accounts,
    sessions: sessionsIn(sql, clock),
    mirror,
    people: peopleIn({ sql, mirror, status: (userId) => mfa.status(userId), clock }),
    clock,
    passwordLimit: rateLimit({ ...PASSWORD_LIMIT, clock }),
    signUpLimit: rateLimit({ ...SIGN_UP_LIMIT, clock }),
  };

  return {
    mfa,
    clock,
    accounts,
    ...signing(parts),
    ...passwordChange(parts),
    ...libraryHost(parts),
    admin: administration(parts),
    keepMirror: () => mirror.keep(),
    session: async (visitor) => (await findSignedIn(parts, visitor))?.session ?? null,
    async me(visitor) {
      const { userName, isAdmin } = (await requireSignedIn(parts, visitor)).account;
      return ok({ user_name: userName, is_admin: isAdmin });
    },
  };
}
