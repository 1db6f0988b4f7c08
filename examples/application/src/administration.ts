/** Administration: what support staff may do to the second factors of others. */
import type { RequestContext } from '@mfakit/core';
import * as z from 'zod';
import type { Account } from './accounts.ts';
import type { Parts } from './parts.ts';
import { ok, parseBody, Refusal, type Reply } from './reply.ts';
import { requireSignedIn } from './signed-in.ts';
import { contextOf, type Visitor } from './visitor.ts';

/** The routes. All of them are for administrators only; put the guard that asks for a fresh second factor before them. */
export interface Administration {
  /** For a middleware before that guard: nobody else is asked for a code. @throws {Refusal} 401, 403 */
  admit(visitor: Visitor): Promise<Account>;
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

type Change = z.output<typeof changeBody>;

/** Makes the routes. */
export function administration(parts: Parts): Administration {
  const { mfa, accounts, sessions, clock } = parts;

  const admit = async (visitor: Visitor): Promise<Account> => {
    const { account } = await requireSignedIn(parts, visitor);
    if (!account.isAdmin) throw new Refusal(403, 'forbidden', 'Only administrators may do this');
    return account;
  };

  const carryOut = async (userId: string, change: Change, request: RequestContext): Promise<void> => {
    switch (change.action) {
      case 'require':
        await mfa.enforce(userId, { from: new Date(clock() + change.days * DAY_MS) }, request);
        // Without a second factor their session is not worth what policy asks for: they enroll when they come back.
        if (change.days === 0 && !(await mfa.status(userId)).enabled) await sessions.endAll(userId);
        break;
      case 'exempt':
        await mfa.exempt(userId, {}, request);
        break;
      case 'unlock':
        await mfa.unlock(userId, request);
        break;
      case 'reset':
        await mfa.reset(userId, request);
        await sessions.endAll(userId);
        break;
    }
  };

  return {
    admit,

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
      const { userName: actor } = await admit(visitor);
      const change = parseBody(changeBody, body);
      if ((await accounts.byId(userId)) === null) throw new Refusal(404, 'not_found', 'No such user');
      await carryOut(userId, change, { ...contextOf(visitor), actor });
      await accounts.noteSeq(userId, (await mfa.status(userId)).seq);
      return ok({});
    },
  };
}
