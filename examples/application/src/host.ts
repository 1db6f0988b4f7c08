/** The host: what the library's routes ask of the application around them. */
import type { Verified } from '@mfakit/core';
import type { Account as MfaAccount, FactorsChange, SessionUser } from '@mfakit/http';
import { readSessionCookie, writeSessionCookie } from './cookie.ts';
import type { Parts } from './parts.ts';
import { findSignedIn } from './signed-in.ts';
import type { Visitor } from './visitor.ts';

/** The functions of the host, with a visitor in place of a framework's context. */
export interface LibraryHost {
  /** Who is signed in. */
  sessionUser(visitor: Visitor): Promise<SessionUser | null>;
  /** Whose token it is. */
  tokenUser(userId: string): Promise<MfaAccount | null>;
  /** A second factor was accepted. @returns a `Set-Cookie` header; `null` if the session is gone */
  verified(visitor: Visitor, verified: Verified): Promise<string | null>;
  /** After a change, anyone in the user's other sessions has to sign in again. */
  factorsChanged(visitor: Visitor, change: FactorsChange): Promise<void>;
}

/** Makes the functions. */
export function libraryHost(parts: Parts): LibraryHost {
  const { accounts, sessions } = parts;
  /** Sessions that a request was given in place of the one in its cookie. */
  const renewed = new WeakMap<Visitor, string>();
  const sessionOf = (visitor: Visitor): string => renewed.get(visitor) ?? readSessionCookie(visitor.cookies);

  return {
    async sessionUser(visitor) {
      const found = await findSignedIn(parts, visitor);
      if (found === null) return null;
      const { account, session } = found;
      const { signedInAt, sessionEpoch } = session;
      return { userId: account.id, accountName: account.userName, signedInAt, sessionEpoch };
    },

    async tokenUser(userId) {
      const account = await accounts.byId(userId);
      return account && { accountName: account.userName, active: true };
    },

    async verified(visitor, { userId, amr, authTime, sessionEpoch, seq }) {
      const current = sessionOf(visitor);
      await accounts.noteSeq(userId, seq);
      const proven = { userId, authTime, sessionEpoch };
      let id: string | null;
      if (amr.includes('mfa')) {
        // A sign-in is complete: the session begins here.
        await sessions.end(current);
        id = await sessions.start(proven);
      } else {
        id = await sessions.renew(current, proven);
      }
      if (id === null) return null;
      renewed.set(visitor, id);
      return writeSessionCookie(id);
    },

    async factorsChanged(visitor, { userId, sessionEpoch, seq }) {
      await sessions.endAll(userId, { id: sessionOf(visitor), sessionEpoch });
      await accounts.noteSeq(userId, seq);
    },
  };
}
