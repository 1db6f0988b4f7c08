/** Application: several processes of one application, as far as a store can tell them apart. */
import { createMfa, MfaError, type CodeHasher, type Mfa, type MfaErrorCode, type MfaStore } from '@mfakit/core';
import { checkEqual } from './check.ts';
import { together } from './steps.ts';
import { testClock, type TestClock } from './test-clock.ts';
import { virtualAuthenticator, type VirtualAuthenticator } from './virtual-authenticator.ts';

/** How many instances of the core share one store. */
const PROCESSES = 4;

/** One application over one store. */
export interface Application {
  /** Instances of the core that share nothing but the store, the keys and the clock. */
  readonly processes: readonly [Mfa, ...Mfa[]];
  readonly clock: TestClock;
}

/** A user who has enrolled, with what they hold. */
export interface EnrolledUser {
  readonly userId: string;
  readonly phone: VirtualAuthenticator;
  readonly backupCodes: readonly string[];
}

/** Starts an application over a store, with the given master keys, newest first. */
export function startApplication(
  store: MfaStore,
  keys: readonly string[] = [randomKey()],
  clock: TestClock = testClock(),
): Application {
  const start = (): Mfa =>
    createMfa({ issuer: 'Acme', store, keys, verifyPassword: 'passwordless', hasher: quickHasher, clock });
  return { processes: [start(), ...Array.from({ length: PROCESSES - 1 }, start)], clock };
}

/** A master key: 32 random bytes in base64. */
export function randomKey(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
}

/** Enrols a user and waits for the next time step, so that the phone shows an unspent code. */
export async function enrol({ processes: [mfa], clock }: Application, userId: string): Promise<EnrolledUser> {
  const { uri, backupCodes } = await mfa.setup({ userId }, { accountName: userId });
  const phone = virtualAuthenticator(uri);
  await mfa.confirm({ userId }, { code: phone.code(clock()) });
  clock.advance({ seconds: 30 });
  return { userId, phone, backupCodes };
}

/** A code that the phone shows at no instant near the given one. */
export function wrongCode(phone: VirtualAuthenticator, now: number): string {
  const near = [-2, -1, 0, 1, 2].map((step) => phone.code(now + step * 30_000));
  // Six candidates, five of which may be right.
  return ['111111', '222222', '333333', '444444', '555555', '666666'].find((code) => !near.includes(code)) ?? '777777';
}

/** Runs calls in parallel, spread over the processes, and counts how they ended: `accepted`, or the refusal. */
export async function countOutcomes(
  { processes }: Application,
  calls: readonly ((mfa: Mfa) => Promise<unknown>)[],
): Promise<Readonly<Record<string, number>>> {
  const outcomes = await together(
    calls.map((call, index) => outcomeOf(call(processes[index % processes.length] ?? processes[0]))),
  );
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

async function outcomeOf(call: Promise<unknown>): Promise<'accepted' | MfaErrorCode> {
  try {
    await call;
    return 'accepted';
  } catch (error) {
    if (error instanceof MfaError) return error.code;
    throw error;
  }
}

/** Expects the user's events to be of these types, oldest first, numbered from 1 without a gap. */
export async function expectHistory(
  { processes: [mfa] }: Application,
  userId: string,
  types: readonly string[],
): Promise<void> {
  const found = (await mfa.history(userId, { limit: 200 })).toReversed();
  checkEqual(
    found.map((event) => ({ seq: event.seq, userId: event.userId, type: event.type })),
    types.map((type, index) => ({ seq: index + 1, userId, type })),
    'the events tell exactly what was committed, numbered from 1 without a gap',
  );
}

/** SHA-256 in place of Argon2id: a store cannot tell them apart, and cases stay quick. */
const quickHasher: CodeHasher = async ({ message, salt }) =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array([...salt, ...message])));
