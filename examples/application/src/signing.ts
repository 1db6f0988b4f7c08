/** Signing up, in and out: the host's own routes, joined to the library as it asks for. */
import { MfaError } from '@mfakit/core';
import * as z from 'zod';
import { readSessionCookie, writeSessionCookie } from './cookie.ts';
import type { LoginLimit } from './login-limit.ts';
import type { Parts } from './parts.ts';
import { ok, parseBody, Refusal, type Reply } from './reply.ts';
import { contextOf, type Visitor } from './visitor.ts';

/** The routes. Bodies are not yet checked. */
export interface Signing {
  signUp(body: unknown, visitor: Visitor): Promise<Reply>;
  logIn(body: unknown, visitor: Visitor): Promise<Reply>;
  logOut(visitor: Visitor): Promise<Reply>;
}

const MAX_PASSWORD_LENGTH = 128;

const signUpBody = z.strictObject({
  // No colon and no control characters: the name is shown in the authenticator app.
  user_name: z.string().regex(/^[a-z0-9._-]{3,32}$/, 'Use 3 to 32 small letters, digits, dots or dashes'),
  // Length is what counts; no rules about kinds of characters (NIST SP 800-63B-4 §3.1.1.2).
  password: z.string().min(12, 'Use at least 12 characters').max(MAX_PASSWORD_LENGTH, 'Use at most 128 characters'),
});

const logInBody = z.strictObject({
  user_name: z.string().min(1, 'Enter your user name').max(64, 'No user name is that long'),
  password: z.string().min(1, 'Enter your password').max(MAX_PASSWORD_LENGTH, 'No password is that long'),
});

/** Makes the routes. */
export function signing({ mfa, accounts, sessions }: Parts, limit: LoginLimit): Signing {
  const startSession = async (userId: string, visitor: Visitor): Promise<string> => {
    await sessions.end(readSessionCookie(visitor.cookies));
    return writeSessionCookie(await sessions.start({ userId, authTime: null }), visitor.secure);
  };

  return {
    async signUp(body, visitor) {
      const { user_name: userName, password } = parseBody(signUpBody, body);
      const account = await accounts.add({ userName, password, isAdmin: false });
      if (account === null) {
        const errors = [{ path: 'user_name', message: 'This name is taken' }];
        throw new Refusal(422, 'invalid_input', 'Check the marked fields', { errors });
      }
      return ok({ authenticated: true }, await startSession(account.id, visitor));
    },

    async logIn(body, visitor) {
      const { user_name: userName, password } = parseBody(logInBody, body);
      if (limit.reached(visitor.ip)) throw new Refusal(429, 'too_many_requests', 'Too many attempts. Try again later.');
      const account = await accounts.byName(userName.trim().toLowerCase());
      if (account !== null) await mfa.assertNotLocked(account.id);
      if (!(await accounts.hasPassword(account?.id ?? null, password)) || account === null) {
        limit.failed(visitor.ip);
        if (account !== null) await tellFailure(account.id, visitor);
        throw new Refusal(401, 'invalid_credentials', 'Wrong user name or password');
      }

      const begun = await mfa.begin(account.id, contextOf(visitor));
      switch (begun.next) {
        case 'verify':
          return ok({ mfa_required: true, mfa_token: begun.token });
        case 'enroll':
          return ok({ mfa_setup_required: true, mfa_token: begun.token });
        case 'signed-in':
          return ok(
            { authenticated: true, enroll_by: begun.enrollBy?.toISOString() },
            await startSession(account.id, visitor),
          );
      }
    },

    async logOut(visitor) {
      await sessions.end(readSessionCookie(visitor.cookies));
      return ok({}, writeSessionCookie('', visitor.secure));
    },
  };

  /** Counts, and answers with the lock where this failure was the one that locked. */
  async function tellFailure(userId: string, visitor: Visitor): Promise<void> {
    await mfa.passwordFailed(userId, contextOf(visitor));
    const { locked, lockedUntil } = await mfa.status(userId);
    if (locked) throw new MfaError('locked', { retryAt: lockedUntil });
  }
}
