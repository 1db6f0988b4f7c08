/** MFA_CALLS: every call of `Mfa` in one table, so that a test of "each call" misses none. */
import type { Mfa, MfaStore, Proof, RequestContext, SecondFactor, TokenHolder, TrustDevice } from '@mfakit/core';
import { TEST_PASSWORD } from './test-application.ts';

/** Everything that you can pass to a call. Each call reads what it takes. */
export interface CallInput {
  /** The user whom the calls are about. */
  readonly userId: string;
  /** The token of a sign-in that waits for its second factor. */
  readonly token: string | TokenHolder;
  /** The token of a required enrollment. If present, `setup` and `confirm` act for its holder, not for `userId`. */
  readonly enrollToken?: string | TokenHolder | undefined;
  /** An answer that is good now. */
  readonly secondFactor: SecondFactor;
  /** If `undefined`, `setup` is called without a proof. */
  readonly proof: Proof | undefined;
  /** The first code of the factor that waits to be confirmed. */
  readonly setupCode: string;
  /** A factor of the user that may be removed. */
  readonly factorId: string;
  /** A trusted device of the user. */
  readonly deviceId?: string | undefined;
  /** The device cookie that comes with a sign-in. */
  readonly device?: string | undefined;
  /** If present, `verify` is asked to trust the browser. */
  readonly trustDevice?: TrustDevice | undefined;
  /** Where the call comes from. */
  readonly request?: RequestContext | undefined;
}

/** One call of `Mfa`. */
export interface MfaCall {
  /** The input that it reads. */
  readonly takes: readonly (keyof CallInput)[];
  /**
   * The store methods that it calls when it is accepted, by a process that has not seen the user before. If `commit` is among
   * them, it changes something.
   */
  readonly uses: readonly (keyof MfaStore)[];
  /** Makes the call. */
  readonly run: (mfa: Mfa, input: CallInput) => Promise<unknown>;
}

/** Makes a row. Its `run` sees only what `takes` names, so the two always agree. */
function call<K extends keyof CallInput>(
  takes: readonly K[],
  uses: readonly (keyof MfaStore)[],
  run: (mfa: Mfa, input: Pick<CallInput, K>) => Promise<unknown>,
): MfaCall {
  return { takes, uses, run };
}

const WRITES = ['read', 'commit'] as const;
const ACCOUNT = { accountName: 'user@example.com' };

/**
 * The calls of an application that has no passkeys, for a user who has a factor. Two others sign in by a passkey alone: see
 * `softwareKey`. The third, `breakGlass`, is for users who have no factor.
 */
export type CallName = Exclude<keyof Mfa, 'passkeyChallenge' | 'passkeySignIn' | 'breakGlass'>;

/**
 * Every call of `Mfa` but those three. If a call is missing here, this file does not compile.
 * @example
 * ```ts
 * import { MFA_CALLS, outcomeOf, readyForCalls, testApplication } from '@mfakit/testkit';
 *
 * for (const [name, { run }] of Object.entries(MFA_CALLS)) {
 *   const application = testApplication();
 *   const { input } = await readyForCalls(application, 'ann');
 *   console.log(name, await outcomeOf(run(application.mfa, input))); // accepted
 * }
 * ```
 */
export const MFA_CALLS: Readonly<Record<CallName, MfaCall>> = {
  begin: call(['userId', 'request', 'device'], ['read'], (mfa, { userId, request, device }) =>
    mfa.begin(userId, request, { device }),
  ),
  tokenHolder: call(['token'], [], async (mfa, { token }) => mfa.tokenHolder(token as string)),
  verify: call(
    ['token', 'secondFactor', 'request', 'trustDevice'],
    WRITES,
    (mfa, { token, secondFactor, request, trustDevice }) =>
      mfa.verify({ token, ...secondFactor, trustDevice }, request),
  ),
  challenge: call(['userId'], ['read'], (mfa, { userId }) => mfa.challenge(userId)),
  stepUp: call(['userId', 'secondFactor', 'request'], WRITES, (mfa, { userId, secondFactor, request }) =>
    mfa.stepUp(userId, secondFactor, request),
  ),
  setup: call(
    ['userId', 'enrollToken', 'proof', 'request'],
    WRITES,
    (mfa, { userId, enrollToken: token, proof, request }) =>
      token === undefined
        ? mfa.setup({ userId }, { ...ACCOUNT, ...(proof !== undefined && { proof }) }, request)
        : mfa.setup({ token }, ACCOUNT, request),
  ),
  confirm: call(
    ['userId', 'enrollToken', 'setupCode', 'request'],
    WRITES,
    async (mfa, { userId, enrollToken: token, setupCode: code, request }) =>
      token === undefined ? mfa.confirm({ userId }, { code }, request) : mfa.confirm({ token }, { code }, request),
  ),
  disable: call(['userId', 'proof', 'request'], WRITES, (mfa, { userId, proof, request }) =>
    mfa.disable(userId, proof as Proof, request),
  ),
  removeFactor: call(['userId', 'factorId', 'proof', 'request'], WRITES, (mfa, { userId, factorId, proof, request }) =>
    mfa.removeFactor(userId, factorId, proof as Proof, request),
  ),
  regenerate: call(['userId', 'proof', 'request'], WRITES, (mfa, { userId, proof, request }) =>
    mfa.regenerate(userId, proof as Proof, request),
  ),
  status: call(['userId'], ['read'], (mfa, { userId }) => mfa.status(userId)),
  enforce: call(['userId', 'request'], WRITES, (mfa, { userId, request }) => mfa.enforce(userId, {}, request)),
  exempt: call(['userId', 'request'], WRITES, (mfa, { userId, request }) => mfa.exempt(userId, {}, request)),
  passwordFailed: call(['userId', 'request', 'device'], WRITES, (mfa, { userId, request, device }) =>
    mfa.passwordFailed(userId, request, { device }),
  ),
  passwordChanged: call(['userId', 'request'], WRITES, (mfa, { userId, request }) =>
    mfa.passwordChanged(userId, request),
  ),
  assertNotLocked: call(['userId', 'device'], ['read'], (mfa, { userId, device }) =>
    mfa.assertNotLocked(userId, { device }),
  ),
  forgetDevice: call(['userId', 'deviceId', 'request'], WRITES, (mfa, { userId, deviceId, request }) =>
    mfa.forgetDevice(userId, deviceId ?? '', request),
  ),
  forgetDevices: call(['userId', 'request'], WRITES, (mfa, { userId, request }) => mfa.forgetDevices(userId, request)),
  unlock: call(['userId', 'request'], WRITES, (mfa, { userId, request }) => mfa.unlock(userId, request)),
  reset: call(['userId', 'request'], WRITES, (mfa, { userId, request }) => mfa.reset(userId, request)),
  // A user who has enrolled is kept, and nothing is written.
  importUser: call(['userId', 'request'], ['read'], (mfa, { userId, request }) =>
    mfa.importUser(
      { userId, source: 'testkit', factors: [{ externalId: '1', secret: new Uint8Array(20) }] },
      {},
      request,
    ),
  ),
  forget: call(['userId', 'request'], WRITES, (mfa, { userId, request }) => mfa.forget(userId, request)),
  history: call(['userId'], ['events'], (mfa, { userId }) => mfa.history(userId)),
  rekey: call([], ['scan', 'commit'], async (mfa) => {
    const progress = [];
    for await (const page of mfa.rekey()) progress.push(page);
    return progress;
  }),
  list: call([], ['scan'], (mfa) => mfa.list({ state: 'locked' })),
  stats: call([], ['scan'], (mfa) => mfa.stats()),
  keyReport: call([], ['scan'], (mfa) => mfa.keyReport()),
  check: call([], ['scan'], (mfa) => mfa.check()),
  clock: call([], [], async (mfa) => mfa.clock()),
};

/**
 * The names of the calls that take an input.
 * @example
 * ```ts
 * import { callsTaking } from '@mfakit/testkit';
 *
 * callsTaking('proof'); // ['setup', 'disable', 'removeFactor', 'regenerate']
 * ```
 */
export function callsTaking(input: keyof CallInput): readonly CallName[] {
  return (Object.keys(MFA_CALLS) as CallName[]).filter((name) => MFA_CALLS[name].takes.includes(input));
}

/**
 * Returns the input with other evidence. The second factor goes to both places where calls look: alone and in a proof.
 * @param password - the password of the proof; `null` for none; by default, the password of every test application
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { MFA_CALLS, outcomeOf, provenBy, readyForCalls, testApplication } from '@mfakit/testkit';
 *
 * const application = testApplication();
 * const { user, input } = await readyForCalls(application, 'ann');
 * const guess = provenBy(input, { code: user.wrongCode() });
 * assert.equal(await outcomeOf(MFA_CALLS.disable.run(application.mfa, guess)), 'invalid_code');
 * ```
 */
export function provenBy(
  input: CallInput,
  secondFactor: SecondFactor,
  password: string | null = TEST_PASSWORD,
): CallInput {
  return { ...input, secondFactor, proof: { ...secondFactor, ...(password !== null && { password }) } };
}
