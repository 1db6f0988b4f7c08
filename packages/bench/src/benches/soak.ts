/** soak: the Hono application under mixed traffic for several minutes. */
import { migrate, sqliteStore } from '@mfakit/sqlite';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { enrolMany, startApplication } from '../application.ts';
import type { Bench, Findings, Scale } from '../bench.ts';
import { count, digits, duration } from '../format.ts';
import { watchLoop } from '../loop-delay.ts';
import { loginApplication } from '../login-application.ts';
import { serveWithHono } from '../serve.ts';
import { openSqlite } from '../sqlite-file.ts';
import { slope } from '../statistics.ts';
import { drive, KINDS, type Traffic } from './soak-traffic.ts';

/** How often the heap is measured. Rarely, because each measurement holds the event loop. */
const SAMPLES = 16;

/** At three hundred exchanges a second, this is less than four bytes each. No leaking object is that small. */
const SLOPE_LIMIT_KIB_PER_MINUTE = 60;

async function run({ smoke, seconds }: Scale): Promise<Findings> {
  const length = smoke ? 0.5 : seconds;
  const users = smoke ? 4 : 200;
  const file = openSqlite();
  await migrate(file.database);
  const store = sqliteStore(file.database);
  // The two thousand codes from enrollment are never used, so only the traffic hashes for real.
  const enrollment = startApplication(store);
  const clients = await enrolMany(enrollment, users);
  const application = startApplication(store, { clock: enrollment.clock, hasher: 'default' });
  const server = await serveWithHono(loginApplication(application.mfa));

  const memory: [minutes: number, kib: number][] = [];
  const collect = collector();
  const start = performance.now();
  const watch = watchLoop();
  const sampling = setInterval(
    () => {
      collect();
      memory.push([(performance.now() - start) / 60_000, process.memoryUsage().heapUsed / 1024]);
      watch.forgive();
    },
    (length * 1000) / SAMPLES,
  );
  try {
    const traffic = await drive({ application, port: server.port, users: clients, seconds: length });
    const delay = watch.stop();
    return report(traffic, delay.p99Ms, memory, length);
  } finally {
    clearInterval(sampling);
    await server.close();
    file.remove();
  }
}

function report(
  { tookUs, unexpected, failures, seconds }: Traffic,
  delayMs: number,
  memory: readonly (readonly [minutes: number, kib: number])[],
  length: number,
): Findings {
  const all = KINDS.reduce((sum, kind) => sum + tookUs[kind].count, 0);
  // The first quarter fills caches and lets the compiler warm up.
  const settled = memory.slice(memory.length >> 2);
  const kibPerMinute = settled.length > 2 ? slope(settled) : 0;
  return {
    text: [
      `${digits(length)} seconds of traffic on the Hono application, served by Node over kept connections, with SQLite ` +
        '(synchronous = FULL) behind it and the default hasher. Server, eight clients and the hashing threads share the ' +
        'process and its machine, and SQLite holds the loop for each commit. An exchange is one or two requests: a login is `begin` and `verify`. The clock of the ' +
        'library is moved so that every user has a fresh code each time. The heap is measured after a full collection; ' +
        'what that holds the loop for is not counted in its delay, but in the times of the exchanges.',
    ],
    tables: [
      {
        head: ['exchange', 'how many', 'p50', 'p99'],
        rows: KINDS.filter((kind) => tookUs[kind].count > 0).map((kind) => [
          kind,
          count(tookUs[kind].count),
          duration(tookUs[kind].percentile(50)),
          duration(tookUs[kind].percentile(99)),
        ]),
      },
      {
        head: ['', ''],
        rows: [
          ['exchanges per second', digits(all / seconds)],
          ["event loop's p99 delay", duration(delayMs * 1000)],
          ['heap, slope', `${digits(kibPerMinute)} KiB a minute`],
          ['unexpected answers', count(failures)],
        ],
      },
    ],
    targets: [
      {
        work: `a soak of ${digits(length)} s`,
        target: 'no unexpected answer',
        figure: failures === 0 ? `0 of ${count(all)}` : unexpected.join('; '),
        met: failures === 0,
      },
      {
        work: `a soak of ${digits(length)} s`,
        target: `memory flat (below ${SLOPE_LIMIT_KIB_PER_MINUTE} KiB a minute)`,
        figure: `${digits(kibPerMinute)} KiB a minute`,
        met: kibPerMinute < SLOPE_LIMIT_KIB_PER_MINUTE,
        bound: length < 300 ? 'too short: code is still being compiled; `--seconds 600` tells' : 'see the table',
      },
    ],
  };
}

/** A full collection on demand, without a flag on the command line. */
function collector(): () => void {
  setFlagsFromString('--expose_gc');
  return runInNewContext('gc') as () => void;
}

/** The benchmark. */
export const soak: Bench = { name: 'soak', title: 'Soak', run };
