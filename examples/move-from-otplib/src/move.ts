/** Moves the rows of the old table into mfakit. It may run as often as you like: it brings newcomers, and later last uses. */
import type { Mfa } from '@mfakit/core';
import { importAll, sources, type RowReport } from '@mfakit/import';
import type { OldUser } from './old-login.ts';

/** @returns a report for each row */
export async function move(mfa: Mfa, users: Iterable<OldUser>): Promise<readonly RowReport[]> {
  const read = sources.columns.prepare({ encoding: 'base32' });
  const rows = [...users].flatMap((user) => [
    ...read({ id: user.id, secret: user.totpSecret, enabled: user.totpEnabled, last_step: user.lastStep }),
  ]);
  const reports: RowReport[] = [];
  for await (const report of importAll(mfa, rows)) reports.push(report);
  return reports;
}
