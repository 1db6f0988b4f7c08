/** Acme: the application around the library, whatever database and web framework it stands on. */
import { createMfa, type CodeHasher, type Mfa, type MfaEvent, type MfaStore, type Verified } from '@mfakit/core';
import type { Account as MfaAccount, SessionUser } from '@mfakit/http';
import { accountsIn, type Account, type Accounts } from './accounts.ts';
import { administration, type Administration } from './administration.ts';
import { readSessionCookie, writeSessionCookie } from './cookie.ts';
import { loginLimit } from './login-limit.ts';
import type { Parts } from './parts.ts';
import { ok, Refusal, type Reply } from './reply.ts';
import { sessionsIn, type Session } from './sessions.ts';
import { signing, type Signing } from './signing.ts';
import { createTables, type Sql } from './sql.ts';
import type { Visitor } from './visitor.ts';

/** What the application is started with. */
export interface ApplicationOptions {
  /** For accounts and sessions. */
  readonly sql: Sql;
  /** For second factors. */
  readonly store: MfaStore;
  /** Master keys of the library, newest first. */
  readonly keys: readonly string[];
  /** Epoch milliseconds; default `Date.now`. */
  readonly clock?: (() => number) | undefined;
  /** For backup codes; default: the library's Argon2id. */
  readonly hasher?: CodeHasher | undefined;
}

/** The application: what its routes call. Every method may throw a refusal; `toReply` makes the answer of it. */
export interface Application extends Signing {
  readonly mfa: Mfa;
  readonly clock: () => number;
  readonly admin: Administration;
  readonly accounts: Accounts;
  /** For the guard of sensitive routes. */
  session(visitor: Visitor): Promise<Session | null>;
  /** For the library's routes: who is signed in. */
  sessionUser(visitor: Visitor): Promise<SessionUser | null>;
  /** For the library's routes: whose token it is. */
  tokenUser(userId: string): Promise<MfaAccount | null>;
  /** For the library's routes: a second factor was accepted. @returns a `Set-Cookie` header, or `null` to keep the one there is */
  verified(visitor: Visitor, verified: Verified): Promise<string | null>;
  /** After a factor was removed: whoever sits in the user's other sessions has to sign in again. */
  endOtherSessions(visitor: Visitor): Promise<void>;
  me(visitor: Visitor): Promise<Reply>;
}

/** Starts the application on a database; makes the tables where they are missing. */
export async function createApplication(options: ApplicationOptions): Promise<Application> {
  const { sql, store, keys, clock = Date.now, hasher } = options;
  await createTables(sql);
  const accounts = accountsIn(sql);
  const sessions = sessionsIn(sql, clock);
  const mfa = createMfa({
    issuer: 'Acme',
    store,
    keys,
    clock,
    ...(hasher !== undefined && { hasher }),
    verifyPassword: (userId, password) => accounts.hasPassword(userId, password),
    // What a real application mails to its user (NIST SP 800-63B-4 §4.6).
    onEvent: ({ type, userId }: MfaEvent) => {
      if (type === 'account_locked' || type === 'disabled') console.log(`Would mail ${userId}: ${type}`);
    },
  });
  const parts: Parts = { mfa, accounts, sessions, clock };

  const session = (visitor: Visitor): Promise<Session | null> => sessions.find(readSessionCookie(visitor.cookies));

  async function signedIn(visitor: Visitor): Promise<Account> {
    const found = await session(visitor);
    const account = found && (await accounts.byId(found.userId));
    if (account === null) throw new Refusal(401, 'not_signed_in', 'Not signed in');
    return account;
  }

  return {
    mfa,
    clock,
    accounts,
    ...signing(parts, loginLimit(clock)),
    admin: administration(parts, signedIn),
    session,
    async sessionUser(visitor) {
      const found = await session(visitor);
      const account = found && (await accounts.byId(found.userId));
      return account && { userId: account.id, accountName: account.userName };
    },
    async tokenUser(userId) {
      const account = await accounts.byId(userId);
      return account && { accountName: account.userName, active: true };
    },
    async verified(visitor, { userId, amr, authTime }) {
      const current = readSessionCookie(visitor.cookies);
      if (!amr.includes('mfa')) {
        await sessions.raise(current, authTime);
        return null;
      }
      await sessions.end(current);
      return writeSessionCookie(await sessions.start({ userId, authTime }), visitor.secure);
    },
    async endOtherSessions(visitor) {
      const id = readSessionCookie(visitor.cookies);
      const found = await sessions.find(id);
      if (found !== null) await sessions.endAll(found.userId, id);
    },
    async me(visitor) {
      const { userName, isAdmin } = await signedIn(visitor);
      return ok({ user_name: userName, is_admin: isAdmin });
    },
  };
}
