/** Network: what lies between an instance and its database. It delays, loses, repeats and delivers late. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { MfaStore, Swap } from '@mfakit/core';
import type { Chance } from './chance.ts';
import type { Journal, Landing, Played } from './journal.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How bad things are, in cases of a hundred. */
export interface Weather {
  readonly faults: number;
  /** Seconds in place of milliseconds. */
  readonly slow: number;
  /** The only process that it is so bad for. */
  readonly process?: number;
}

export const CALM: Weather = { faults: 0, slow: 0 };

/** The call that the code which runs now belongs to. */
export const running: AsyncLocalStorage<Played> = new AsyncLocalStorage();

const FATES = [
  'landed',
  'landed',
  'dropped',
  'dropped',
  'overdue',
  'late',
  'late',
  'resent',
  'resent',
  'repeated',
] as const;

/** What becomes of a commit whose network fails. */
type Fate = (typeof FATES)[number] | 'fine';

/** What the network works with. */
export interface NetworkDependencies {
  readonly store: MfaStore;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly journal: Journal;
  readonly weather: () => Weather;
  readonly onLanding: (landing: Landing) => void;
}

/** A connection of one instance. */
export function network({ store, time, chance, journal, weather, onLanding }: NetworkDependencies): MfaStore {
  const travel = (): Promise<void> =>
    time.sleep(chance.percent(weather().slow) ? 50 + chance.below(4_000) : 1 + chance.below(12));
  /** One statement reaches the database. */
  async function land(swap: Swap): Promise<boolean> {
    const call = caller();
    const swapped = await store.commit(swap);
    const landing = swapped ? journal.land(swap, call) : null;
    if (landing !== null) onLanding(landing);
    return swapped;
  }
  async function ask<T>(question: () => Promise<T>): Promise<T> {
    await travel();
    const answer = await question();
    await travel();
    if (chance.percent(weather().faults / 4)) throw new Error('connection reset');
    return answer;
  }
  const fateOf: Readonly<Record<Fate, (swap: Swap) => Promise<boolean>>> = {
    async fine(swap) {
      const answer = await land(swap);
      await travel();
      return answer;
    },
    async landed(swap) {
      await land(swap);
      await travel();
      return lost();
    },
    dropped: lost,
    /** The connection is gone, and the statement is carried out afterward. */
    async overdue(swap) {
      void time.sleep(chance.below(chance.pick([30, 2_000, 25_000]))).then(() => land(swap).catch(() => undefined));
      return lost();
    },
    /** A deadline passes on the way there or on the way back, or the last one does. */
    async late(swap) {
      await time.sleep(chance.pick([10, 9_000, 12_000, 25_000]));
      const answer = await land(swap);
      await time.sleep(chance.pick([10, 5_000, 11_000]));
      return chance.percent(20) ? lost() : answer;
    },
    /** The driver sends it twice, and tells what the second one was answered. */
    async resent(swap) {
      await land(swap);
      await time.sleep(chance.below(60));
      return land(swap);
    },
    /** The driver sends it twice, and tells what the first one was answered. */
    async repeated(swap) {
      void time.sleep(chance.below(3_000)).then(() => land(swap).catch(() => undefined));
      return land(swap);
    },
  };
  return {
    async read(userId) {
      const call = caller();
      return ask(async () => {
        if (userId === call.userId) call.read ??= journal.of(userId).length;
        return store.read(userId);
      });
    },
    async commit(swap) {
      await travel();
      const fate: Fate = chance.percent(weather().faults) ? chance.pick(FATES) : 'fine';
      if (fate !== 'fine') journal.say(caller(), `meets a network: ${fate}`);
      return fateOf[fate](swap);
    },
    events: (userId, page) => ask(() => store.events(userId, page)),
    scan: (page) => ask(() => store.scan(page)),
  };
}

async function lost(): Promise<never> {
  throw new Error('connection reset');
}

function caller(): Played {
  const call = running.getStore();
  if (call === undefined) throw new Error('a store is called by nobody');
  return call;
}
