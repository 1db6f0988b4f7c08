/**
 * Mirror: keeps the mirror columns true. The library's record is the truth, and the columns follow it:
 * - each event of the library has its user's columns compared, and written if they differ;
 * - administration has them compared before it answers, and a list does so for each person that it shows;
 * - what both missed (a process that died after the library's commit, a change by the command line) is found by a sweep
 *   over everybody when a server starts.
 * Until one of them comes by, such a person may be missing from a list or a count. What is shown of a person is never taken
 * from the columns.
 */
import type { MfaStatus } from '@mfakit/core';
import { setImmediate } from 'node:timers/promises';
import { MIRROR_COLUMNS, mirrorOf, mirrors } from './mirror-columns.ts';
import type { Sql, SqlRow } from './sql.ts';

/** What keeps it. */
export interface Mirror {
  /** Compares one person's columns, and resolves once they are true. */
  refresh(userId: string): Promise<void>;
  /** Does so soon: something has happened to this person. */
  notice(userId: string): void;
  /** Does so for everybody, in the background. @returns ends that, and resolves once nothing is under way */
  keep(): () => Promise<void>;
}

/** People whom the sweep looks at together. */
const SWEPT_AT_ONCE = 20;

/** @param status - the truth about a user */
export function mirrorIn(sql: Sql, status: (userId: string) => Promise<MfaStatus>): Mirror {
  const columns = MIRROR_COLUMNS.join(', ');
  const assignments = MIRROR_COLUMNS.map((column, index) => `${column} = $${index + 1}`).join(', ');
  const update = `UPDATE account SET ${assignments} WHERE id = $${MIRROR_COLUMNS.length + 1}`;

  /** @returns whether the row was true */
  const settle = async (userId: string, row: SqlRow): Promise<boolean> => {
    const truth = mirrorOf(await status(userId));
    if (mirrors(row, truth)) return true;
    await sql(update, [...MIRROR_COLUMNS.map((column) => truth[column]), userId]);
    return false;
  };

  const refresh = async (userId: string): Promise<void> => {
    for (;;) {
      const [row] = await sql(`SELECT ${columns} FROM account WHERE id = $1`, [userId]);
      // What was written is compared again: of two at once, the one that knew less may have written last.
      if (row === undefined || (await settle(userId, row))) return;
    }
  };

  const quietly = async (userId: string): Promise<void> => {
    try {
      await refresh(userId);
    } catch (error) {
      console.error(`Lists do not know yet what changed for ${userId}.`, error);
    }
  };

  const noticed = new Set<string>();
  let atWork: Promise<void> | null = null;
  const work = async (): Promise<void> => {
    // A set that grows while it is walked is walked to its new end.
    for (const userId of noticed) {
      noticed.delete(userId);
      await quietly(userId);
    }
    atWork = null;
  };

  const sweep = async (signal: AbortSignal): Promise<void> => {
    let after = '';
    while (!signal.aborted) {
      const rows = await sql(`SELECT id, ${columns} FROM account WHERE id > $1 ORDER BY id LIMIT ${SWEPT_AT_ONCE}`, [
        after,
      ]);
      if (rows.length === 0) return;
      await Promise.all(
        rows.map(async (row) => {
          const userId = String(row['id']);
          if (!(await settle(userId, row).catch(() => false))) await quietly(userId);
        }),
      );
      after = String(rows.at(-1)?.['id']);
      // SQLite answers at once: requests come in between.
      await setImmediate();
    }
  };

  return {
    refresh,
    notice(userId) {
      noticed.add(userId);
      atWork ??= work();
    },
    keep() {
      const end = new AbortController();
      const swept = sweep(end.signal).catch((error: unknown) => console.error('The sweep has ended early.', error));
      return async () => {
        end.abort();
        await swept;
        await atWork;
      };
    },
  };
}
