/** Slow calls: every call that waits for the hasher or for the password check, stopped there. */
import type { Mfa, MfaErrorCode, RequestContext } from '@mfakit/core';
import {
  callsTaking,
  MFA_CALLS,
  outcomeOf,
  provenBy,
  quickHasher,
  readyForCalls,
  TEST_PASSWORD,
  type ReadyForCalls,
  type CallName,
} from '@mfakit/testkit';
import { stage, type Stage } from '../harness.ts';
import { held } from './held.ts';

/** A call, the port that it waits for, and what it presents. */
export interface SlowCall {
  readonly call: CallName;
  readonly port: 'hasher' | 'verifyPassword';
  readonly presents: 'code' | 'backupCode';
}

/** Every call that waits for a port while it proves something. */
export const SLOW_CALLS: readonly SlowCall[] = [
  ...callsTaking('secondFactor').map((call) => ({ call, port: 'hasher', presents: 'backupCode' }) as const),
  ...callsTaking('proof').flatMap(
    (call) =>
      [
        { call, port: 'verifyPassword', presents: 'code' },
        { call, port: 'verifyPassword', presents: 'backupCode' },
        { call, port: 'hasher', presents: 'backupCode' },
      ] as const,
  ),
  // The answer is known to be right, and the new set is being hashed.
  { call: 'regenerate', port: 'hasher', presents: 'code' },
];

/** A call that has stopped half-way. The user is that of `readyForCalls`: two factors, one waits; one failure counted. */
export interface HalfWay {
  readonly on: Stage;
  readonly ready: ReadyForCalls;
  /** Lets the call go on, and says how it ended. */
  readonly goOn: () => Promise<'accepted' | MfaErrorCode>;
}

/**
 * Begins a call and stops it.
 * @param right - whether what it presents to the port is right
 */
export async function halfWay(
  { call, port, presents }: SlowCall,
  right = true,
  requestOf?: (mfa: Mfa) => Promise<RequestContext>,
): Promise<HalfWay> {
  const on = stage();
  const ready = await readyForCalls(on, 'ann');
  const { user, input } = ready;
  const hand = held();
  const mfa = on.another({
    [port]:
      port === 'hasher'
        ? hand.port(quickHasher)
        : hand.port(async (_userId: string, password: string) => password === TEST_PASSWORD),
  });
  const wrongCode = port === 'hasher' && !right;
  const factor =
    presents === 'code' ? { code: user.code() } : { backupCode: wrongCode ? 'ZZZZ-ZZZZ' : (user.backupCodes[0] ?? '') };
  const password = port === 'verifyPassword' && !right ? 'wrong' : TEST_PASSWORD;
  const request = await requestOf?.(on.mfa);
  const running = outcomeOf(MFA_CALLS[call].run(mfa, { ...provenBy(input, factor, password), request }));
  // If it ends without waiting for the port, that is what the test is told.
  await Promise.race([hand.begun, running]);
  return {
    on,
    ready,
    async goOn() {
      hand.letGo();
      return running;
    },
  };
}
