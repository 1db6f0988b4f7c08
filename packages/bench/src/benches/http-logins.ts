/** measureLogins: whole logins over Hono and PostgreSQL, of twenty clients at a time, beside those of an earlier commit. */
import { migrate, postgresStore } from '@mfakit/postgres';
import { startPostgres } from '@mfakit/postgres-server';
import { Pool } from 'pg';
import { at, enrolMany, startApplication, type Application } from '../application.ts';
import type { Table, Target } from '../bench.ts';
import type { Earlier } from '../earlier.ts';
import { duration, perSecond, times } from '../format.ts';
import { find, interleave, ratio, type Candidate } from '../interleave.ts';
import { loginApplication } from '../login-application.ts';
import { requireOneCopy } from '../one-copy.ts';
import { inParallel } from '../parallel.ts';
import { serveWithHono } from '../serve.ts';
import { percentile } from '../statistics.ts';
import { wireClient, type WireClient } from '../wire-client.ts';

const CLIENTS = 20;
const FASTER_AT_LEAST = 1.25;
const NOW = 'this commit';

/** What was found. */
export interface Logins {
  readonly table: Table;
  /** None without a commit to compare with. */
  readonly targets: readonly Target[];
}

/** Measures logins, and beside them in the same rounds those of an earlier commit. */
export async function measureLogins(earlier: Earlier | null, smoke: boolean): Promise<Logins> {
  const plan = smoke ? { rounds: 1, samples: 1 } : { rounds: 60, warmupRounds: 20, samples: 1 };
  const operations = smoke ? CLIENTS : 200;
  const server = await startPostgres();
  const closing: (() => unknown)[] = [];
  /** A pool over tables of its own, as large for everyone; it keeps its connections while others have their turn. */
  const connect = async (schema: string, createTables: typeof migrate): Promise<Pool> => {
    const pool = new Pool({ connectionString: server.url, max: CLIENTS, idleTimeoutMillis: 0 });
    pool.on('error', () => undefined);
    closing.push(() => pool.end());
    await createTables(pool, { schema });
    return pool;
  };
  /** What each login of a round took. */
  const tookUs = new Map<string, number[][]>();
  const candidate = async (
    name: string,
    application: Application,
    router?: Earlier['mfaRouter'],
  ): Promise<Candidate> => {
    const served = await serveWithHono(loginApplication(application.mfa, router));
    const clients = Array.from({ length: CLIENTS }, () => wireClient(served.port));
    closing.unshift(...clients.map((client) => () => client.close()), () => served.close());
    const users = await enrolMany(application, operations);
    const rounds: number[][] = [];
    tookUs.set(name, rounds);
    let codes: readonly string[] = [];
    return {
      name,
      operations,
      prepare: () => {
        application.clock.advance({ seconds: 3600 });
        codes = users.map(({ phone }) => phone.code(application.clock()));
      },
      run: () => {
        const took: number[] = [];
        rounds.push(took);
        const free = [...clients];
        return inParallel(CLIENTS, operations, async (index) => {
          const client = at(free, free.length - 1);
          free.pop();
          const began = performance.now();
          await login(client, at(users, index).userId, at(codes, index));
          took.push((performance.now() - began) * 1000);
          free.push(client);
        });
      },
    };
  };
  try {
    const candidates = [
      await candidate(NOW, startApplication(postgresStore(await connect('now', migrate), { schema: 'now' }))),
    ];
    if (earlier !== null) {
      const { commit, createMfa: create, mfaRouter } = earlier;
      const store = earlier.postgresStore(await connect('earlier', earlier.migrate), { schema: 'earlier' });
      candidates.push(await candidate(commit, startApplication(store, { create }), mfaRouter));
    }
    requireOneCopy('pg', 'hono', '@hono/node-server');
    const measured = await interleave(candidates, plan);
    const took = (name: string, percent: number): number =>
      percentile((tookUs.get(name) ?? []).slice(-plan.rounds).flat(), percent);
    const now = find(measured, NOW);
    const faster = earlier === null ? Number.NaN : ratio(find(measured, earlier.commit), now);
    return {
      table: {
        head: ['20 clients, PostgreSQL', 'logins per second', 'p50', 'p99', 'throughput of this commit to it'],
        rows: measured.map((one) => [
          one.name,
          perSecond(one.us),
          duration(took(one.name, 50)),
          duration(took(one.name, 99)),
          times(ratio(one, now)),
        ]),
      },
      targets:
        earlier === null
          ? []
          : [
              {
                work: 'login (`begin` and `verify`) over Hono and PostgreSQL, 20 clients',
                target: `at least ${FASTER_AT_LEAST} × commit \`${earlier.commit}\``,
                figure: `${times(faster)}, p99 ${duration(took(NOW, 99))} (then ${duration(took(earlier.commit, 99))})`,
                met: faster >= FASTER_AT_LEAST,
                bound: 'two requests over HTTP and the work of the server, which shares the cores',
              },
            ],
    };
  } finally {
    for (const close of closing) await close();
    await server.stop();
  }
}

async function login(client: WireClient, userId: string, code: string): Promise<void> {
  const begun = await client.send('POST', '/login', { userId });
  const { mfa_token } = JSON.parse(begun.body) as { readonly mfa_token?: string };
  const verified = await client.send('POST', '/api/auth/totp-verify', { mfa_token, code });
  if (verified.status !== 200) throw new Error(`a login was answered with ${verified.status}: ${verified.body}`);
}
