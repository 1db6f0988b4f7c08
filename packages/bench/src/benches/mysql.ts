/** mysql: verify on a real MariaDB, against a read and a swap of the same texts on the bare driver. */
import { memoryStore } from '@mfakit/memory';
import { migrate, mysqlStore, type MysqlClient, type MysqlStatement, type MysqlValue } from '@mfakit/mysql';
import { startMariadb } from '@mfakit/mysql-server';
import { createPool, type Pool, type ResultSetHeader } from 'mysql2/promise';
import { at, enrolMany, startApplication } from '../application.ts';
import type { Bench, Findings, Scale } from '../bench.ts';
import { duration, perSecond, times } from '../format.ts';
import { find, interleave, ratio, type Candidate } from '../interleave.ts';
import { inParallel } from '../parallel.ts';
import { verifyCandidate } from '../verify-candidate.ts';

const AT_LEAST = 0.45;
const CONNECTIONS = [1, 20] as const;

async function run({ smoke }: Scale): Promise<Findings> {
  const operations = smoke ? 20 : 200;
  const server = await startMariadb();
  const pools: Pool[] = [];
  const connect = async (max: number, database: string): Promise<Pool> => {
    const pool = createPool({ uri: server.url, connectionLimit: max });
    pools.push(pool);
    await migrate(pool, { database });
    return pool;
  };
  try {
    const candidates: Candidate[] = [];
    for (const max of CONNECTIONS) {
      const one = await verifyCandidate(
        `mfakit ${max}`,
        mysqlStore(await connect(max, `m${max}`), { database: `m${max}` }),
        operations,
      );
      candidates.push({ ...one, operations, run: () => inParallel(max, operations, one.run) });
      const where = { max, operations };
      candidates.push(
        await rawCandidate(`raw ${max}`, await connect(max, `r${max}`), { ...where, database: `r${max}` }),
      );
      const beside = await verifyCandidate('memory', memoryStore(), operations);
      const both = { ...where, database: `b${max}`, beside };
      candidates.push(await rawCandidate(`raw+memory ${max}`, await connect(max, `b${max}`), both));
    }
    const measured = await interleave(candidates, { rounds: smoke ? 1 : 15, warmupRounds: smoke ? 1 : 5, samples: 1 });
    const share = (max: number, of = 'mfakit', to = 'raw'): number =>
      1 / ratio(find(measured, `${of} ${max}`), find(measured, `${to} ${max}`));
    return {
      text: [
        'MariaDB 10.11 on the same machine, with its default settings, fsync included, and `mysql2`: server, driver and ' +
          'library share the cores. Raw sends two statements of the store with values made beforehand: the SELECT of the record, ' +
          'and the INSERT that swaps it and stores its event. With 20 connections, 20 users are verified at a time. ' +
          'raw+memory is raw with a `verify` in memory between its two statements. Processor time is that of this process, ' +
          'without the server.',
      ],
      tables: [
        {
          head: ['connections', '', 'per call', 'per second', 'throughput to raw', 'processor time'],
          rows: measured.map((one) => {
            const [name = '', max = ''] = one.name.split(' ');
            const raw = find(measured, `raw ${max}`);
            return [max, name, duration(one.us), perSecond(one.us), times(1 / ratio(one, raw)), duration(one.cpuUs)];
          }),
        },
      ],
      targets: CONNECTIONS.map((max) => ({
        work: `\`verify\` on MariaDB, ${max} ${max === 1 ? 'connection' : 'connections'}`,
        target: `at least ${AT_LEAST} of raw`,
        figure: times(share(max)),
        met: share(max) >= AT_LEAST,
        bound:
          'the work of `verify`, with the server on the same two cores: raw with a `verify` in memory between its ' +
          `statements runs at ${times(share(max, 'raw+memory'))} of raw, and ours at ` +
          `${times(share(max, 'mfakit', 'raw+memory'))} of that`,
      })),
    };
  } finally {
    await Promise.all(pools.map((pool) => pool.end()));
    await server.stop();
  }
}

interface RawOptions {
  readonly database: string;
  readonly operations: number;
  readonly max: number;
  /** Runs between the two statements. */
  readonly beside?: Candidate;
}

/** One statement as the store sent it. */
type Sent = readonly [MysqlStatement, MysqlValue[]];

/** The floor: exactly what the store sends to read and to swap a record, with values made in advance. */
async function rawCandidate(
  name: string,
  pool: Pool,
  { database, operations, max, beside }: RawOptions,
): Promise<Candidate> {
  const sent: Sent[] = [];
  let holding = false;
  const client: MysqlClient = {
    execute: async (statement, values) => {
      sent.push([statement, values]);
      // The store must believe that the swap it holds back has changed one row.
      const held = holding && !statement.sql.startsWith('SELECT');
      return held ? [{ affectedRows: 1 }, undefined] : pool.execute(statement, values);
    },
  };
  const store = mysqlStore(client, { database });
  const application = startApplication(store);
  const enrolled = await enrolMany(application, operations);
  sent.splice(0);
  // Core need not read before each swap: what the floor sends for it is asked of the store.
  await store.read('anyone');
  const [select] = at(sent, 0);
  let recorded: readonly Sent[] = [];
  return {
    name,
    operations,
    prepare: async () => {
      await beside?.prepare?.();
      const logins = await application.logins(enrolled);
      const updates: Sent[] = [];
      holding = true;
      for (const login of logins) {
        sent.splice(0);
        await application.mfa.verify(login);
        const swaps = sent.filter(([{ sql }]) => sql !== select.sql);
        if (swaps.length !== 1) throw new Error('a verify sends one swap');
        updates.push(at(swaps, 0));
      }
      holding = false;
      recorded = updates;
    },
    run: () =>
      inParallel(max, operations, async (index) => {
        await pool.execute(select, [at(enrolled, index).userId]);
        await beside?.run(index);
        const [{ affectedRows }] = await pool.execute<ResultSetHeader>(...at(recorded, index));
        if (affectedRows === 0) throw new Error('the swap was lost');
      }),
  };
}

/** The benchmark. */
export const mysql: Bench = { name: 'mysql', title: 'verify on MariaDB', run };
