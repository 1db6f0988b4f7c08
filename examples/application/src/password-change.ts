/** Password change: a new password, for someone who gives the old one and, if they have one, gave a second factor just now. */
import { createGuard } from '@mfakit/http';
import * as z from 'zod';
import { newPassword, typedPassword } from './account-fields.ts';
import { writeSessionCookie } from './cookie.ts';
import type { Parts } from './parts.ts';
import { checkedAccount } from './password-check.ts';
import { ok, parseBody, Refusal, type Reply } from './reply.ts';
import type { Session } from './sessions.ts';
import { requireSignedIn } from './signed-in.ts';
import { contextOf, type Visitor } from './visitor.ts';

/** The route. */
export interface PasswordChange {
  changePassword(body: unknown, visitor: Visitor): Promise<Reply>;
}

const changeBody = z.strictObject({ password: typedPassword, new_password: newPassword });

/** How recent the second factor must be. Without it, a password that leaked would be enough to replace it. */
const MAX_AGE_SECONDS = 300;

/** Makes the route. */
export function passwordChange(parts: Parts): PasswordChange {
  const { mfa, accounts, sessions } = parts;
  const isTooOld = createGuard<Session>({ mfa, maxAgeSeconds: MAX_AGE_SECONDS, session: (session) => session });

  return {
    async changePassword(body, visitor) {
      const { account, session, sessionId } = await requireSignedIn(parts, visitor);
      const { password, new_password: next } = parseBody(changeBody, body);
      const { id: userId, userName } = account;
      if ((await mfa.status(userId)).enabled && (await isTooOld(session)) !== null) {
        throw new Refusal(401, 'insufficient_user_authentication', 'Confirm that it is you');
      }
      if ((await checkedAccount(parts, { account, userName, password }, visitor)) === null) {
        throw new Refusal(401, 'invalid_password', 'Invalid password');
      }

      await accounts.setPassword(userId, next);
      await sessions.endAll(userId, { id: sessionId, sessionEpoch: undefined });
      const { sessionEpoch, seq } = await mfa.passwordChanged(userId, contextOf(visitor));
      await accounts.noteSeq(userId, seq);
      const renewed = await sessions.renew(sessionId, { userId, authTime: session.authTime, sessionEpoch });
      return ok({}, writeSessionCookie(renewed ?? ''));
    },
  };
}
