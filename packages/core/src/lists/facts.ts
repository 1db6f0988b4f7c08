/** Facts: the little of a record that lists and counts go by. An ordinary sign-in changes none of it. */
import type { EnrolledKind } from '../factors/factor-kind.ts';
import { enforcementOf, type EnforcementContext } from '../policies/enforcement.ts';
import { keyIdsOf } from '../record/key-ids.ts';
import { UNTIL_UNLOCK } from '../record/fields.ts';
import type { MfaRecord } from '../record/record.ts';
import type { UserState } from './types.ts';

/** So few backup codes are a reason to make new ones. */
const FEW_CODES = 3;

/** What a record tells whatever the time is. Instants are epoch milliseconds. */
export interface Facts {
  /** The kinds of the active factors, each once, in the order of their letters. */
  readonly kinds: readonly string[];
  readonly fewCodes: boolean;
  readonly shortSecret: boolean;
  readonly keyIds: readonly string[];
  readonly lockedUntil: number | null;
  /** From when on a user without a factor must have one; `null` for any other user. */
  readonly overdueFrom: number | null;
}

/** The facts of a record that is read. `null`: the user was forgotten. */
export function factsOf(
  record: MfaRecord,
  { kinds, now, demand }: { readonly kinds: readonly EnrolledKind[] } & EnforcementContext,
): Facts | null {
  const { factors, backupCodes, lockout, forgottenAt } = record;
  if (forgottenAt !== null) return null;
  return {
    kinds: [...new Set(factors.map(({ kind }) => kind))].toSorted(),
    // Those that end are few: not by the clock, which moves while nothing is written.
    fewCodes: backupCodes !== null && (backupCodes.remaining <= FEW_CODES || backupCodes.until !== undefined),
    shortSecret: factors.some(
      (factor) => kinds.find(({ method }) => method === factor.kind)?.isWeak?.(factor) === true,
    ),
    keyIds: keyIdsOf(record),
    lockedUntil: lockout.lockedUntil,
    overdueFrom: factors.length === 0 ? (enforcementOf(record, { now, demand })?.from ?? null) : null,
  };
}

/** What each state of a list says of a user. */
const STATES: Readonly<Record<UserState, (facts: Facts, now: number) => boolean>> = {
  locked: ({ lockedUntil }, now) => lockedUntil !== null && now < lockedUntil,
  locked_until_unlock: ({ lockedUntil }) => lockedUntil === UNTIL_UNLOCK,
  overdue: ({ overdueFrom }, now) => overdueFrom !== null && now >= overdueFrom,
  few_codes: ({ fewCodes }) => fewCodes,
  short_secret: ({ shortSecret }) => shortSecret,
};

/** The states by name. */
export const USER_STATES: readonly UserState[] = Object.keys(STATES) as UserState[];

/** Whether a user is in a state at this instant. */
export function isInState(state: UserState, facts: Facts, now: number): boolean {
  return STATES[state](facts, now);
}
