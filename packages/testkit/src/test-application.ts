/** testApplication: mfakit as a host would run it, with a test clock and counters for all slow work. */
import { createMfa, type Mfa, type MfaEvent, type MfaOptions, type Proof } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { quickHasher } from './quick-hasher.ts';
import { testClock, type TestClock } from './test-clock.ts';
import { virtualAuthenticator, type VirtualAuthenticator } from './virtual-authenticator.ts';
import { wrongCode } from './wrong-code.ts';

/**
 * The password that a test application accepts from every user.
 * @example
 * ```ts
 * import { TEST_PASSWORD, testApplication } from '@mfakit/testkit';
 *
 * const { mfa, enroll } = testApplication();
 * const ann = await enroll('ann');
 * await mfa.disable('ann', { password: TEST_PASSWORD, code: ann.code() });
 * ```
 */
export const TEST_PASSWORD = 'correct horse battery staple';

/** Bytes 0 to 31 in base64. All test applications share it, so each can open what another one sealed. */
const TEST_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

/** Options of a test application: those of `createMfa`, each with a default. */
export type TestApplicationOptions = Partial<Omit<MfaOptions, 'clock'>> & {
  /** The clock that the application goes by. Default: one that stands still until you move it. */
  readonly clock?: TestClock;
};

/** A user who has enrolled, and everything that this user holds. */
export interface EnrolledUser {
  /** The user's id. */
  readonly userId: string;
  /** The authenticator app. */
  readonly phone: VirtualAuthenticator;
  /** The factor that the phone holds. */
  readonly factorId: string;
  /** Upper-case base32. */
  readonly secret: string;
  /** In clear, all unspent. */
  readonly backupCodes: readonly string[];
  /** The code that the phone shows now. After `enroll` it is fresh; once accepted, it is spent. */
  readonly code: () => string;
  /** A well-formed code that is wrong now. */
  readonly wrongCode: () => string;
  /** The code that the phone shows now and, if the application has passwords, the password. */
  readonly proof: () => Proof;
}

/** An application under test. No function needs `this`, so you can destructure it. */
export interface TestApplication {
  /** The library, over a store in memory. */
  readonly mfa: Mfa;
  /** The options of `mfa`. Spread them into `createMfa` to make a similar instance. */
  readonly options: MfaOptions;
  /** The clock that it goes by. */
  readonly clock: TestClock;
  /** Every event that `onEvent` was called with, in order. Set its length to 0 to start again. */
  readonly events: MfaEvent[];
  /** How many backup codes were hashed so far, in all processes of the application. */
  readonly hashes: () => number;
  /** How many passwords were checked so far, in all processes of the application. */
  readonly passwordChecks: () => number;
  /** Starts another process of the application: an instance over the same store, with the same keys and clock. */
  readonly another: (overrides?: Partial<MfaOptions>) => Mfa;
  /** Enrolls a user with an app, then moves the clock on by one time step, so that the phone shows a fresh code. */
  readonly enroll: (userId: string) => Promise<EnrolledUser>;
  /**
   * Returns the token of a sign-in that has passed its first factor.
   * @throws {Error} if `begin` asks for nothing more
   */
  readonly token: (userId: string) => Promise<string>;
}

/**
 * Makes a whole application in one call: a memory store, a test clock, a quick hasher and one password for everybody.
 * Users may trust devices.
 * It works with any test runner.
 *
 * This package depends on `@mfakit/memory` for the default store. The dependency points one way: `@mfakit/memory` uses
 * this package only in its own tests, so npm does not install this package with it.
 *
 * @param overrides - options that replace the defaults. Events are still collected, and slow work is still counted
 * @throws {TypeError | RangeError} like `createMfa`, if an option is wrong
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { testApplication } from '@mfakit/testkit';
 *
 * const { mfa, clock, events, enroll, token } = testApplication({ lockout: { maxFailures: 3 } });
 * const ann = await enroll('ann');
 * const verified = await mfa.verify({ token: await token('ann'), code: ann.code() });
 * assert.deepEqual(verified.amr, ['pwd', 'otp', 'mfa']);
 *
 * clock.advance({ seconds: 30 });
 * await mfa.regenerate('ann', ann.proof());
 * assert.equal(events.at(-1)?.type, 'backup_codes_regenerated');
 * ```
 */
export function testApplication(overrides: TestApplicationOptions = {}): TestApplication {
  const clock = overrides.clock ?? testClock();
  const events: MfaEvent[] = [];
  let hashes = 0;
  let passwordChecks = 0;

  const given: MfaOptions = {
    issuer: 'Acme',
    store: memoryStore(),
    keys: [TEST_KEY],
    verifyPassword: async (_userId, password) => password === TEST_PASSWORD,
    hasher: quickHasher,
    trustedDevices: {},
    ...overrides,
    clock,
  };
  /** Counts and collects, whether the ports are the defaults or the caller's. */
  const watched = (options: MfaOptions): MfaOptions => {
    const { verifyPassword, hasher = quickHasher, onEvent } = options;
    return {
      ...options,
      verifyPassword:
        typeof verifyPassword !== 'function'
          ? verifyPassword
          : async (userId, password) => {
              // The empty one only asks whether there is a password.
              if (password !== '') passwordChecks += 1;
              return verifyPassword(userId, password);
            },
      hasher: async (job) => {
        hashes += 1;
        return hasher(job);
      },
      onEvent: (event) => {
        events.push(event);
        return onEvent?.(event);
      },
    };
  };

  const options = watched(given);
  const mfa = createMfa(options);
  return {
    mfa,
    options,
    clock,
    events,
    hashes: () => hashes,
    passwordChecks: () => passwordChecks,
    another: (more = {}) => createMfa(watched({ ...given, ...more })),

    async enroll(userId) {
      const { uri, secret, backupCodes } = await mfa.setup({ userId }, { accountName: 'user@example.com' });
      const phone = virtualAuthenticator(uri);
      const code = (): string => phone.code(clock());
      const { factorId } = await mfa.confirm({ userId }, { code: code() });
      clock.advance({ seconds: phone.periodSeconds });
      const password = options.verifyPassword === 'passwordless' ? {} : { password: TEST_PASSWORD };
      const proof = (): Proof => ({ ...password, code: code() });
      return { userId, phone, factorId, secret, backupCodes, code, wrongCode: () => wrongCode(phone, clock()), proof };
    },

    async token(userId) {
      const begun = await mfa.begin(userId);
      if (begun.next === 'signed-in') throw new Error('`begin` asks for nothing more: there is no token.');
      return begun.token;
    },
  };
}
