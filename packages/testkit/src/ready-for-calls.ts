/** readyForCalls: prepares a user on whom every call can change something, and input that every call accepts. */
import { virtualAuthenticator } from './virtual-authenticator.ts';
import type { CallInput } from './mfa-calls.ts';
import type { EnrolledUser, TestApplication } from './test-application.ts';

const DAY_MS = 86_400_000;

/** A user, and input for one call. */
export interface ReadyForCalls {
  /** The user who was made ready, with the phone. */
  readonly user: EnrolledUser;
  /** What every call accepts once. */
  readonly input: CallInput;
}

/**
 * Enrolls a user, trusts a device, stages a second factor, counts one failure, and lets policy require MFA from tomorrow. Every call of
 * `MFA_CALLS` then accepts this input once, and changes something if the call can change anything. (`rekey` needs an
 * instance with a newer key for that.)
 *
 * @example
 * ```ts
 * import { MFA_CALLS, readyForCalls, testApplication } from '@mfakit/testkit';
 *
 * const application = testApplication();
 * const { input } = await readyForCalls(application, 'ann');
 * await MFA_CALLS.removeFactor.run(application.mfa, input);
 * ```
 */
export async function readyForCalls(application: TestApplication, userId: string): Promise<ReadyForCalls> {
  const { mfa, clock, enroll, token } = application;
  const user = await enroll(userId);
  await mfa.verify({ token: await token(userId), code: user.code(), trustDevice: {} });
  clock.advance({ seconds: user.phone.periodSeconds });
  const [device] = (await mfa.status(userId)).devices;
  const { uri } = await mfa.setup({ userId }, { accountName: 'user@example.com', proof: user.proof() });
  const second = virtualAuthenticator(uri);
  clock.advance({ seconds: user.phone.periodSeconds });
  await mfa.passwordFailed(userId);
  await mfa.enforce(userId, { from: new Date(clock() + DAY_MS) });
  const input: CallInput = {
    userId,
    token: await token(userId),
    secondFactor: { code: user.code() },
    proof: user.proof(),
    setupCode: second.code(clock()),
    factorId: user.factorId,
    deviceId: device?.id,
  };
  return { user, input };
}
