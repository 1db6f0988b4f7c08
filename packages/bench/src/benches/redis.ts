/** redis: verify on a real server, against a plain read and a plain write of the same texts on the bare driver. */
import { memoryStore } from '@mfakit/memory';
import { redisStore } from '@mfakit/redis';
import { startRedis } from '@mfakit/redis-server';
import { Redis } from 'ioredis';
import { at } from '../application.ts';
import type { Bench, Findings, Scale } from '../bench.ts';
import { duration, perSecond, times } from '../format.ts';
import { find, interleave, ratio, type Candidate } from '../interleave.ts';
import { inParallel } from '../parallel.ts';
import { recordedCommits, type Recorded } from '../recorded-commits.ts';
import { verifyCandidate } from '../verify-candidate.ts';

const AT_LEAST = 0.45;
const PARALLEL = [1, 20] as const;

async function run({ smoke }: Scale): Promise<Findings> {
  const operations = smoke ? 20 : 200;
  const server = await startRedis();
  const redis = new Redis(server.url);
  redis.on('error', () => undefined);
  try {
    const candidates: Candidate[] = [];
    for (const parallel of PARALLEL) {
      const spread = (work: (index: number) => Promise<unknown>) => () => inParallel(parallel, operations, work);
      const store = redisStore(redis, { prefix: `ours-${parallel}:` });
      const ours = await verifyCandidate(`mfakit ${parallel}`, store, operations);
      candidates.push({ ...ours, operations, run: spread(ours.run) });
      candidates.push(await raw(redis, `raw ${parallel}`, { operations, spread, beside: null }));
      const beside = await verifyCandidate('memory', memoryStore(), operations);
      candidates.push(await raw(redis, `raw+memory ${parallel}`, { operations, spread, beside }));
    }
    const plan = { rounds: smoke ? 1 : 15, warmupRounds: smoke ? 1 : 15, samples: 1 };
    const measured = await interleave(candidates, plan);
    const share = (parallel: number, of = 'mfakit', to = 'raw'): number =>
      1 / ratio(find(measured, `${of} ${parallel}`), find(measured, `${to} ${parallel}`));
    return {
      text: [
        'Redis on the same machine, with `appendonly yes` and `appendfsync always`, and one connection of ioredis: server, ' +
          'driver and library share the cores. Raw sends a plain read, HMGET, and a plain write, HSET and ZADD in one ' +
          'transaction, with texts made beforehand: it compares nothing, so it is no store. With 20 in parallel, Redis ' +
          'answers several commits after one fsync. raw+memory is raw with a `verify` in memory between read and write: ' +
          'what is left to the store, its two scripts included, is the difference to that.',
      ],
      tables: [
        {
          head: ['in parallel', '', 'per call', 'per second', 'throughput to raw', 'processor time'],
          rows: measured.map((one) => {
            const [name = '', parallel = ''] = one.name.split(' ');
            const floor = find(measured, `raw ${parallel}`);
            return [
              parallel,
              name,
              duration(one.us),
              perSecond(one.us),
              times(1 / ratio(one, floor)),
              duration(one.cpuUs),
            ];
          }),
        },
      ],
      targets: PARALLEL.map((parallel) => ({
        work: `\`verify\` on Redis, ${parallel} in parallel`,
        target: `at least ${AT_LEAST} of raw read and write`,
        figure: times(share(parallel)),
        met: share(parallel) >= AT_LEAST,
        bound:
          'the work of `verify`, with the server on the same two cores: raw with a `verify` in memory between its commands ' +
          `runs at ${times(share(parallel, 'raw+memory'))} of raw, and ours at ` +
          `${times(share(parallel, 'mfakit', 'raw+memory'))} of that`,
      })),
    };
  } finally {
    redis.disconnect();
    await server.stop();
  }
}

interface RawOptions {
  readonly operations: number;
  readonly spread: (work: (index: number) => Promise<unknown>) => () => Promise<unknown>;
  /** Runs between read and write. */
  readonly beside: (Candidate & { readonly run: (index: number) => Promise<unknown> }) | null;
}

/** The floor: a read of the record, and a write of it with its event. */
async function raw(redis: Redis, name: string, { operations, spread, beside }: RawOptions): Promise<Candidate> {
  const prefix = `${name}:`;
  const record = await recordedCommits(redisStore(redis, { prefix }), operations);
  let commits: readonly Recorded[] = [];
  return {
    name,
    operations,
    prepare: async () => {
      commits = await record();
      await beside?.prepare?.();
    },
    run: spread(async (index) => {
      const { userId, revision, record: json, events } = at(commits, index);
      await redis.hmget(`${prefix}raw:${userId}`, 'revision', 'record');
      await beside?.run(index);
      const write = redis.multi().hset(`${prefix}raw:${userId}`, 'revision', revision, 'record', json);
      for (const event of events) write.zadd(`${prefix}raw-events:${userId}`, event.seq, event.json);
      await write.exec();
    }),
  };
}

/** The benchmark. */
export const redis: Bench = { name: 'redis', title: 'verify on Redis', run };
