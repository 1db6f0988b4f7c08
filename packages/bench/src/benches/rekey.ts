/** rekey: moves users on PostgreSQL to a new key, and looks at users who are there already. */
import { migrate, postgresStore, type PostgresStoreOptions } from '@mfakit/postgres';
import { startPostgres } from '@mfakit/postgres-server';
import { Pool } from 'pg';
import { KEY, OTHER_KEY, startApplication } from '../application.ts';
import type { Bench, Findings, Scale } from '../bench.ts';
import { count, perSecond } from '../format.ts';
import { inParallel } from '../parallel.ts';
import { median } from '../statistics.ts';

const MOVED_AT_LEAST = 2000;
const DONE_AT_LEAST = 10_000;

interface Sweep {
  readonly concurrency: number;
  readonly named: boolean;
  /** How many batches are under way at a time; absent: each commit goes alone. */
  readonly lanes?: number;
}

/** How the sweeps are done; the targets are those of the last. */
const SWEEPS: readonly Sweep[] = [
  { concurrency: 1, named: false },
  { concurrency: 8, named: false },
  { concurrency: 16, named: true },
  { concurrency: 64, named: true, lanes: 2 },
];
const MOST = Math.max(...SWEEPS.map(({ concurrency }) => concurrency));

async function run({ smoke }: Scale): Promise<Findings> {
  const users = smoke ? 50 : 5000;
  const rounds = smoke ? 1 : 3;
  const server = await startPostgres();
  // One more than a sweep writes with: it reads the next page meanwhile.
  const pool = new Pool({ connectionString: server.url, max: MOST + 1 });
  pool.on('error', () => undefined);
  try {
    await migrate(pool);
    const { enrol, clock } = startApplication(postgresStore(pool), { keys: [KEY] });
    await inParallel(MOST, users, (index) => enrol(`user-${index}`));
    /** Who sweeps next finds everyone under the other key. */
    const keys = [KEY, OTHER_KEY];
    /** @returns microseconds a user */
    const sweep = async ({ concurrency, named, lanes }: Sweep, moved: number): Promise<number> => {
      const options: PostgresStoreOptions = lanes === undefined ? {} : { batch: { lanes } };
      const store = postgresStore(pool, { ...options, namedStatements: named as true });
      // One that has seen nobody, as in a script.
      const { mfa } = startApplication(store, { keys, clock });
      const started = performance.now();
      let last = { scanned: 0, rekeyed: 0 };
      for await (const progress of mfa.rekey({ concurrency })) last = progress;
      if (last.scanned !== users || last.rekeyed !== moved) {
        throw new Error(`${last.rekeyed} of ${last.scanned} users were moved, and not ${moved} of ${users}`);
      }
      return ((performance.now() - started) * 1000) / users;
    };
    const taken = SWEEPS.map(() => ({ moving: [] as number[], done: [] as number[] }));
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, how] of SWEEPS.entries()) {
        keys.reverse();
        taken[index]?.moving.push(await sweep(how, users));
        taken[index]?.done.push(await sweep(how, 0));
      }
    }
    const medians = taken.map(({ moving, done }) => ({ moving: median(moving), done: median(done) }));
    const last = medians.at(-1) ?? { moving: Number.NaN, done: Number.NaN };
    const target = (work: string, us: number, atLeast: number): Findings['targets'][number] => ({
      work: `\`rekey\` on PostgreSQL, ${MOST} at a time, ${work}`,
      target: `at least ${count(atLeast)} users/s`,
      figure: perSecond(us),
      met: 1e6 / us >= atLeast,
      bound: 'opening and sealing a secret and ten digests on one core, with the server on the other',
    });
    return {
      text: [
        `\`rekey\` over ${count(users)} users with one factor and ten backup codes, on PostgreSQL 18 on the same machine with ` +
          'its default settings, fsync included. First every user is sealed anew under the other key, then the same sweep ' +
          'finds nothing to do. Server, driver and library share the cores.',
      ],
      tables: [
        {
          head: ['at a time', 'statements', 'batches', 'everyone is moved', 'nothing is to do'],
          rows: SWEEPS.map(({ concurrency, named, lanes }, index) => [
            String(concurrency),
            named ? 'named' : 'unnamed',
            lanes === undefined ? 'none' : `${lanes} lanes`,
            perSecond(medians[index]?.moving ?? Number.NaN),
            perSecond(medians[index]?.done ?? Number.NaN),
          ]),
        },
      ],
      targets: [
        target('everyone is moved', last.moving, MOVED_AT_LEAST),
        target('nothing is to do', last.done, DONE_AT_LEAST),
      ],
    };
  } finally {
    await pool.end();
    await server.stop();
  }
}

/** The benchmark. */
export const rekey: Bench = { name: 'rekey', title: 'Moving users to a new key', run };
