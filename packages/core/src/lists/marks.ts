/** Marks: the facts of a record as a store may index them, and what a count by them tells. */
import type { EnrolledKind } from '../factors/factor-kind.ts';
import type { MfaOptions } from '../options.ts';
import { UNTIL_UNLOCK } from '../record/fields.ts';
import type { MfaRecord } from '../record/record.ts';
import type { MarkCount, Marked, Marks } from '../store.ts';
import { factsOf, type Facts } from './facts.ts';
import type { UserFilter, UserState } from './types.ts';

/** Beyond it a record has no marks, and is read instead: an index takes no longer key. */
const MAX_CHARACTERS = 1000;

const SCHEMA = 'schema:1';
const FORGOTTEN = 'forgotten';
const ENROLLED = 'enrolled';
/** Of users without a factor. */
const OPEN = 'open';
/** Of those, users who are exempt until an instant. */
const EXEMPT = 'exempt';
const FEW_CODES = 'few_codes';
const SHORT_SECRET = 'short_secret';
const LOCKED = 'locked';
const OVERDUE = 'overdue';
const KIND = 'kind:';
const KEY = 'key:';

/** Makes what gives the marks of a record. They depend on no option: a change of `require` leaves them true. */
export function createMarks(kinds: readonly EnrolledKind[]): (record: MfaRecord) => Marks | undefined {
  return (record) => {
    // Nothing is demanded, so the instant decides nothing.
    const facts = factsOf(record, { kinds, now: 0, demand: null });
    if (facts === null) return { tags: [SCHEMA, FORGOTTEN], lockedUntil: null, overdueFrom: null };
    const { lockedUntil } = facts;
    const overdueFrom = facts.overdueFrom === null ? null : Math.max(facts.overdueFrom, 0);
    const tags = tagsOf(facts, facts.kinds.length === 0 && record.exemptUntil !== null);
    return tags.join(' ').length > MAX_CHARACTERS ? undefined : { tags, lockedUntil, overdueFrom };
  };
}

function tagsOf(
  { kinds, fewCodes, shortSecret, keyIds, lockedUntil, overdueFrom }: Facts,
  exempt: boolean,
): readonly string[] {
  return [
    SCHEMA,
    kinds.length > 0 ? ENROLLED : OPEN,
    ...kinds.map((kind) => KIND + plain(kind)),
    ...(exempt ? [EXEMPT] : []),
    ...(fewCodes ? [FEW_CODES] : []),
    ...(shortSecret ? [SHORT_SECRET] : []),
    ...(lockedUntil === null ? [] : [LOCKED]),
    ...(overdueFrom === null ? [] : [OVERDUE]),
    ...keyIds.map((keyId) => KEY + plain(keyId)),
  ];
}

/** As printable ASCII without spaces. */
function plain(text: string): string {
  return encodeURIComponent(text);
}

/**
 * What the records of a list are marked by.
 * @param require - the option: whom it makes late is in no mark
 */
export function markedFor({ state, key }: UserFilter, now: number, require: MfaOptions['require']): Marked {
  if (key !== undefined) return { tag: KEY + plain(key) };
  if (state === 'locked') return { tag: LOCKED, lockedAt: now };
  if (state === 'locked_until_unlock') return { tag: LOCKED, lockedAt: UNTIL_UNLOCK - 1 };
  if (state === 'overdue') return require === undefined ? { tag: OVERDUE, overdueAt: now } : { tag: OPEN };
  return { tag: state === 'few_codes' ? FEW_CODES : SHORT_SECRET };
}

/** Which users only their record shows to be overdue or not; `null`: the count tells it of everyone. */
export function overdueUnseen(require: MfaOptions['require']): Marked | null {
  if (require === undefined) return null;
  return { tag: require === 'all' ? EXEMPT : OPEN };
}

/** Users that a count tells apart from others, with what it says of all of them. */
export interface Group extends Pick<Facts, 'kinds'> {
  readonly users: number;
  readonly states: Readonly<Record<UserState, number>>;
}

/** What an application makes of a count. `'unreadable'`: records of another release, or of kinds that it was not given. */
export function groupOf(
  { tags, users, locked, lockedUntilUnlock, overdue }: MarkCount,
  { kinds, require }: { readonly kinds: readonly EnrolledKind[]; readonly require: MfaOptions['require'] },
): Group | 'forgotten' | 'unmarked' | 'unreadable' {
  if (tags === null) return 'unmarked';
  const held = kinds.map(({ method }) => method).filter((method) => tags.includes(KIND + plain(method)));
  const known = tags.includes(SCHEMA) && tags.filter((tag) => tag.startsWith(KIND)).length === held.length;
  if (!known) return 'unreadable';
  if (tags.includes(FORGOTTEN)) return 'forgotten';
  const all = (tag: string): number => (tags.includes(tag) ? users : 0);
  const late = require === undefined ? overdue : require === 'all' ? all(OPEN) - all(EXEMPT) : 0;
  return {
    kinds: held,
    users,
    states: {
      locked,
      locked_until_unlock: lockedUntilUnlock,
      overdue: late,
      few_codes: all(FEW_CODES),
      short_secret: all(SHORT_SECRET),
    },
  };
}
