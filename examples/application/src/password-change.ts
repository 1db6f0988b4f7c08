/** Password change: a new password, for someone who proves to be the owner of the account. */
import type { FreshFactor, Verified } from '@mfakit/core';
import * as z from 'zod';
import { newPassword, typedPassword } from './account-fields.ts';
import { writeSessionCookie } from './cookie.ts';
import type { Parts } from './parts.ts';
import { checkedAccount } from './password-check.ts';
import { ok, parseBody, Refusal, type Reply } from './reply.ts';
import { requireSignedIn, type SignedIn } from './signed-in.ts';
import { contextOf, type Visitor } from './visitor.ts';

/** The route. */
export interface PasswordChange {
  changePassword(body: unknown, visitor: Visitor): Promise<Reply>;
}

const changeBody = z.strictObject({
  password: typedPassword,
  new_password: newPassword,
  /** Needed if two-step verification is on: the code (and the code after it, if that was asked for) or a backup code. */
  code: z.string().max(64).optional(),
  next_code: z.string().max(64).optional(),
  backup_code: z.string().max(64).optional(),
  /** What a passkey made of a token of the library's challenge route, and that token. The library checks both. */
  credential: z.looseObject({}).optional(),
  mfa_token: z.string().max(512).optional(),
});

type Given = z.output<typeof changeBody>;

/** Makes the route. */
export function passwordChange(parts: Parts): PasswordChange {
  const { mfa, accounts, sessions } = parts;

  /** The second factor of a user who has one. Without it, a password that leaked would be enough to replace it. */
  const provenBy = async (given: Given, { account, session }: SignedIn, visitor: Visitor): Promise<Verified | null> => {
    if (!(await mfa.status(account.id)).enabled) return null;
    const context = { ...contextOf(visitor), sessionEpoch: session.sessionEpoch };
    return mfa.stepUp(account.id, toFactor(given), context);
  };

  return {
    async changePassword(body, visitor) {
      const signedIn = await requireSignedIn(parts, visitor);
      const given = parseBody(changeBody, body);
      const { account, session, sessionId } = signedIn;
      const { id: userId, userName } = account;
      const attempt = { account, userName, password: given.password };
      if ((await checkedAccount(parts, attempt, visitor)) === null) {
        throw new Refusal(401, 'invalid_password', 'Invalid password');
      }
      const authTime = (await provenBy(given, signedIn, visitor))?.authTime ?? session.authTime;

      await accounts.setPassword(userId, given.new_password);
      await sessions.endAll(userId, { id: sessionId, sessionEpoch: undefined });
      const { sessionEpoch, seq } = await mfa.passwordChanged(userId, contextOf(visitor));
      await accounts.noteSeq(userId, seq);
      const renewed = await sessions.renew(sessionId, { userId, authTime, sessionEpoch });
      return ok({}, writeSessionCookie(renewed ?? ''));
    },
  };
}

function toFactor({
  code,
  next_code: nextCode,
  backup_code: backupCode,
  credential,
  mfa_token: token,
}: Given): FreshFactor {
  if (credential !== undefined) return { credential, token };
  if (backupCode !== undefined) return { backupCode };
  if (code === undefined) {
    const errors = [{ path: 'code', message: 'Enter a code' }];
    throw new Refusal(422, 'invalid_input', 'Check the marked fields', { errors });
  }
  const both = { code, ...(nextCode !== undefined && { nextCode }) };
  return both;
}
