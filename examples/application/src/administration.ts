/** Administration: what support staff may see of other people's two-step verification, and do to it. */
import type { MfaStatus, RequestContext } from '@mfakit/core';
import * as z from 'zod';
import type { Account } from './accounts.ts';
import type { Parts } from './parts.ts';
import { SHOWS, SORTS, type Place, type Shown } from './people.ts';
import { fullViewOf, viewOf } from './person-view.ts';
import { ok, parseBody, Refusal, type Reply } from './reply.ts';
import { requireSignedIn } from './signed-in.ts';
import { contextOf, type Visitor } from './visitor.ts';

/** The routes. All of them are for administrators only; put the guard that asks for a fresh second factor before them. */
export interface Administration {
  /** For a middleware before that guard: nobody else is asked for a code. @throws {Refusal} 401, 403 */
  admit(visitor: Visitor): Promise<Account>;
  /** A page of people. @param query - of the address: `show`, `name`, `sort`, and a place as `after` or `before` */
  users(query: unknown, visitor: Visitor): Promise<Reply>;
  user(userId: string, visitor: Visitor): Promise<Reply>;
  /** Answers with the person as they are after it. */
  change(userId: string, body: unknown, visitor: Visitor): Promise<Reply>;
  /** What a change of several people would be about. Changes nothing. */
  preview(body: unknown, visitor: Visitor): Promise<Reply>;
}

const YEAR_MS = 366 * 86_400_000;
/** People that can be changed together. */
const MAX_PEOPLE = 100;

const place = z
  .string()
  .max(100)
  .regex(/^\d{1,16}~.+$/)
  .transform((text): Place => {
    const [requiredFrom = '', userName = ''] = text.split('~');
    return { requiredFrom: Number(requiredFrom), userName };
  });

const usersQuery = z.object({
  show: z.enum(SHOWS).default('everyone'),
  name: z.string().trim().max(64).default(''),
  sort: z.enum(SORTS).default('name'),
  after: place.optional(),
  before: place.optional(),
});

const changeBody = z.discriminatedUnion('action', [
  /** `from`: an instant; one that has passed requires it from now on. */
  z.strictObject({
    action: z.literal('require'),
    from: z.iso.datetime('Choose a day').transform((text) => Date.parse(text)),
  }),
  z.strictObject({ action: z.literal('stop_requiring') }),
  z.strictObject({ action: z.literal('unlock') }),
  z.strictObject({
    action: z.literal('reset'),
    /** Goes into the event: for other staff, never for the user. */
    reason: z
      .string()
      .trim()
      .regex(/^[^\p{Cc}\p{Cs}]{1,500}$/u, 'Write why, in 1 to 500 characters'),
    /** Of whom the administrator thinks that it is. */
    name: z.string().max(64),
  }),
]);

const previewBody = z.strictObject({ ids: z.array(z.string().max(64)).min(1).max(MAX_PEOPLE) });

type Change = z.output<typeof changeBody>;

/** Makes the routes. */
export function administration(parts: Parts): Administration {
  const { mfa, accounts, sessions, mirror, people, clock } = parts;

  const admit = async (visitor: Visitor): Promise<Account> => {
    const { account } = await requireSignedIn(parts, visitor);
    if (!account.isAdmin) throw new Refusal(403, 'forbidden', 'Only administrators may do this');
    return account;
  };

  const find = async (userId: string): Promise<Account> => {
    const account = await accounts.byId(userId);
    if (account === null) throw new Refusal(404, 'not_found', 'There is no such person any more');
    return account;
  };

  const show = async ({ id, userName, isAdmin }: Account): Promise<Shown & { readonly status: MfaStatus }> => ({
    id,
    userName,
    isAdmin,
    status: await mfa.status(id),
  });

  const carryOut = async (
    { id: userId, userName }: Account,
    change: Change,
    { request, isSelf }: { readonly request: RequestContext; readonly isSelf: boolean },
  ): Promise<void> => {
    switch (change.action) {
      case 'require': {
        const now = clock();
        if (change.from > now + YEAR_MS) throw wrong('from', 'Choose a day within a year');
        await mfa.enforce(userId, { from: new Date(Math.max(change.from, now)) }, request);
        // Without a second factor their session is not worth what policy asks for: they set it up when they come back. Who
        // requires it of themselves sets it up now.
        if (change.from <= now && !isSelf && !(await mfa.status(userId)).enabled) await sessions.endAll(userId);
        break;
      }
      case 'stop_requiring':
        await mfa.exempt(userId, {}, request);
        break;
      case 'unlock':
        await mfa.unlock(userId, request);
        break;
      case 'reset':
        if (change.name.trim() !== userName) throw wrong('name', 'This is not the name of this person');
        await mfa.reset(userId, { ...request, reason: change.reason });
        await sessions.endAll(userId);
        break;
    }
  };

  return {
    admit,

    async users(query, visitor) {
      await admit(visitor);
      const { people: shown, counts, before, after } = await people.page(parseBody(usersQuery, query));
      return ok({
        users: shown.map((person) => viewOf(person, clock())),
        counts,
        before: before && textOf(before),
        after: after && textOf(after),
      });
    },

    async user(userId, visitor) {
      await admit(visitor);
      const account = await find(userId);
      await mirror.refresh(userId);
      return ok({ user: fullViewOf(await show(account), clock()) });
    },

    async change(userId, body, visitor) {
      const { id: ownId, userName: actor } = await admit(visitor);
      const change = parseBody(changeBody, body);
      const account = await find(userId);
      const isSelf = userId === ownId;
      await carryOut(account, change, { request: { ...contextOf(visitor), actor }, isSelf });
      const shown = await show(account);
      await accounts.noteSeq(userId, shown.status.seq);
      await mirror.refresh(userId);
      // Whoever requires it of themselves goes on to their own setup.
      const setUp = isSelf && change.action === 'require' && !shown.status.enabled;
      return ok({ user: fullViewOf(shown, clock()), set_up: setUp });
    },

    async preview(body, visitor) {
      await admit(visitor);
      const { ids } = parseBody(previewBody, body);
      const found = await Promise.all([...new Set(ids)].map((id) => accounts.byId(id)));
      const shown = await Promise.all(found.filter((account) => account !== null).map(show));
      const count = (has: (status: MfaStatus) => boolean): number => shown.filter(({ status }) => has(status)).length;
      return ok({
        users: shown.map((person) => viewOf(person, clock())),
        not_set_up: count(({ enabled }) => !enabled),
        required: count(({ enforcement }) => enforcement !== null),
        locked: count(({ locked }) => locked),
      });
    },
  };
}

function wrong(path: string, message: string): Refusal {
  return new Refusal(422, 'invalid_input', 'Check the marked fields', { errors: [{ path, message }] });
}

/** A place, for an address. */
function textOf({ requiredFrom, userName }: Place): string {
  return `${requiredFrom}~${userName}`;
}
