/** Requirement: what the option `require` may demand of a user, checked, and asked for within bounds. */
import { within } from '../deadline.ts';
import { MfaError } from '../errors.ts';
import { UNTIL_UNLOCK } from '../record/fields.ts';

/** A demand for a second factor, with time to enroll. */
export interface Requirement {
  /** Nothing is demanded before this instant. */
  readonly from: Date;
  /** Days to enroll, counted from the user's first `begin` at `from` or later; 0 to 365, default 0. */
  readonly graceDays?: number | undefined;
  /** However much grace is left, the user must enroll from this instant on. Not before `from`. */
  readonly until?: Date | undefined;
  /** `begin` says `remind` while so many days are left; up to 10 numbers, 1 to 365 each. */
  readonly remindDays?: readonly number[] | undefined;
  /** The longest exemption that `exempt` grants; 1 to 365 days, default: any. */
  readonly maxExemptionDays?: number | undefined;
  /** Names what demands it, in `status` and events; 1 to 64 characters. */
  readonly rule?: string | undefined;
}

/** What `createMfa` takes as `require`. */
export type Require = 'all' | ((userId: string) => Date | Requirement | null | Promise<Date | Requirement | null>);

/** A requirement as transitions compute with it. Instants are epoch milliseconds. */
export interface Demand {
  readonly from: number;
  readonly graceDays: number;
  /** `Infinity`: none. */
  readonly until: number;
  readonly remindDays: readonly number[];
  /** `Infinity`: any. */
  readonly maxExemptionDays: number;
  readonly rule: string | null;
}

/** How long `require` may take to answer: no longer than the store may. */
const DEADLINE_MS = 10_000;

const MOST_DAYS = 365;
const MOST_REMINDERS = 10;
const RULE_CHARACTERS = 64;

/** What is demanded of a user. A promise only if `require` gives one. */
export type DemandOn = (userId: string) => Demand | null | Promise<Demand | null>;

/**
 * Wraps the option.
 * @returns a function that throws `TypeError` if the option gives anything else than it may: a policy that cannot be read
 *   must not be taken for none. If it throws, is rejected or takes too long, that is `store_unavailable`
 */
export function createDemandOn(require: Require | undefined): DemandOn {
  if (require === undefined) return () => null;
  if (require === 'all') return () => toDemand(new Date(0));
  return (userId) => {
    let given: unknown;
    try {
      given = require(userId);
    } catch (cause) {
      throw unanswered(cause);
    }
    return isThenable(given) ? answered(given).then(toDemand) : toDemand(given);
  };
}

function isThenable(given: unknown): given is PromiseLike<unknown> {
  return typeof given === 'object' && given !== null && typeof Reflect.get(given, 'then') === 'function';
}

async function answered(given: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await within(
      DEADLINE_MS,
      Promise.resolve(given),
      () => new Error(`require did not answer within ${DEADLINE_MS / 1000} s.`),
    );
  } catch (cause) {
    throw unanswered(cause);
  }
}

function unanswered(cause: unknown): MfaError {
  return new MfaError('store_unavailable', { message: 'require did not answer.', cause });
}

/** Checks a requirement. @throws {TypeError} that names the field */
export function toDemand(given: null): null;
export function toDemand(given: Date | Requirement): Demand;
export function toDemand(given: unknown): Demand | null;
export function toDemand(given: unknown): Demand | null {
  if (given === null) return null;
  if (isInstant(given)) return toDemand({ from: given });
  if (typeof given !== 'object' || given instanceof Date) {
    throw new TypeError('require must give a valid Date or null, or an object with a valid `from`');
  }
  const requirement: { readonly [Field in keyof Requirement]?: unknown } = given;
  const { from, graceDays = 0, until, remindDays = [], maxExemptionDays, rule } = requirement;
  if (!isInstant(from)) throw wrong('from must be a valid Date');
  if (!isDays(graceDays, 0)) throw wrong(`graceDays must be a whole number from 0 to ${MOST_DAYS}`);
  if (until !== undefined && !(isInstant(until) && until >= from)) throw wrong('until must be a Date not before from');
  if (!Array.isArray(remindDays) || remindDays.length > MOST_REMINDERS || !remindDays.every((n) => isDays(n, 1))) {
    throw wrong(`remindDays must be at most ${MOST_REMINDERS} whole numbers from 1 to ${MOST_DAYS}`);
  }
  if (maxExemptionDays !== undefined && !isDays(maxExemptionDays, 1)) {
    throw wrong(`maxExemptionDays must be a whole number from 1 to ${MOST_DAYS}`);
  }
  if (rule !== undefined && !(typeof rule === 'string' && rule.length >= 1 && rule.length <= RULE_CHARACTERS)) {
    throw wrong(`rule must be a string of 1 to ${RULE_CHARACTERS} characters`);
  }
  return {
    from: from.getTime(),
    graceDays,
    until: until?.getTime() ?? Infinity,
    remindDays,
    maxExemptionDays: maxExemptionDays ?? Infinity,
    rule: rule ?? null,
  };
}

function isInstant(value: unknown): value is Date {
  return value instanceof Date && Math.abs(value.getTime()) <= UNTIL_UNLOCK;
}

function isDays(value: unknown, least: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= MOST_DAYS;
}

function wrong(rule: string): TypeError {
  return new TypeError(`require: ${rule}`);
}
