/** World: the processes of one application, whose keys and clocks differ, and what its users hold. */
import { sha256 } from '@noble/hashes/sha2.js';
import { memoryStore } from '@mfakit/memory';
import type { Mfa, MfaStore } from '@mfakit/core';
import { webauthnFactor } from '@mfakit/core/webauthn';
import {
  quickHasher,
  TEST_PASSWORD,
  testApplication,
  virtualAuthenticator,
  type VirtualAuthenticator,
} from '@mfakit/testkit';
import type { Chance } from './chance.ts';
import { Journal, type IssuedToken } from './journal.ts';
import { landingRules } from './landing-rules.ts';
import { LIMITS, require } from './limits.ts';
import { CALM, network, type Weather } from './network.ts';
import { onTold } from './told-rules.ts';
import { toyVerifier, type ToyKey } from './toy-passkeys.ts';
import type { VirtualTime } from './virtual-time.ts';

export const USERS = ['ann', 'ann', 'ann', 'bob', 'cleo'] as const;

const KEYS = [0, 1, 2].map((n) => Buffer.from(sha256(new Uint8Array([n]))).toString('base64'));

/** How far the clock of each process is ahead, in milliseconds. */
const AHEAD_MS = [0, 2_500, -3_500, 0, 1_000, -1_000, 3_000, -2_000];

/** How many processes there may be: what one of them remembers, the others change. */
const PROCESSES = [1, 2, 3, 3, 8];

/** An app that a user has scanned. */
export interface Device {
  readonly userId: string;
  readonly factorId: string;
  readonly phone: VirtualAuthenticator;
}

/** A backup code that a user was shown, and what showed it: a setup or a call of `regenerate`. */
interface ShownCode {
  readonly userId: string;
  readonly code: string;
  readonly origin: string;
}

/** A browser that a user trusted once, with every cookie that it was ever given, oldest first. */
interface TrustedBrowser {
  readonly userId: string;
  readonly cookies: string[];
}

export interface World {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly journal: Journal;
  /** The database itself. */
  readonly store: MfaStore;
  readonly instances: readonly Mfa[];
  readonly devices: Device[];
  readonly passkeys: ToyKey[];
  readonly codes: ShownCode[];
  readonly tokens: IssuedToken[];
  readonly browsers: TrustedBrowser[];
  weather: Weather;
  /** What a clock without any error shows, in epoch milliseconds. */
  now(): number;
}

/** The phone of a setup. */
export function scan(userId: string, factorId: string, uri: string): Device {
  return { userId, factorId, phone: virtualAuthenticator(uri) };
}

/** Makes a world. */
export function world(time: VirtualTime, chance: Chance): World {
  const store = memoryStore();
  const journal = new Journal();
  const start = Date.UTC(2026, 10, 27, 12) + chance.below(86_400_000);
  const onLanding = landingRules(journal);
  let weather: Weather = CALM;
  const now = (): number => start + time.now();

  const instances = AHEAD_MS.slice(0, chance.pick(PROCESSES)).map((aheadMs, process) => {
    const here = (): Weather => ((weather.process ?? process) === process ? weather : CALM);
    const [links, jitter, slow, checks] = [chance.fork(), chance.fork(), chance.fork(), chance.fork()];
    const verifier = toyVerifier(() => time.sleep(checks.below(checks.percent(10) ? 3_000 : 30)));
    const clock = (): number => now() + aheadMs + jitter.below(1_000) - 500;
    /** Slow work takes its time, and sometimes dies. */
    async function work<T>(done: () => T | Promise<T>): Promise<T> {
      await time.sleep(slow.below(slow.percent(10) ? 3_000 : 30));
      if (slow.percent(here().faults / 8)) throw new Error('died');
      return done();
    }
    return testApplication({
      ...LIMITS,
      require,
      factors: [webauthnFactor(verifier, { userHandle: 'user-id' })],
      store: network({ store, time, chance: links, journal, weather: here, onLanding }),
      keys: KEYS.map((_, i) => KEYS[(i + process) % KEYS.length] ?? ''),
      random: chance.fork().bytes,
      clock: Object.assign(clock, { advance: () => undefined, set: () => undefined }),
      hasher: (job) => work(() => quickHasher(job)),
      verifyPassword: async (_userId, password) => password !== '' && work(() => password === TEST_PASSWORD),
      onEvent: (event) => onTold(journal, event),
    }).mfa;
  });
  return {
    time,
    chance,
    journal,
    store,
    instances,
    devices: [],
    passkeys: [],
    codes: [],
    tokens: [],
    browsers: [],
    get weather() {
      return weather;
    },
    set weather(next) {
      weather = next;
    },
    now,
  };
}

/** What a user can present now. */
export function held({ devices, passkeys, codes, journal }: World, userId: string) {
  const record = journal.head(userId);
  const active = record?.factors.map(({ id }) => id) ?? [];
  return {
    factorIds: active,
    active: devices.filter(({ factorId }) => active.includes(factorId)),
    passkeys: passkeys.filter(({ factorId }) => active.includes(factorId)),
    pendingPasskey: passkeys.find(({ factorId }) => factorId === record?.pending?.factor.id),
    pending: devices.find(({ factorId }) => factorId === record?.pending?.factor.id),
    codes: codes.filter((shown) => shown.userId === userId),
  };
}
