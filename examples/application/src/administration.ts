/** Administration: what support staff may do to the second factors of others. */
import * as z from 'zod';
import type { Account } from './accounts.ts';
import type { Parts } from './parts.ts';
import { ok, parseBody, Refusal, type Reply } from './reply.ts';
import { contextOf, type Visitor } from './visitor.ts';

/** The routes. All of them are for administrators only. */
export interface Administration {
  users(visitor: Visitor): Promise<Reply>;
  change(userId: string, body: unknown, visitor: Visitor): Promise<Reply>;
}

const DAY_MS = 86_400_000;

const changeBody = z.discriminatedUnion('action', [
  /** `days`: the grace; 0 requires it at the next sign-in. */
  z.strictObject({ action: z.literal('require'), days: z.int().min(0).max(365) }),
  z.strictObject({ action: z.literal('exempt') }),
  z.strictObject({ action: z.literal('unlock') }),
  z.strictObject({ action: z.literal('reset') }),
]);

/** @param signedIn - the account of a request; refuses where nobody is signed in */
export function administration(
  { mfa, accounts, sessions, clock }: Parts,
  signedIn: (visitor: Visitor) => Promise<Account>,
): Administration {
  const admit = async (visitor: Visitor): Promise<void> => {
    if (!(await signedIn(visitor)).isAdmin) throw new Refusal(403, 'forbidden', 'Only administrators may do this');
  };

  return {
    async users(visitor) {
      await admit(visitor);
      const users = (await accounts.all()).map(async ({ id, userName, isAdmin }) => {
        const { enabled, locked, lockedUntil, enforcement } = await mfa.status(id);
        return {
          id,
          user_name: userName,
          is_admin: isAdmin,
          enabled,
          locked,
          locked_until: lockedUntil?.toISOString() ?? null,
          required_from: enforcement?.from.toISOString() ?? null,
        };
      });
      return ok({ users: await Promise.all(users) });
    },

    async change(userId, body, visitor) {
      await admit(visitor);
      const change = parseBody(changeBody, body);
      if ((await accounts.byId(userId)) === null) throw new Refusal(404, 'not_found', 'No such user');
      const request = contextOf(visitor);
      switch (change.action) {
        case 'require':
          await mfa.enforce(userId, { from: new Date(clock() + change.days * DAY_MS) }, request);
          // Without a second factor their session is not worth what policy asks for: they enrol as they come back.
          if (change.days === 0 && !(await mfa.status(userId)).enabled) await sessions.endAll(userId);
          break;
        case 'exempt':
          await mfa.exempt(userId, request);
          break;
        case 'unlock':
          await mfa.unlock(userId, request);
          break;
        case 'reset':
          await mfa.reset(userId, request);
          await sessions.endAll(userId);
          break;
      }
      return ok({});
    },
  };
}
