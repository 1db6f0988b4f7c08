/** Signing up, in and out: the host's own routes, joined to the library as it asks for. */
import type { DeviceCookie } from '@mfakit/core';
import { deviceCookieHeader, readDeviceCookie } from '@mfakit/http';
import * as z from 'zod';
import { newPassword, newUserName, typedPassword, typedUserName } from './account-fields.ts';
import type { Account } from './accounts.ts';
import { readSessionCookie, writeSessionCookie } from './cookie.ts';
import type { Parts } from './parts.ts';
import { checkedAccount } from './password-check.ts';
import { ok, parseBody, Refusal, type Reply } from './reply.ts';
import { contextOf, type Visitor } from './visitor.ts';

/** The routes. Bodies are not yet checked. */
export interface Signing {
  signUp(body: unknown, visitor: Visitor): Promise<Reply>;
  logIn(body: unknown, visitor: Visitor): Promise<Reply>;
  logOut(visitor: Visitor): Promise<Reply>;
}

const signUpBody = z.strictObject({ user_name: newUserName, password: newPassword });
const logInBody = z.strictObject({ user_name: typedUserName, password: typedPassword });

/** The library's default. */
const TRUST_DAYS = 30;

/** Makes the routes. */
export function signing(parts: Parts): Signing {
  const { mfa, accounts, sessions, clock, signUpLimit } = parts;

  const deviceCookies = (device?: DeviceCookie): readonly string[] =>
    device === undefined ? [] : [deviceCookieHeader(device, clock())];

  /** For how long a browser can be trusted; `undefined`: none is while a second factor is required of this user. */
  const trustDays = async (userId: string): Promise<number | undefined> => {
    const { enforcement } = await mfa.status(userId);
    return enforcement !== null && enforcement.from.getTime() <= clock() ? undefined : TRUST_DAYS;
  };

  /** Asks the library what comes after the password, and does it. */
  const passedPassword = async ({ id: userId, seenSeq }: Account, visitor: Visitor): Promise<Reply> => {
    const begun = await mfa.begin(userId, contextOf(visitor), { seenSeq, device: readDeviceCookie(visitor.cookies) });
    switch (begun.next) {
      case 'verify': {
        const { token, methods, prompts, expiresAt, device } = begun;
        const prompt = {
          mfa_token: token,
          methods,
          request_options: prompts?.['webauthn'],
          trust_days: await trustDays(userId),
          expires_at: expiresAt.toISOString(),
        };
        return ok({ mfa_required: true, ...prompt }, ...deviceCookies(device));
      }
      case 'enroll':
        return ok({ mfa_setup_required: true, mfa_token: begun.token });
      case 'signed-in': {
        const { enrollBy, remind, sessionEpoch, seq, device } = begun;
        await accounts.noteSeq(userId, seq);
        await sessions.end(readSessionCookie(visitor.cookies));
        const id = await sessions.start({ userId, authTime: null, sessionEpoch });
        return ok(
          { authenticated: true, enroll_by: enrollBy?.toISOString(), remind },
          writeSessionCookie(id),
          ...deviceCookies(device),
        );
      }
    }
  };

  return {
    async signUp(body, visitor) {
      const { user_name: userName, password } = parseBody(signUpBody, body);
      // Unlike login, this tells which names are taken: a user name has to be chosen. The limit alone keeps anyone from
      // trying a long list of them.
      if (signUpLimit.enter(visitor.ip) === null) {
        throw new Refusal(429, 'too_many_requests', 'Too many new accounts. Try again later.');
      }
      const account = await accounts.add({ userName, password, isAdmin: false });
      if (account === null) {
        const errors = [{ path: 'user_name', message: 'This name is taken' }];
        throw new Refusal(422, 'invalid_input', 'Check the marked fields', { errors });
      }
      return passedPassword(account, visitor);
    },

    async logIn(body, visitor) {
      const { user_name: typed, password } = parseBody(logInBody, body);
      const userName = typed.trim().toLowerCase();
      const found = await accounts.byName(userName);
      const account = await checkedAccount(parts, { account: found, userName, password }, visitor);
      if (account === null) throw new Refusal(401, 'invalid_credentials', 'Wrong user name or password');
      return passedPassword(account, visitor);
    },

    async logOut(visitor) {
      await sessions.end(readSessionCookie(visitor.cookies));
      return ok({}, writeSessionCookie(''));
    },
  };
}
