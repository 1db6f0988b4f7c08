/** Everything that is asked before slow work is asked again when it is done: the user may have changed meanwhile. */
import type { Mfa, MfaErrorCode } from '@mfakit/core';
import { MFA_CALLS, TEST_PASSWORD } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { halfWay, SLOW_CALLS, type HalfWay } from './slow-calls.ts';

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

/** How a call ended, and whether it left anything behind: a change or an event. */
interface End {
  readonly outcome: Outcome;
  readonly trace: boolean;
}

/** Runs `meanwhile`, and lets the call go on. */
async function endOf(meanwhile: keyof typeof MEANWHILE, begun: HalfWay): Promise<End> {
  const { on, goOn } = begun;
  await MEANWHILE[meanwhile](begun);
  const stored = await on.store.dump('ann');
  const told = on.events.length;
  const outcome = await goOn();
  return { outcome, trace: (await on.store.dump('ann')) !== stored || on.events.length > told };
}

function refusedWithoutTrace(outcome: Outcome): End {
  return { outcome, trace: false };
}

describe('a call whose answer is right', () => {
  const [barred, free] = [true, false].map((isBarred) =>
    ROWS.filter(([call, , , meanwhile]) => (EXPECTED[meanwhile][call] !== undefined) === isBarred),
  );
  test.each(barred ?? [])('%s by %s, stopped in the %s, meanwhile %s', async (call, _by, _port, meanwhile, slow) => {
    const begun = await halfWay(slow);
    expect(await endOf(meanwhile, begun)).toEqual(refusedWithoutTrace(EXPECTED[meanwhile][call] ?? 'accepted'));
    // What was done meanwhile stays done.
    const gone = EXPECTED[meanwhile] === GONE;
    const { factors, backupCodes, pending } = await begun.on.store.record('ann');
    const waits = meanwhile === 'passwordChanged';
    expect([factors.length, backupCodes === null, pending === null]).toEqual([
      gone ? 0 : meanwhile === 'confirm' ? 2 : 1,
      gone,
      !waits,
    ]);
  });

  test.each(free ?? [])('%s by %s, stopped in the %s, meanwhile %s', async (call, _by, _port, meanwhile, slow) => {
    const begun = await halfWay(slow);
    expect(await endOf(meanwhile, begun)).toEqual({ outcome: 'accepted', trace: true });
    expect(await lastEvent(begun)).toMatchObject(SETTLED[call] ?? { type: 'none' });
  });
});

describe('a call whose answer is wrong', () => {
  /** With a code the port is asked about something else. */
  const wrong = ROWS.filter(([, presents, port]) => presents === 'backupCode' || port === 'verifyPassword');
  const [barred, free] = [true, false].map((isBarred) =>
    wrong.filter(([call, , , meanwhile]) => (EXPECTED[meanwhile][call] !== undefined) === isBarred),
  );
  test.each(barred ?? [])('%s by %s, stopped in the %s, meanwhile %s', async (call, _by, _port, meanwhile, slow) => {
    const end = await endOf(meanwhile, await halfWay(slow, false));
    expect(end).toEqual(refusedWithoutTrace(EXPECTED[meanwhile][call] ?? 'accepted'));
  });

  test.each(free ?? [])('%s by %s, stopped in the %s, meanwhile %s', async (call, _by, port, meanwhile, slow) => {
    const begun = await halfWay(slow, false);
    const reason = port === 'verifyPassword' ? 'invalid_password' : 'invalid_backup_code';
    expect(await endOf(meanwhile, begun)).toEqual({ outcome: reason, trace: true });
    const event = await lastEvent(begun);
    expect(event).toMatchObject({ type: 'attempt_refused', operation: call, reason });
    // A wrong password was counted before, and this failure when the call began. What was wiped is counted anew.
    expect(event).toHaveProperty('failures', meanwhile === 'confirm' ? 2 : 1);
  });
});

/** What a session that is signed in tells with its calls. */
async function session(mfa: Mfa): Promise<{ readonly sessionEpoch: number }> {
  return { sessionEpoch: (await mfa.status('ann')).sessionEpoch };
}

describe('a session that was revoked meanwhile', () => {
  const rows = (['reset', 'forget', 'disable', 'passwordChanged'] as const).flatMap((meanwhile) =>
    SLOW_CALLS.filter(({ call }) => call !== 'verify').map(
      (slow) => [slow.call, slow.presents, slow.port, meanwhile, slow] as const,
    ),
  );
  test.each(rows)('%s by %s, stopped in the %s, meanwhile %s', async (_call, _by, _port, meanwhile, slow) => {
    const begun = await halfWay(slow, true, session);
    expect(await endOf(meanwhile, begun)).toEqual(refusedWithoutTrace('session_revoked'));
  });
});
