/** postgres: verify on a real server, against the same statements on the bare driver, and against better-auth. */
import { memoryStore } from '@mfakit/memory';
import { migrate, postgresStore, type PostgresStoreOptions } from '@mfakit/postgres';
import { startPostgres } from '@mfakit/postgres-server';
import { getMigrations } from 'better-auth/db/migration';
import { Pool } from 'pg';
import { at } from '../application.ts';
import type { Bench, Findings, Scale } from '../bench.ts';
import { count, duration, perSecond, times } from '../format.ts';
import { find, interleave, ratio, type Candidate } from '../interleave.ts';
import { abilityTable } from '../peers/abilities.ts';
import { betterAuthApplication, peerOptions, type Peer } from '../peers/better-auth.ts';
import { inParallel } from '../parallel.ts';
import { verifyCandidate } from '../verify-candidate.ts';
import { requireOneCopy } from '../one-copy.ts';
import { rawCandidate, updateAlone, type Where } from './postgres-raw.ts';
import { meter, type Metered } from './server-meter.ts';

const CONNECTIONS = [1, 20] as const;

/** One lane makes the largest batches: on two cores, the work of the server is what they save. */
const BATCHING: PostgresStoreOptions = { batch: { lanes: 1 } };

/** What throughput is to reach, of a raw read and write on as many connections. */
const TARGETS = [
  { max: 1, how: 'unnamed', atLeast: 1 },
  { max: 1, how: 'named', atLeast: 0.95 },
  { max: 20, how: 'unnamed', atLeast: 0.85 },
  { max: 20, how: 'named', atLeast: 0.75 },
  { max: 20, how: 'batching', atLeast: 1.4 },
] as const;

async function run({ smoke }: Scale): Promise<Findings> {
  const operations = smoke ? 20 : 200;
  const rounds = smoke ? 1 : 15;
  const server = await startPostgres({ settings: { max_connections: '200' } });
  const pools: Pool[] = [];
  const connect = (max: number, applicationName: string): Pool => {
    // Connections must outlive the turns of the others: to open them anew is no part of a call.
    const kept = { idleTimeoutMillis: 0, application_name: applicationName };
    const pool = new Pool({ connectionString: server.url, max, ...kept });
    // An idle connection notices that the server ends before the connection itself is closed.
    pool.on('error', () => undefined);
    pools.push(pool);
    return pool;
  };
  const admin = connect(1, 'admin');
  const schema = async (name: string): Promise<string> => {
    await migrate(admin, { schema: name });
    return name;
  };
  try {
    const candidates: Metered[] = [];
    for (const max of CONNECTIONS) {
      for (const named of [false, true]) {
        const how = named ? 'named' : 'unnamed';
        const applicationName = `${max}${how}`;
        const place = { pool: connect(max, applicationName), named, operations, connections: max };
        const where = async (letter: string): Promise<Where> => ({
          ...place,
          schema: await schema(`${letter}${applicationName}`),
        });
        const add = (candidate: Candidate): unknown => candidates.push(meter(candidate, { admin, applicationName }));
        add(await ours(`mfakit ${max} ${how}`, await where('m'), named ? { namedStatements: true } : {}));
        add(await rawCandidate(`raw ${max} ${how}`, await where('r')));
        add(await updateAlone(`UPDATE-alone ${max} ${how}`, await where('u')));
        if (named) continue;
        if (max > 1) add(await ours(`mfakit ${max} batching`, await where('g'), BATCHING));
        const beside = await verifyCandidate('memory', memoryStore(), operations);
        add(await rawCandidate(`raw+memory ${max} ${how}`, await where('b'), beside));
      }
      const applicationName = `better-auth${max}`;
      const peer = await peerCandidate(
        `better-auth ${max} unnamed`,
        connect(max, applicationName),
        max,
        smoke ? 4 : 40,
      );
      candidates.push(meter(peer, { admin, applicationName }));
    }
    requireOneCopy('pg');
    // From here on, the first change of a page is not logged as a whole page.
    await admin.query('CHECKPOINT');
    const measured = await interleave(candidates, { rounds, warmupRounds: smoke ? 1 : 10, samples: 1 });
    const share = (max: number, how: string, of = 'mfakit', to = 'raw'): number =>
      1 / ratio(find(measured, `${of} ${max} ${how}`), find(measured, `${to} ${max} ${rawOf(how)}`));
    return {
      text: [
        'PostgreSQL 18 on the same machine, with its default settings, fsync included, and one copy of `pg`: server, driver and ' +
          'library share the cores, and candidates with as many connections share a pool. Raw sends a read and a write with ' +
          'texts made beforehand: the SELECT of the record, and the statement that swaps it and stores its event, both as ' +
          'the store sends them. The store need not read what its process has just seen, so it can be faster than raw. ' +
          `Batching is the option \`batch\`, here with ${BATCHING.batch?.lanes} lanes. ` +
          'UPDATE-alone swaps the record, reads nothing and stores no event. With 20 connections, 20 users are verified at ' +
          'a time. better-auth completes a sign-in, session included. Named statements stay prepared on the server; the ' +
          'default, unnamed, works through PgBouncer. raw+memory is raw with a `verify` in memory between its two ' +
          'statements. Processor time is that of this process; that of the server is the time of the backends which serve ' +
          'these connections, without its background writers.',
      ],
      tables: [
        {
          head: [
            'connections',
            'statements',
            '',
            'per call',
            'per second',
            'throughput to raw',
            'processor time',
            "server's",
            'WAL bytes',
          ],
          rows: measured.map((one, index) => {
            const [name = '', max = '', how = ''] = one.name.split(' ');
            const raw = find(measured, `raw ${max} ${rawOf(how)}`);
            const { cpuUs, walBytes } = at(candidates, index).cost(rounds);
            return [
              max,
              how,
              name,
              duration(one.us),
              perSecond(one.us),
              times(1 / ratio(one, raw)),
              duration(one.cpuUs),
              Number.isNaN(cpuUs) ? 'not told' : duration(cpuUs),
              count(walBytes),
            ];
          }),
        },
        abilityTable(['mfakit', 'better-auth']),
      ],
      targets: TARGETS.map(({ max, how, atLeast }) => ({
        work: `\`verify\` on PostgreSQL, ${max} ${max === 1 ? 'connection' : 'connections'}, ${HOW[how]}`,
        target: `at least ${atLeast} of raw read and write`,
        figure: times(share(max, how)),
        met: share(max, how) >= atLeast,
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

const HOW = {
  unnamed: 'unnamed statements',
  named: 'named statements',
  batching: 'unnamed statements, batching',
} as const;

/** The floor sends each statement alone. */
function rawOf(how: string): string {
  return how === 'batching' ? 'unnamed' : how;
}

async function ours(
  name: string,
  { pool, schema, operations, connections }: Where,
  options: PostgresStoreOptions,
): Promise<Candidate> {
  // A `Pool` takes named statements, too.
  const store = postgresStore(pool, { ...options, schema } as PostgresStoreOptions & {
    readonly namedStatements: true;
  });
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
