/** meter: what a candidate costs the server: processor time of its backends, and bytes of write-ahead log. */
import { readFileSync } from 'node:fs';
import type { Pool } from 'pg';
import type { Candidate } from '../interleave.ts';
import { median } from '../statistics.ts';

/** The cost of one operation. */
interface ServerCost {
  /** `NaN` if the system does not tell: only Linux does. */
  readonly cpuUs: number;
  readonly walBytes: number;
}

/** A candidate whose cost is known after its rounds. */
export interface Metered extends Candidate {
  /** @param rounds - how many count, from the last one back */
  readonly cost: (rounds: number) => ServerCost;
}

/** How to find the backends. */
export interface MeterOptions {
  /** A connection that works for no candidate. */
  readonly admin: Pool;
  /** `application_name` of the candidate's connections. */
  readonly applicationName: string;
}

const READING = `SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8 AS wal,
  ARRAY(SELECT pid FROM pg_stat_activity WHERE application_name = $1) AS pids`;

interface Reading {
  readonly wal: number;
  readonly pids: readonly number[];
}

/** Reads the server's gauges before and after each sample, outside the measured time. */
export function meter(candidate: Candidate, { admin, applicationName }: MeterOptions): Metered {
  const costs: ServerCost[] = [];
  const read = async (): Promise<ServerCost> => {
    const { rows } = await admin.query<Reading>(READING, [applicationName]);
    const [{ wal, pids } = { wal: Number.NaN, pids: [] }] = rows;
    return { cpuUs: pids.reduce((sum, pid) => sum + cpuOf(pid), 0), walBytes: wal };
  };
  const { operations = 1 } = candidate;
  let before: ServerCost = { cpuUs: 0, walBytes: 0 };
  return {
    ...candidate,
    prepareSample: async () => {
      await candidate.prepareSample?.();
      before = await read();
    },
    afterSample: async () => {
      const after = await read();
      costs.push({
        cpuUs: (after.cpuUs - before.cpuUs) / operations,
        walBytes: (after.walBytes - before.walBytes) / operations,
      });
    },
    cost: (rounds) => {
      const counted = costs.slice(-rounds);
      return {
        cpuUs: median(counted.map(({ cpuUs }) => cpuUs)),
        walBytes: median(counted.map(({ walBytes }) => walBytes)),
      };
    },
  };
}

/** Microseconds that a process has run. Not from its `stat`, which counts in ticks of 10 ms. */
function cpuOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1000;
  } catch {
    return Number.NaN;
  }
}
