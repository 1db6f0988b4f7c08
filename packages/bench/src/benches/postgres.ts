/** postgres: verify on a real server, against the same statements on the bare driver, and against better-auth. */
import { memoryStore } from '@mfakit/memory';
import { migrate, postgresStore } from '@mfakit/postgres';
import { startPostgres } from '@mfakit/postgres-server';
import { getMigrations } from 'better-auth/db/migration';
import { Pool } from 'pg';
import { at } from '../application.ts';
import type { Bench, Findings, Scale } from '../bench.ts';
import { duration, perSecond, times } from '../format.ts';
import { find, interleave, ratio, type Candidate } from '../interleave.ts';
import { abilityTable } from '../peers/abilities.ts';
import { betterAuthApplication, peerOptions, type Peer } from '../peers/better-auth.ts';
import { inParallel } from '../parallel.ts';
import { verifyCandidate } from '../verify-candidate.ts';
import { rawCandidate } from './postgres-raw.ts';

const AT_LEAST = 0.8;
const CONNECTIONS = [1, 20] as const;

async function run({ smoke }: Scale): Promise<Findings> {
  const operations = smoke ? 20 : 200;
  const rounds = smoke ? 1 : 15;
  const server = await startPostgres();
  const pools: Pool[] = [];
  const connect = (max: number): Pool => {
    const pool = new Pool({ connectionString: server.url, max });
    // An idle connection notices that the server ends before the connection itself is closed.
    pool.on('error', () => undefined);
    pools.push(pool);
    return pool;
  };
  const schema = async (name: string): Promise<string> => {
    await migrate(connect(1), { schema: name });
    return name;
  };
  try {
    const candidates: Candidate[] = [];
    for (const max of CONNECTIONS) {
      for (const named of [false, true]) {
        const suffix = `${max} ${named ? 'named' : 'unnamed'}`;
        const where = { pool: connect(max), named, operations, connections: max };
        candidates.push(await ours(`mfakit ${suffix}`, { ...where, schema: await schema(`m${max}${named}`) }));
        candidates.push(await rawCandidate(`raw ${suffix}`, { ...where, schema: await schema(`r${max}${named}`) }));
        const beside = await verifyCandidate('memory', memoryStore(), operations);
        const both = { ...where, schema: await schema(`b${max}${named}`), beside };
        candidates.push(await rawCandidate(`raw+memory ${suffix}`, both));
      }
      candidates.push(await peerCandidate(`better-auth ${max} unnamed`, connect(max), max, smoke ? 4 : 40));
    }
    const measured = await interleave(candidates, { rounds, warmupRounds: smoke ? 1 : 15, samples: 1 });
    const share = (max: number, how: string, of = 'mfakit', to = 'raw'): number =>
      1 / ratio(find(measured, `${of} ${max} ${how}`), find(measured, `${to} ${max} ${how}`));
    return {
      text: [
        'PostgreSQL 18 on the same machine, with its default settings, fsync included, and `pg`: server, driver and library ' +
          'share the cores. Raw sends the same two statements with texts made beforehand: the SELECT of the record, and the ' +
          'UPDATE that swaps it and stores its event. With 20 connections, 20 users are verified at a time. better-auth ' +
          'completes a sign-in, session included. Named statements stay prepared on the server; the default, unnamed, works ' +
          'through PgBouncer. raw+memory is raw with a `verify` in memory between its two statements: what is left to the ' +
          'store is the difference to that. Processor time is that of this process, without the server.',
      ],
      tables: [
        {
          head: ['connections', 'statements', '', 'per call', 'per second', 'throughput to raw', 'processor time'],
          rows: measured.map((one) => {
            const [name = '', max = '', how = ''] = one.name.split(' ');
            const raw = find(measured, `raw ${max} ${how}`);
            return [
              max,
              how,
              name,
              duration(one.us),
              perSecond(one.us),
              times(1 / ratio(one, raw)),
              duration(one.cpuUs),
            ];
          }),
        },
        abilityTable(['mfakit', 'better-auth']),
      ],
      targets: CONNECTIONS.map((max) => ({
        work: `\`verify\` on PostgreSQL, ${max} ${max === 1 ? 'connection' : 'connections'}`,
        target: `at least ${AT_LEAST} of raw`,
        figure: `${times(share(max, 'unnamed'))} (named: ${times(share(max, 'named'))})`,
        met: share(max, 'unnamed') >= AT_LEAST,
        bound:
          'the work of `verify`, with the server on the same two cores: raw with a `verify` in memory between its ' +
          `statements runs at ${times(share(max, 'unnamed', 'raw+memory'))} of raw, and ours at ` +
          `${times(share(max, 'unnamed', 'mfakit', 'raw+memory'))} of that`,
      })),
    };
  } finally {
    await Promise.all(pools.map((pool) => pool.end()));
    await server.stop();
  }
}

interface Where {
  readonly pool: Pool;
  readonly schema: string;
  readonly named: boolean;
  readonly operations: number;
  readonly connections: number;
}

async function ours(name: string, { pool, schema, named, operations, connections }: Where): Promise<Candidate> {
  const store = named ? postgresStore(pool, { schema, namedStatements: true }) : postgresStore(pool, { schema });
  const one = await verifyCandidate(name, store, operations);
  return { ...one, operations, run: () => inParallel(connections, operations, one.run) };
}

interface PeerInput {
  readonly headers: Headers;
  readonly code: string;
}

async function peerCandidate(name: string, pool: Pool, connections: number, operations: number): Promise<Candidate> {
  const { runMigrations } = await getMigrations(peerOptions(pool));
  await runMigrations();
  const application = betterAuthApplication(pool);
  const peers: Peer[] = [];
  for (let i = 0; i < operations; i += 1) peers.push(await application.enrol(`peer-${connections}-${i}`));
  let logins: readonly PeerInput[] = [];
  return {
    name,
    operations,
    prepare: async () => {
      const ready: PeerInput[] = [];
      for (const peer of peers) ready.push({ headers: (await application.login(peer)).headers, code: peer.code() });
      logins = ready;
    },
    run: () =>
      inParallel(connections, operations, (index) => {
        const { headers, code } = at(logins, index);
        return application.verify(headers, code);
      }),
  };
}

/** The benchmark. */
export const postgres: Bench = { name: 'postgres', title: 'verify on PostgreSQL', run };
