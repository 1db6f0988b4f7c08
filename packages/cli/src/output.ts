/** Output: data on standard output, as a table, as tab-separated text or as JSON; everything else on standard error. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { createColors } from 'picocolors';
import { safeText } from './safe-text.ts';

/** What a row says about one thing. */
type Value = string | number | boolean | null | undefined | Date | readonly string[] | Details;

/** Facts that differ from row to row: in a table one cell. */
type Details = Readonly<Record<string, unknown>>;

/** A row, by its columns. */
export type Row = Readonly<Record<string, Value>>;

/** A stream, and whether a person looks at it. */
export type Stream = Writable & { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined };

/** How to print. */
export interface OutputSettings {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether people want colors. A stream that nobody looks at has none. */
  readonly color: boolean;
}

/** Where a command prints. */
export interface Output {
  readonly json: boolean;
  /** Prints rows as they come. In a table, columns are as wide as the first page of rows needs. */
  rows(type: string, rows: AsyncIterable<Row> | Iterable<Row>): Promise<number>;
  /** Prints one thing: for people a line for each of its values. */
  details(type: string, row: Row): Promise<void>;
  /** The last line of `--json`. */
  result(result: Readonly<Record<string, unknown>>): Promise<void>;
  /** Something for the operator to know, on standard error; not with `--quiet`. */
  readonly note: (text: string) => void;
  /** Why nothing was done, or not everything; `--quiet` or not. */
  readonly complain: (text: string) => void;
}

/** Rows that decide how wide the columns of a table are. */
const PAGE = 200;
const GAP = '  ';

/** Prints to these streams. */
export function createOutput({ stdout, stderr, json, quiet, color }: OutputSettings): Output {
  const bold = createColors(color && stdout.isTTY === true).bold;
  const red = createColors(color && stderr.isTTY === true).red;
  const isTable = stdout.isTTY === true && !json;

  async function line(text: string): Promise<void> {
    if (!stdout.write(`${text}\n`) && !stdout.destroyed) await once(stdout, 'drain');
  }
  const jsonLine = (type: string, row: object): Promise<void> => line(JSON.stringify({ type, ...row }));

  async function page(rows: readonly Row[], widths: readonly number[]): Promise<void> {
    for (const row of rows) {
      const cells = Object.values(row).map(shown);
      // The last cell is not padded: its line would wrap.
      const padded = cells.map((cell, at) => (at === cells.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)));
      await line(padded.join(GAP));
    }
  }

  async function table(rows: AsyncIterable<Row> | Iterable<Row>): Promise<number> {
    let count = 0;
    let widths: readonly number[] | null = null;
    let waiting: Row[] = [];
    const flush = async (): Promise<void> => {
      const [first] = waiting;
      if (first === undefined) return;
      if (widths === null) {
        const heads = Object.keys(first).map(heading);
        widths = heads.map((head, at) =>
          Math.max(head.length, ...waiting.map((row) => shown(Object.values(row)[at] ?? null).length)),
        );
        await line(
          bold(
            heads
              .map((head, at) => head.padEnd(widths?.[at] ?? 0))
              .join(GAP)
              .trimEnd(),
          ),
        );
      }
      await page(waiting, widths);
      waiting = [];
    };
    for await (const row of rows) {
      count += 1;
      waiting.push(row);
      if (waiting.length === PAGE) await flush();
    }
    await flush();
    return count;
  }

  const say = (text: string): void => void stderr.write(`${text}\n`);
  return {
    json,
    async rows(type, rows) {
      if (isTable) return table(rows);
      let count = 0;
      for await (const row of rows) {
        count += 1;
        await (json ? jsonLine(type, row) : line(Object.values(row).map(shown).join('\t')));
      }
      return count;
    },
    async details(type, row) {
      if (json) return jsonLine(type, row);
      const width = Math.max(...Object.keys(row).map((key) => heading(key).length));
      for (const [key, value] of Object.entries(row)) {
        await line(isTable ? `${bold(heading(key).padEnd(width))}${GAP}${shown(value)}` : `${key}\t${shown(value)}`);
      }
    },
    result: async (result) => (json ? jsonLine('result', result) : undefined),
    note: (text) => (quiet ? undefined : say(text)),
    complain: (text) => say(`${red('mfakit:')} ${text}`),
  };
}

/** `backupCodes` as `BACKUP CODES`. */
function heading(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => ` ${letter}`).toUpperCase();
}

function shown(value: Value): string {
  if (value === null || value === undefined) return '-';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') {
    const parts = Array.isArray(value) ? value : Object.entries(value).map(([key, fact]) => `${key}=${String(fact)}`);
    return parts.length === 0 ? '-' : safeText(parts.join(', '));
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return safeText(String(value));
}
