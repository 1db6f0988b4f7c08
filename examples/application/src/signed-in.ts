/** Signed in: the session of a request and its account, for every route that needs one. */
import type { Account } from './accounts.ts';
import { readSessionCookie } from './cookie.ts';
import type { Parts } from './parts.ts';
import { Refusal } from './reply.ts';
import type { Session } from './sessions.ts';
import type { Visitor } from './visitor.ts';

/** Someone with a session. */
export interface SignedIn {
  readonly sessionId: string;
  readonly session: Session;
  readonly account: Account;
}

/** Looks a request up; `null` if nobody is signed in. */
export async function findSignedIn({ sessions, accounts }: Parts, { cookies }: Visitor): Promise<SignedIn | null> {
  const sessionId = readSessionCookie(cookies);
  const session = await sessions.find(sessionId);
  const account = session && (await accounts.byId(session.userId));
  return session && account && { sessionId, session, account };
}

/** @throws {Refusal} 401 if nobody is signed in */
export async function requireSignedIn(parts: Parts, visitor: Visitor): Promise<SignedIn> {
  const found = await findSignedIn(parts, visitor);
  if (found === null) throw new Refusal(401, 'not_signed_in', 'Not signed in');
  return found;
}
