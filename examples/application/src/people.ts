/** People: the list that administrators see, filtered, sorted and cut into pages by the database. */
import type { MfaStatus } from '@mfakit/core';
import type { Mirror } from './mirror.ts';
import { MIRROR_COLUMNS, mirrorOf, mirrors, NEVER } from './mirror-columns.ts';
import type { Sql, SqlRow } from './sql.ts';

/** Whom a list can show. */
export const SHOWS = ['everyone', 'off', 'on', 'must', 'overdue', 'locked', 'no_codes'] as const;
type Show = (typeof SHOWS)[number];

/** How it can be sorted: by name from A or from Z, or by the day from which two-step verification is required. */
export const SORTS = ['name', '-name', 'required'] as const;
type Sort = (typeof SORTS)[number];

/** A place between two people of a list. It stays good when either of them changes, or goes. */
export interface Place {
  readonly requiredFrom: number;
  readonly userName: string;
}

/** What to list. */
interface PeopleQuery {
  readonly show: Show;
  /** What the name has in it; empty: whatever. */
  readonly name: string;
  readonly sort: Sort;
  readonly after?: Place | undefined;
  readonly before?: Place | undefined;
}

/** Somebody, and what the library says of them. */
export interface Shown {
  readonly id: string;
  readonly userName: string;
  readonly isAdmin: boolean;
  /** `null`: the library cannot read it now. */
  readonly status: MfaStatus | null;
}

/** A page of the list. */
interface PeoplePage {
  readonly people: readonly Shown[];
  /** How many there are, of those with such a name. */
  readonly counts: Readonly<Record<Show, number>>;
  /** The places around the page; `null`: nobody comes before it, or after it. */
  readonly before: Place | null;
  readonly after: Place | null;
}

/** The list of one database. */
export interface People {
  page(query: PeopleQuery): Promise<PeoplePage>;
}

/** What it is made of. */
export interface PeopleOptions {
  readonly sql: Sql;
  readonly mirror: Pick<Mirror, 'refresh'>;
  readonly status: (userId: string) => Promise<MfaStatus>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** People on a page. */
const PAGE = 25;

/** How often a page is asked for anew after some of it turned out to be out of date. */
const MAX_REPAIRS = 3;

/** @param now - epoch milliseconds */
function conditionOf(show: Show, now: number): string {
  const at = Math.trunc(now);
  switch (show) {
    case 'everyone':
      return '1 = 1';
    case 'off':
      return 'mfa_on = 0';
    case 'on':
      return 'mfa_on = 1';
    case 'must':
      return `mfa_on = 0 AND mfa_required_from < ${NEVER}`;
    case 'overdue':
      return `mfa_on = 0 AND mfa_required_from <= ${at}`;
    case 'locked':
      return `mfa_locked_until > ${at}`;
    case 'no_codes':
      return 'mfa_no_codes = 1';
  }
}

/** Names in which the text stands, as a pattern of LIKE. */
function patternOf(name: string): string {
  return `%${name.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}

/** Every name fits the pattern of the empty text; comparing all of them would take as long as counting them. */
function namedOf(name: string): string {
  return name === '' ? "$1 = '%%'" : String.raw`user_name LIKE $1 ESCAPE '\'`;
}

/** The lists of one database. */
export function peopleIn({ sql, mirror, status, clock }: PeopleOptions): People {
  const rowsOf = async ({ show, name, sort, after, before }: PeopleQuery): Promise<readonly SqlRow[]> => {
    const backwards = before !== undefined;
    const descending = (sort === '-name') !== backwards;
    const direction = descending ? 'DESC' : 'ASC';
    const order = sort === 'required' ? ['mfa_required_from', 'user_name'] : ['user_name'];
    const place = before ?? after;
    const bound = sort === 'required' ? [place?.requiredFrom ?? 0, place?.userName ?? ''] : [place?.userName ?? ''];
    const beyond = `(${order.join(', ')}) ${descending ? '<' : '>'} (${order.map((_, index) => `$${index + 2}`).join(', ')})`;
    return sql(
      `SELECT id, user_name, is_admin, ${MIRROR_COLUMNS.join(', ')} FROM account
       WHERE ${conditionOf(show, clock())} AND ${namedOf(name)} ${place === undefined ? '' : `AND ${beyond}`}
       ORDER BY ${order.map((column) => `${column} ${direction}`).join(', ')} LIMIT ${PAGE + 1}`,
      [patternOf(name), ...(place === undefined ? [] : bound)],
    );
  };

  const countsOf = async (name: string): Promise<PeoplePage['counts']> => {
    const now = clock();
    const sums = SHOWS.map((show) => `SUM(CASE WHEN ${conditionOf(show, now)} THEN 1 ELSE 0 END) AS n_${show}`);
    const [row] = await sql(`SELECT ${sums.join(', ')} FROM account WHERE ${namedOf(name)}`, [patternOf(name)]);
    return Object.fromEntries(SHOWS.map((show) => [show, Number(row?.[`n_${show}`] ?? 0)])) as Record<Show, number>;
  };

  const cut = async (query: PeopleQuery): Promise<Omit<PeoplePage, 'counts' | 'people'> & { rows: SqlRow[] }> => {
    const found = await rowsOf(query);
    const { after, before, ...anywhere } = query;
    const isMore = found.length > PAGE;
    // Fewer than a page before somebody: that is the first page.
    if (before !== undefined && !isMore) return cut(anywhere);
    const rows = found.slice(0, PAGE);
    if (before !== undefined) rows.reverse();
    const [first, last] = [rows.at(0), rows.at(-1)];
    return {
      rows,
      before: first !== undefined && (before !== undefined || after !== undefined) ? placeOf(first) : null,
      after: last !== undefined && (before !== undefined || isMore) ? placeOf(last) : null,
    };
  };

  return {
    async page(query) {
      for (let repairs = 0; ; repairs++) {
        const [{ rows, before, after }, counts] = await Promise.all([cut(query), countsOf(query.name)]);
        const people = await Promise.all(
          rows.map(async (row) => ({ ...toPerson(row), status: await status(String(row['id'])).catch(() => null) })),
        );
        const outOfDate = people.filter(
          (person, index) => person.status !== null && !mirrors(rows[index] ?? {}, mirrorOf(person.status)),
        );
        if (outOfDate.length === 0 || repairs === MAX_REPAIRS) return { people, counts, before, after };
        await Promise.all(outOfDate.map(({ id }) => mirror.refresh(id)));
      }
    },
  };
}

function toPerson(row: SqlRow): Omit<Shown, 'status'> {
  return { id: String(row['id']), userName: String(row['user_name']), isAdmin: Number(row['is_admin']) === 1 };
}

function placeOf(row: SqlRow): Place {
  return { requiredFrom: Number(row['mfa_required_from']), userName: String(row['user_name']) };
}
