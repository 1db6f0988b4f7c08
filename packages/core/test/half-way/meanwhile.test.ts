/** Everything that is asked before slow work is asked again when it is done: the user may have changed meanwhile. */
import type { Mfa, MfaErrorCode } from '@mfakit/core';
import { MFA_CALLS, TEST_PASSWORD } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { halfWay, SLOW_CALLS, type HalfWay, type SlowCall } from './slow-calls.ts';

/** What happens while the call is stopped. */
const MEANWHILE = {
  reset: ({ on, ready }) => MFA_CALLS.reset.run(on.mfa, ready.input),
  forget: ({ on, ready }) => MFA_CALLS.forget.run(on.mfa, ready.input),
  disable: ({ on, ready: { user } }) =>
    on.mfa.disable('ann', { password: TEST_PASSWORD, backupCode: user.backupCodes[5] ?? '' }),
  confirm: ({ on, ready }) => MFA_CALLS.confirm.run(on.mfa, ready.input),
  unlock: ({ on, ready }) => MFA_CALLS.unlock.run(on.mfa, ready.input),
  passwordChanged: ({ on, ready }) => MFA_CALLS.passwordChanged.run(on.mfa, ready.input),
} satisfies Record<string, (halfWay: HalfWay) => Promise<unknown>>;

type Outcome = 'accepted' | MfaErrorCode;

/** Refused because nothing is left of what the call began with. */
const GONE: Partial<Record<keyof Mfa, Outcome>> = {
  verify: 'invalid_token',
  stepUp: 'not_enabled',
  setup: 'contention',
  disable: 'not_enabled',
  removeFactor: 'factor_not_found',
  regenerate: 'not_enabled',
};

/** Tokens and setups that were begun before are void; a fresh proof is as good as before. */
const CHANGED: Partial<Record<keyof Mfa, Outcome>> = { verify: 'invalid_token', setup: 'contention' };

const EXPECTED: Readonly<Record<keyof typeof MEANWHILE, Partial<Record<keyof Mfa, Outcome>>>> = {
  reset: GONE,
  forget: GONE,
  disable: GONE,
  confirm: CHANGED,
  unlock: {},
  passwordChanged: CHANGED,
};

/** The event of a success. */
const SETTLED: Partial<Record<keyof Mfa, object>> = {
  verify: { type: 'verified', operation: 'verify' },
  stepUp: { type: 'verified', operation: 'stepUp' },
  setup: { type: 'setup_started' },
  disable: { type: 'disabled' },
  removeFactor: { type: 'factor_removed' },
  regenerate: { type: 'backup_codes_regenerated', count: 10 },
};

const ROWS = Object.keys(MEANWHILE).flatMap((meanwhile) =>
  SLOW_CALLS.map((slow) => [slow.call, slow.presents, slow.port, meanwhile as keyof typeof MEANWHILE, slow] as const),
);

async function lastEvent({ on }: HalfWay): Promise<object | undefined> {
  return (await on.mfa.history('ann'))[0];
}

/** Runs `meanwhile`, lets the call go on, and gives its end; a refusal that leaves no trace is checked to leave none. */
async function endOf(meanwhile: keyof typeof MEANWHILE, begun: HalfWay, traceless: boolean): Promise<Outcome> {
  const { on, goOn } = begun;
  await MEANWHILE[meanwhile](begun);
  const stored = await on.store.dump('ann');
  const told = on.events.length;
  const outcome = await goOn();
  if (traceless) {
    expect(await on.store.dump('ann')).toBe(stored);
    expect(on.events.slice(told)).toEqual([]);
  }
  return outcome;
}

describe('a call whose answer is right', () => {
  test.each(ROWS)('%s by %s, stopped in the %s, meanwhile %s', async (call, _presents, _port, meanwhile, slow) => {
    const begun = await halfWay(slow);
    const expected = EXPECTED[meanwhile][call] ?? 'accepted';
    expect(await endOf(meanwhile, begun, expected !== 'accepted')).toBe(expected);
    const { on } = begun;
    if (expected === 'accepted') {
      expect(await lastEvent(begun)).toMatchObject(SETTLED[call] ?? {});
    } else {
      // What was done meanwhile stays done.
      const enabled = EXPECTED[meanwhile] !== GONE;
      const factors = enabled ? (meanwhile === 'confirm' ? 2 : 1) : 0;
      expect((await on.mfa.status('ann')).factors).toHaveLength(factors);
      expect((await on.store.record('ann')).backupCodes === null).toBe(!enabled);
      if (!enabled) expect((await on.store.record('ann')).pending).toBeNull();
    }
  });
});

describe('a call whose answer is wrong', () => {
  /** With a code the port is asked about something else. */
  const wrong = ROWS.filter(([, presents, port]) => presents === 'backupCode' || port === 'verifyPassword');
  test.each(wrong)('%s by %s, stopped in the %s, meanwhile %s', async (call, _presents, port, meanwhile, slow) => {
    const begun = await halfWay(slow, false);
    const barred = EXPECTED[meanwhile][call];
    const reason = port === 'verifyPassword' ? 'invalid_password' : 'invalid_backup_code';
    expect(await endOf(meanwhile, begun, barred !== undefined)).toBe(barred ?? reason);
    if (barred !== undefined) return;
    // One failure was counted before, and this one when the call began. `unlock` has wiped both, and a new password those
    // of the old one: the attempt is then counted like a new one.
    const failures = meanwhile === 'confirm' ? 2 : meanwhile === 'unlock' ? 1 : expect.any(Number);
    expect(await lastEvent(begun)).toMatchObject({ type: 'attempt_refused', operation: call, reason, failures });
  });
});

describe('a session that was revoked meanwhile', () => {
  const bySession = (slow: SlowCall): boolean => slow.call !== 'verify';
  const rows = (['reset', 'forget', 'disable', 'passwordChanged'] as const).flatMap((meanwhile) =>
    SLOW_CALLS.filter(bySession).map((slow) => [slow.call, slow.presents, slow.port, meanwhile, slow] as const),
  );
  test.each(rows)('%s by %s, stopped in the %s, meanwhile %s', async (_call, _presents, _port, meanwhile, slow) => {
    const session = async (mfa: Mfa): Promise<{ sessionEpoch: number }> => ({
      sessionEpoch: (await mfa.status('ann')).sessionEpoch,
    });
    const begun = await halfWay(slow, true, session);
    expect(await endOf(meanwhile, begun, true)).toBe('session_revoked');
  });
});
