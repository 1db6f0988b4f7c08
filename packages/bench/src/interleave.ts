/** interleave: measures candidates in one process, round by round, so that drift of the machine affects all of them. */
import { median } from './statistics.ts';

/** One way to do the work. */
export interface Candidate {
  readonly name: string;
  /** Runs before each round, untimed. */
  prepare?(): unknown;
  /** Runs before each sample, untimed. */
  prepareSample?(): unknown;
  /** Runs after each sample, untimed. */
  afterSample?(): unknown;
  /**
   * Does the work once.
   * @param index - counts from 0 within a round
   */
  run(index: number): unknown;
  /** How many operations one run is; default 1. */
  readonly operations?: number;
  /** Runs per sample, if different from the plan: 1 if each run needs preparation. */
  readonly runsPerSample?: number;
}

/** How often to measure. */
export interface Plan {
  /** Rounds that count. */
  readonly rounds: number;
  /** Rounds before those, to warm up the compiler; default 1. */
  readonly warmupRounds?: number;
  /** Timed samples per candidate and round. */
  readonly samples: number;
  /** Runs per sample; default 1. More than one if a run is too short for the resolution of the clock. */
  readonly runsPerSample?: number;
}

/** What was measured. */
export interface Measured {
  readonly name: string;
  /** Microseconds per operation: the median of each round. */
  readonly roundsUs: readonly number[];
  /** The median over all rounds. */
  readonly us: number;
  /** Processor time of this process per operation, over all of its threads: the median over all rounds. */
  readonly cpuUs: number;
}

/**
 * Measures the candidates in turn, in a different order each round.
 * @returns the measurements, in the order of the candidates
 */
export async function interleave(candidates: readonly Candidate[], plan: Plan): Promise<readonly Measured[]> {
  const { rounds, warmupRounds = 1 } = plan;
  const taken = candidates.map((): Sample[] => []);
  for (let round = -warmupRounds; round < rounds; round += 1) {
    for (let turn = 0; turn < candidates.length; turn += 1) {
      const index = (turn + round + warmupRounds) % candidates.length;
      const candidate = candidates[index];
      if (candidate === undefined) continue;
      await candidate.prepare?.();
      const sample = await takeSamples(candidate, plan);
      if (round >= 0) taken[index]?.push(sample);
    }
  }
  return candidates.map(({ name }, index) => {
    const samples = taken[index] ?? [];
    const roundsUs = samples.map(({ us }) => us);
    return { name, roundsUs, us: median(roundsUs), cpuUs: median(samples.map(({ cpuUs }) => cpuUs)) };
  });
}

interface Sample {
  readonly us: number;
  readonly cpuUs: number;
}

async function takeSamples(candidate: Candidate, { samples, runsPerSample: planned = 1 }: Plan): Promise<Sample> {
  const { operations = 1, runsPerSample = planned } = candidate;
  const tookUs: number[] = [];
  let cpuUs = 0;
  for (let i = 0; i < samples; i += 1) {
    await candidate.prepareSample?.();
    const cpuStart = process.cpuUsage();
    const start = performance.now();
    for (let j = 0; j < runsPerSample; j += 1) {
      const result = candidate.run(i * runsPerSample + j);
      // Synchronous candidates must not pay for a turn of the microtask queue.
      if (result instanceof Promise) await result;
    }
    tookUs.push(((performance.now() - start) * 1000) / runsPerSample / operations);
    const { user, system } = process.cpuUsage(cpuStart);
    cpuUs += (user + system) / runsPerSample / operations;
    await candidate.afterSample?.();
  }
  return { us: median(tookUs), cpuUs: cpuUs / samples };
}

/** How many times as long as the floor: the median of the ratios per round, because both saw the same machine there. */
export function ratio(measured: Measured, floor: Measured): number {
  return median(measured.roundsUs.map((us, round) => us / (floor.roundsUs[round] ?? Number.NaN)));
}

/** The extra time of the longer one per part: the median of the differences per round. */
export function difference(name: string, longer: Measured, shorter: Measured, parts = 1): Measured {
  const roundsUs = longer.roundsUs.map((us, round) => (us - (shorter.roundsUs[round] ?? Number.NaN)) / parts);
  return { name, roundsUs, us: median(roundsUs), cpuUs: (longer.cpuUs - shorter.cpuUs) / parts };
}

/** The measurement with this name. */
export function find(all: readonly Measured[], name: string): Measured {
  const found = all.find((measured) => measured.name === name);
  if (found === undefined) throw new Error(`nothing named ${name} was measured`);
  return found;
}
