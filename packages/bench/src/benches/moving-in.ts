/** moving-in: secrets of another system into PostgreSQL, and the same again when nothing has changed. */
import { randomBytes } from 'node:crypto';
import { createMfa } from '@mfakit/core';
import { importAll, sources, type ReadDocument, type ReadRow } from '@mfakit/import';
import { migrate, postgresStore } from '@mfakit/postgres';
import { startPostgres } from '@mfakit/postgres-server';
import { Pool } from 'pg';
import type { Bench, Findings, Scale } from '../bench.ts';
import { perSecond } from '../format.ts';

const FIRST_AT_LEAST = 800;
const AGAIN_AT_LEAST = 2000;
const CONCURRENCY = 16;

async function run({ smoke }: Scale): Promise<Findings> {
  const users = smoke ? 100 : 8000;
  const server = await startPostgres();
  const pool = new Pool({ connectionString: server.url, max: CONCURRENCY });
  pool.on('error', () => undefined);
  try {
    await migrate(pool);
    const mfa = createMfa({
      issuer: 'Acme',
      store: postgresStore(pool, { namedStatements: true }),
      keys: [randomBytes(32).toString('base64')],
      verifyPassword: 'passwordless',
    });
    const documents = Array.from({ length: users }, (_, index) => ({
      id: `user-${index}`,
      secret: randomBytes(20).toString('hex'),
      last_step: 58_000_000,
    }));
    const read = sources.columns.prepare({ encoding: 'hex' });
    const measure = async (outcome: string): Promise<number> => {
      const started = performance.now();
      for await (const report of importAll(mfa, rowsOf(documents, read), { concurrency: CONCURRENCY })) {
        if (report.outcome !== outcome) throw new Error(`A user was ${report.outcome}, and not ${outcome}.`);
      }
      return ((performance.now() - started) * 1000) / users;
    };
    const first = await measure('imported');
    const again = await measure('unchanged');
    return {
      text: [
        `${users} users with one secret each, read from rows of \`columns\` and imported into PostgreSQL 18 on the same ` +
          `machine with its default settings, fsync included, ${CONCURRENCY} at a time over as many connections with prepared statements. Server, ` +
          'driver and library share the cores. The second run reads the same rows, and changes nothing.',
      ],
      tables: [
        {
          head: ['run', 'users per second'],
          rows: [
            ['first: imported', perSecond(first)],
            ['second: unchanged', perSecond(again)],
          ],
        },
      ],
      targets: [target('first import of secrets', first, FIRST_AT_LEAST), target('second run', again, AGAIN_AT_LEAST)],
    };
  } finally {
    await pool.end();
    await server.stop();
  }
}

function* rowsOf(documents: readonly unknown[], read: ReadDocument): Generator<ReadRow> {
  for (const document of documents) yield* read(document);
}

function target(work: string, us: number, atLeast: number): Findings['targets'][number] {
  const met = 1e6 / us >= atLeast;
  return { work, target: `≥ ${atLeast} users/s into PostgreSQL`, figure: perSecond(us), met };
}

/** The import. */
export const movingIn: Bench = { name: 'moving-in', title: 'Moving in', run };
