/** Acme: the application of the walk. Two servers behind a load balancer share one store, the keys and a clock. */
import { type BeginResult, createMfa, type Mfa, type MfaStore } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { testClock, type TestClock } from '@mfakit/testkit';
import { randomBytes } from 'node:crypto';
import { expectThat } from './outcomes.ts';

/** Makes one server's instance. The tests put a broken one here. */
export type CreateMfa = typeof createMfa;

/** The application, and what the walk may do with it. */
export interface Acme {
  readonly clock: TestClock;
  readonly store: MfaStore;
  /** The keys in use, newest first. */
  readonly keys: readonly string[];
  /** One of the two servers, in turn: no step can rely on what another left in memory. */
  server(): Mfa;
  /** Starts both servers anew, with other keys. */
  deploy(keys: readonly string[]): void;
  /** A server over a copy of the database, with a key of its own. */
  stolenServer(): Promise<Mfa>;
  /** Acme's login route. */
  login(userId: string, password: string): Promise<BeginResult | 'wrong password'>;
  /** Signs in with the right password; gives the token of the step that must follow. */
  challenge(userId: string, next: 'verify' | 'enroll'): Promise<string>;
}

/** A Monday morning, 09:00 UTC. */
const START = Date.UTC(2026, 0, 5, 9);

/** Every user's, to keep the walk short. A real host compares hashes. */
export const PASSWORD = 'correct horse battery staple';

/** A master key: 32 random bytes in base64, as `openssl rand -base64 32` prints them. */
export function newKey(): string {
  return randomBytes(32).toString('base64');
}

/** One instance, as each server makes it. Argon2id is the real one: no hasher is given. */
function start(create: CreateMfa, { store, clock }: Pick<Acme, 'store' | 'clock'>, keys: readonly string[]): Mfa {
  return create({ issuer: 'Acme', store, keys, verifyPassword: passwordIsRight, clock });
}

async function passwordIsRight(_userId: string, password: string): Promise<boolean> {
  return password === PASSWORD;
}

/** Opens the application for one walk. */
export function openAcme(create: CreateMfa): Acme {
  const ports = { store: memoryStore(), clock: testClock(START) };
  let keys: readonly string[] = [newKey()];
  const startBoth = (): readonly [Mfa, Mfa] => [start(create, ports, keys), start(create, ports, keys)];
  let servers = startBoth();
  let requests = 0;

  const acme: Acme = {
    ...ports,
    get keys() {
      return keys;
    },

    server() {
      requests += 1;
      return requests % 2 === 0 ? servers[1] : servers[0];
    },

    deploy(newKeys) {
      keys = newKeys;
      servers = startBoth();
    },

    async stolenServer() {
      const copy = memoryStore();
      for (const { userId, ...next } of await ports.store.scan({ limit: 100 })) {
        await copy.commit({ userId, expected: null, next, events: [] });
      }
      return start(create, { ...ports, store: copy }, [newKey()]);
    },

    async login(userId, password) {
      const mfa = acme.server();
      await mfa.assertNotLocked(userId);
      if (!(await passwordIsRight(userId, password))) {
        await mfa.passwordFailed(userId);
        return 'wrong password';
      }
      return mfa.begin(userId);
    },

    async challenge(userId, next) {
      const begun = await acme.login(userId, PASSWORD);
      expectThat(begun !== 'wrong password' && begun.next === next, `the login route asks to ${next}`);
      return 'token' in begun ? begun.token : '';
    },
  };
  return acme;
}
