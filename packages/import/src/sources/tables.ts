/** Finds the rows of a document and checks their shape. A bad row is skipped by itself, and the others are read. */
import * as z from 'zod';
import { RowError } from '../row-error.ts';
import type { SkippedRow, SkipReason } from '../row.ts';

/** A key of a database: number or text. As text it is what users are imported as. */
export const rowKey: z.ZodType<string> = z
  .union([z.string().min(1).max(255), z.int(), z.bigint()])
  .transform((value) => String(value));

/** A switch as the databases write it. */
export const flag: z.ZodType<boolean> = z
  .union([z.boolean(), z.literal([0, 1, '0', '1', 't', 'f', 'true', 'false'])])
  .transform((value) => [true, 1, '1', 't', 'true'].includes(value));

/** An instant as the databases write it. One that tells no zone is taken as UTC. */
export const instant: z.ZodType<Date> = z.string().transform((text, context) => {
  const zoned = /(?:Z|[+-]\d\d(?::?\d\d)?)$/.test(text) ? text.replace(/([+-]\d\d)$/, '$1:00') : `${text}Z`;
  const date = new Date(zoned.replace(' ', 'T'));
  if (!Number.isNaN(date.getTime())) return date;
  context.addIssue({ code: 'custom', message: 'not an instant' });
  return z.NEVER;
});

/** JSON that is a value already, or still its text. */
export function json<T>(schema: z.ZodType<T>): z.ZodType<T> {
  const parsed = z.string().transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'not JSON' });
      return z.NEVER;
    }
  });
  return z.union([schema, parsed.pipe(schema)]);
}

/** A row of the right shape, with the name by which a report tells it. */
export interface NamedRow<T> {
  readonly name: string;
  readonly row: T;
}

/** The rows of a table: those of the right shape, and the others as skipped. */
export interface Table<T> {
  readonly rows: readonly NamedRow<T>[];
  readonly skipped: readonly SkippedRow[];
}

/** How a table is read: its name, its columns, and which of them tell the row and its user. */
export interface TableShape<T> {
  readonly table: string;
  readonly schema: z.ZodType<T>;
  readonly id: string;
  readonly user: string;
  /** The document may be a row of this table, or an array of them. */
  readonly main?: true;
}

/** Reads one table of a document. A table that is not there is empty, but for the main one. */
export function readTable<T>(document: unknown, { table, schema, id, user, main }: TableShape<T>): Table<T> {
  const found = rowsOf(document, table, main);
  if (found === undefined) return { rows: [], skipped: main ? [skipped('malformed', null, table)] : [] };
  const rows: NamedRow<T>[] = [];
  const refused: SkippedRow[] = [];
  for (const [index, value] of found.entries()) {
    const text = columnOf(value, id);
    const name = text === null ? `${table}[${index}]` : `${table}/${text}`;
    const parsed = schema.safeParse(value);
    if (parsed.success) rows.push({ name, row: parsed.data });
    else refused.push(skipped('malformed', columnOf(value, user), name));
  }
  return { rows, skipped: refused };
}

function rowsOf(document: unknown, table: string, main = false): readonly unknown[] | undefined {
  if (Array.isArray(document)) return main ? document : undefined;
  if (typeof document !== 'object' || document === null) return undefined;
  const rows: unknown = Object.hasOwn(document, table) ? Reflect.get(document, table) : undefined;
  if (Array.isArray(rows)) return rows;
  // A row has no arrays of objects in it: a document with one is an export that lacks this table.
  const isRow = main && !Object.values(document).some((value) => Array.isArray(value) && typeof value[0] === 'object');
  return isRow ? [document] : undefined;
}

function columnOf(row: unknown, column: string): string | null {
  const value: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, column) : undefined;
  return rowKey.safeParse(value).data ?? null;
}

/** A skipped row. */
export function skipped(reason: SkipReason, userId: string | null, row: string): SkippedRow {
  return { userId, reason, row };
}

/** Runs a reader for a row: what it refuses is a skipped row. */
export function attempt<T>(userId: string, row: string, read: () => T): T | SkippedRow {
  try {
    return read();
  } catch (error) {
    return skipped(error instanceof RowError ? error.reason : 'malformed', userId, row);
  }
}

/** Rows by user. */
export function byUser<T>(rows: readonly NamedRow<T>[], user: (row: T) => string): Map<string, NamedRow<T>[]> {
  const groups = new Map<string, NamedRow<T>[]>();
  for (const named of rows) {
    const group = groups.get(user(named.row));
    if (group === undefined) groups.set(user(named.row), [named]);
    else group.push(named);
  }
  return groups;
}
