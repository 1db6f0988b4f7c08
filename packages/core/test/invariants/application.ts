/** Application: the application in which random lives are played, over one or several processes. Its ports fail on demand and count their calls. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Mfa, MfaEvent, MfaOptions, MfaStore } from '@mfakit/core';
import { quickHasher, TEST_PASSWORD, testApplication, type TestClock } from '@mfakit/testkit';
import { memoryStore } from '@mfakit/memory';
import { hmacCount } from '../hmac-count.ts';
import { seededRandom } from '../seeded-random.ts';
import { nth } from '../races/schedule.ts';
import { LIMITS, type ModelDemand } from './model.ts';
import type { Fault } from './steps.ts';

const KEYS = [0, 1, 2].map((n) => Buffer.from(sha256(new Uint8Array([n]))).toString('base64'));

/** What all calls have cost so far. */
export interface Cost {
  readonly hmacs: number;
  readonly hashes: number;
  readonly passwordChecks: number;
  /** Commits that landed. */
  readonly commits: number;
}

export interface Application {
  /** A process, each time whichever a load balancer may pick. */
  readonly mfa: () => Mfa;
  /** How many there are. */
  readonly processes: number;
  readonly store: MfaStore;
  readonly clock: TestClock;
  /** Every event that `onEvent` was called with. */
  readonly events: readonly MfaEvent[];
  readonly cost: () => Cost;
  /** How many commits had landed since {@link arm}, for each slow check so far. */
  readonly chargesAtSlowWork: () => readonly number[];
  /** Sets what goes wrong in the next calls. */
  arm(fault: Fault): void;
  restart(newestKey: number, totp: NonNullable<MfaOptions['totp']>): void;
  /** A process whose keys are not those that everything was sealed with. */
  stranger(): Mfa;
  /** A process over another store. */
  over(store: MfaStore): Mfa;
}

/**
 * @param processes - how many serve the calls
 * @param demandOf - what policy demands of a user at the moment
 */
export function application(
  seed: number,
  processes: number,
  demandOf: (userId: string) => ModelDemand | null,
): Application {
  const inner = memoryStore();
  let [commits, commitsWhenArmed] = [0, 0];
  let chargesAtSlowWork: number[] = [];
  let fault: Fault = 'none';

  async function land(commit: Parameters<MfaStore['commit']>[0]): Promise<boolean> {
    const swapped = await inner.commit(commit);
    if (swapped) commits += 1;
    return swapped;
  }
  const store: MfaStore = {
    ...inner,
    async commit(commit) {
      const now = fault;
      if (now === 'none' || now === 'crash') return land(commit);
      if (now !== 'outage') fault = 'none';
      if (now === 'landed') await land(commit);
      throw new Error('connection reset');
    },
  };
  function slowWork(): void {
    chargesAtSlowWork.push(commits - commitsWhenArmed);
    if (fault === 'crash') throw new Error('crashed');
  }

  const app = testApplication({
    ...LIMITS,
    store,
    keys: KEYS,
    random: seededRandom(seed),
    require(userId) {
      const demand = demandOf(userId);
      if (demand === null) return null;
      const { from, graceDays, until } = demand;
      return { from: new Date(from), graceDays, until: until === Infinity ? undefined : new Date(until) };
    },
    hasher: async (job) => {
      slowWork();
      return quickHasher(job);
    },
    verifyPassword: async (_userId, password) => {
      if (password !== '') slowWork();
      return password === TEST_PASSWORD;
    },
  });
  const start = (overrides?: Partial<MfaOptions>): readonly Mfa[] =>
    Array.from({ length: processes }, () => app.another(overrides));
  let running = start();
  const route = seededRandom(seed + 1);
  return {
    mfa: () => nth(running, route(1)[0] ?? 0),
    processes,
    store: inner,
    clock: app.clock,
    events: app.events,
    cost: () => ({ hmacs: hmacCount(), hashes: app.hashes(), passwordChecks: app.passwordChecks(), commits }),
    chargesAtSlowWork: () => chargesAtSlowWork,
    arm(next) {
      fault = next;
      commitsWhenArmed = commits;
      chargesAtSlowWork = [];
    },
    restart(newestKey, totp) {
      running = start({ keys: [...KEYS.slice(newestKey), ...KEYS.slice(0, newestKey)], totp });
    },
    stranger: () => app.another({ keys: [Buffer.from(sha256(new Uint8Array([9]))).toString('base64')] }),
    over: (other) => app.another({ store: other }),
  };
}
