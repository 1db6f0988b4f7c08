/** The application of the processes that import, and what they and their parent tell each other. */
import { createMfa, type Mfa } from '@mfakit/core';
import { postgresStore } from '@mfakit/postgres';
import { quickHasher, type TestClock } from '@mfakit/testkit';
import { Pool } from 'pg';

/** What the process is to do. */
export interface ImportTask {
  readonly url: string;
  readonly schema: string;
  readonly users: number;
  /** Which of the sources. */
  readonly source: number;
}

/** What it tells: the reports so far, and at the end how many there were of each outcome. */
export type Told = { readonly reported: number } | { readonly outcomes: Readonly<Record<string, number>> };

/** When all of it happens. */
export const NOW = 1_750_000_015_000;

/** An application over the same tables and keys in every process. */
export function openApplication(
  { url, schema }: Pick<ImportTask, 'url' | 'schema'>,
  clock: TestClock,
): { readonly mfa: Mfa; readonly pool: Pool } {
  const pool = new Pool({ connectionString: url, max: 8 });
  pool.on('error', () => undefined);
  const mfa = createMfa({
    issuer: 'Acme',
    store: postgresStore(pool, { schema }),
    keys: [Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64')],
    verifyPassword: 'passwordless',
    hasher: quickHasher,
    clock,
  });
  return { mfa, pool };
}
