/** Harness: one application over a memory store, with a clock to move and every slow thing counted. */
import { sha256 } from '@noble/hashes/sha2.js';
import { createMfa, type Argon2idJob, type Mfa, type MfaEvent, type MfaOptions } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { testClock, virtualAuthenticator, type TestClock, type VirtualAuthenticator } from '@mfakit/testkit';

/** Two valid master keys for tests: bytes 0 to 31, and 32 to 63. */
export const KEY_A = Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64');
export const KEY_B = Buffer.from(Array.from({ length: 32 }, (_, i) => i + 32)).toString('base64url');

/** The password that the harness accepts. */
export const PASSWORD = 'correct horse battery staple';

/** A user who has enrolled. */
export interface EnrolledUser {
  readonly phone: VirtualAuthenticator;
  readonly factorId: string;
  readonly backupCodes: readonly string[];
  /** The code of the current time step. Take care: the one that confirmed the enrolment is spent. */
  code(): string;
}

/** An application under test. */
export interface Harness {
  readonly mfa: Mfa;
  readonly options: MfaOptions;
  readonly clock: TestClock;
  /** What `onEvent` was told. */
  readonly events: MfaEvent[];
  /** Argon2id computations so far. */
  readonly hashes: () => number;
  /** Password checks so far. */
  readonly passwordChecks: () => number;
  /** A second instance over the same store, as another process would be. */
  another(overrides?: Partial<MfaOptions>): Mfa;
  /** Enrols a user and moves the clock one step on, so that the current code is fresh. */
  enrol(userId: string): Promise<EnrolledUser>;
  /** The token of a `begin` that must ask for a second factor or for enrolment. */
  token(userId: string): Promise<string>;
}

/** A stand-in for Argon2id, where a test is not about hashing: SHA-256 over salt and message. */
export async function quickHasher({ message, salt, digestBytes }: Argon2idJob): Promise<Uint8Array> {
  return sha256.create().update(salt).update(message).digest().subarray(0, digestBytes);
}

/** @param overrides - options that replace the harness's own */
export function harness(overrides: Partial<MfaOptions> = {}): Harness {
  const clock = testClock();
  const events: MfaEvent[] = [];
  let hashes = 0;
  let passwordChecks = 0;
  const options: MfaOptions = {
    issuer: 'Acme',
    store: memoryStore(),
    keys: [KEY_A],
    verifyPassword: async (_userId, password) => {
      passwordChecks += 1;
      return password === PASSWORD;
    },
    clock,
    hasher: (job) => {
      hashes += 1;
      return quickHasher(job);
    },
    onEvent: (event) => {
      events.push(event);
    },
    ...overrides,
  };
  const mfa = createMfa(options);
  return {
    mfa,
    options,
    clock,
    events,
    hashes: () => hashes,
    passwordChecks: () => passwordChecks,
    another: (more = {}) => createMfa({ ...options, ...more }),
    async enrol(userId) {
      const { uri, backupCodes } = await mfa.setup({ userId }, { accountName: `${userId}@example.com` });
      const phone = virtualAuthenticator(uri);
      const code = (): string => phone.code(clock());
      const { factorId } = await mfa.confirm({ userId }, { code: code() });
      clock.advance({ seconds: 30 });
      return { phone, factorId, backupCodes, code };
    },
    async token(userId) {
      const begun = await mfa.begin(userId);
      if (begun.next === 'signed-in') throw new Error('begin asked for nothing');
      return begun.token;
    },
  };
}

/** The code of the refusal that a call ends in; fails where it does not refuse. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'accepted',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
}

/** A well-formed code that is certainly not right now. */
export function wrongCode(user: Pick<EnrolledUser, 'phone'>, clock: TestClock): string {
  const near = new Set([-1, 0, 1].map((step) => user.phone.code(clock() + step * 30_000)));
  for (let candidate = 0; ; candidate++) {
    const code = String(candidate).padStart(6, '0');
    if (!near.has(code)) return code;
  }
}
