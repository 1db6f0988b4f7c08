/** every event of every call, whole: what happened, in which operation, why, and where it came from. */
import type { MfaEvent } from '@mfakit/core';
import {
  callsTaking,
  MFA_CALLS,
  outcomeOf,
  provenBy,
  readyForCalls,
  type ReadyForCalls,
  type CallName,
} from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { KEY_A, KEY_B, stage, type Stage } from '../harness.ts';
import { unreadable } from '../store/unreadable-record.ts';

const REQUEST = { ip: '192.0.2.1', userAgent: 'Test/1', actor: 'staff-7' };
const WRONG_BACKUP_CODE = { backupCode: 'ZZZZ-ZZZZ-ZZZZ-ZZZZ' };

/** What the events of one call say, beside user, number, instant and request, which are checked here. */
async function toldBy(on: Stage, call: () => Promise<unknown>, request: object = REQUEST): Promise<readonly object[]> {
  const before = on.events.length;
  const seq = on.events.at(-1)?.seq ?? 0;
  await call().catch(() => undefined);
  const events = on.events.slice(before);
  const common = { userId: 'ann', at: on.clock(), ...request };
  expect(events).toEqual(events.map((event, i) => ({ ...event, ...common, seq: seq + 1 + i })));
  const named = new Set([...Object.keys(common), 'seq']);
  return events.map((event) => Object.fromEntries(Object.entries(event).filter(([name]) => !named.has(name))));
}

/** The events of a call by the user of `readyForCalls`, with evidence of a kind. */
async function toldByCall(
  call: CallName,
  evidence: (ready: ReadyForCalls) => ReadyForCalls['input'] = ({ input }) => input,
  prepare: (on: Stage, ready: ReadyForCalls) => Promise<unknown> = async () => undefined,
): Promise<{ readonly told: readonly object[]; readonly ready: ReadyForCalls; readonly on: Stage }> {
  const on = stage();
  const ready = await readyForCalls(on, 'ann');
  await prepare(on, ready);
  const told = await toldBy(on, async () => MFA_CALLS[call].run(on.mfa, { ...evidence(ready), request: REQUEST }));
  return { told, ready, on };
}

/** One failure, a wrong password at the login, was counted before. */
const CHARGED = (operation: string): object => ({ type: 'attempt_charged', operation, failures: 2 });

/** Calls with a proof check a password, and so are charged before. */
const PROVEN = callsTaking('proof');
const EVIDENCE = [...callsTaking('secondFactor'), ...PROVEN];

const BY_BACKUP_CODE = { method: 'backup_code', factorId: null };

function byCode({ user }: ReadyForCalls): object {
  return { method: 'totp', factorId: user.factorId };
}

/** The event of a success. */
function success(call: CallName, used: object, { user }: ReadyForCalls, backupCodesRemaining: number): object {
  const verified = { type: 'verified', operation: call, backupCodesRemaining, ...used };
  const settled: Partial<Record<CallName, object>> = {
    verify: { ...verified, failures: 0 },
    stepUp: { ...verified, failures: 1 },
    setup: { type: 'setup_started', factorId: expect.stringMatching(/^[\w-]{22}$/), kind: 'totp', provenBy: used },
    disable: { type: 'disabled', provenBy: used },
    removeFactor: { type: 'factor_removed', factorId: user.factorId, kind: 'totp', provenBy: used },
    regenerate: { type: 'backup_codes_regenerated', count: 10, provenBy: used },
  };
  return settled[call] ?? {};
}

function refused(operation: string, reason: string, failures: number): object {
  return { type: 'attempt_refused', operation, reason, failures };
}

describe('accepted', () => {
  test.each(EVIDENCE)('%s by a code', async (call) => {
    const { told, ready } = await toldByCall(call);
    const charged = PROVEN.includes(call) ? [CHARGED(call)] : [];
    expect(told).toEqual([...charged, success(call, byCode(ready), ready, 10)]);
  });

  test.each(EVIDENCE)('%s by a backup code', async (call) => {
    const { told, ready } = await toldByCall(call, ({ user, input }) =>
      provenBy(input, { backupCode: user.backupCodes[0] ?? '' }),
    );
    expect(told).toEqual([CHARGED(call), success(call, BY_BACKUP_CODE, ready, 9)]);
  });

  test('setup of the first factor', async () => {
    const on = stage();
    let factorId = '';
    const told = await toldBy(on, async () => {
      ({ factorId } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann' }, REQUEST));
    });
    expect(told).toEqual([{ type: 'setup_started', factorId, kind: 'totp', provenBy: null }]);
  });

  test('confirm of a further factor', async () => {
    const { told, on } = await toldByCall('confirm');
    const { factors } = await on.mfa.status('ann');
    expect(told).toEqual([{ type: 'factor_added', factorId: factors[1]?.id, kind: 'totp', first: false }]);
  });

  test('what support and policy do', async () => {
    const now = stage().clock();
    const expected: Partial<Record<CallName, (on: Stage) => object>> = {
      enforce: ({ clock }) => ({ type: 'enforced', from: clock() }),
      exempt: () => ({ type: 'exempted' }),
      passwordFailed: () => ({ type: 'attempt_refused', operation: 'login', reason: 'invalid_password', failures: 2 }),
      passwordChanged: () => ({ type: 'password_changed' }),
      unlock: () => ({ type: 'account_unlocked', by: 'support' }),
      reset: () => ({ type: 'reset' }),
      forget: () => ({ type: 'forgotten' }),
    };
    for (const [call, event] of Object.entries(expected)) {
      const { told, on } = await toldByCall(call as CallName);
      expect([call, told]).toEqual([call, [event(on)]]);
    }
    const on = stage();
    await on.enroll('ann');
    const until = new Date(now + 1e9);
    expect(await toldBy(on, async () => on.mfa.exempt('ann', { until }, REQUEST))).toEqual([
      { type: 'exempted', until: until.getTime() },
    ]);
    const from = new Date(now + 2e9);
    expect(await toldBy(on, async () => on.mfa.enforce('ann', { from }, REQUEST))).toEqual([
      { type: 'enforced', from: from.getTime() },
    ]);
  });

  test('rekey', async () => {
    const on = stage();
    await on.enroll('ann');
    const rotated = on.another({ keys: [KEY_B, KEY_A] });
    const [{ keyId } = { keyId: null }] = await rotated.keyReport();
    expect(await toldBy(on, async () => MFA_CALLS.rekey.run(rotated, { userId: 'ann' } as never), {})).toEqual([
      { type: 'rekeyed', keyId },
    ]);
  });

  test('begin of a user without MFA, which clears the failures', async () => {
    const on = stage();
    await on.mfa.passwordFailed('ann');
    expect(await toldBy(on, async () => on.mfa.begin('ann', REQUEST))).toEqual([
      { type: 'account_unlocked', by: 'success' },
    ]);
  });

  test('verify by the attempt that locked the account, which lifts the lock', async () => {
    const on = stage({ lockout: { maxFailures: 1 } });
    const ann = await on.enroll('ann');
    const token = await on.token('ann');
    const backupCode = ann.backupCodes[0] ?? '';
    expect(await toldBy(on, async () => on.mfa.verify({ token, backupCode }, REQUEST))).toEqual([
      { type: 'attempt_charged', operation: 'verify', failures: 1 },
      { type: 'account_locked', until: on.clock() + 1_800_000, failures: 1 },
      { type: 'account_unlocked', by: 'success' },
      {
        type: 'verified',
        operation: 'verify',
        method: 'backup_code',
        factorId: null,
        failures: 0,
        backupCodesRemaining: 9,
      },
    ]);
  });
});

/** Nine failures in all. */
async function failNine({ mfa }: Stage): Promise<void> {
  for (let n = 1; n < 9; n++) await mfa.passwordFailed('ann');
}

describe('refused', () => {
  test.each(EVIDENCE)('%s by a wrong code', async (call) => {
    const { told } = await toldByCall(call, ({ user, input }) => provenBy(input, { code: user.wrongCode() }));
    expect(told).toEqual([refused(call, 'invalid_code', 2)]);
  });

  test.each(EVIDENCE)('%s by a code that was used', async (call) => {
    const { told } = await toldByCall(
      call,
      ({ input }) => input,
      async ({ mfa }, { user }) => mfa.stepUp('ann', { code: user.code() }),
    );
    expect(told).toEqual([refused(call, 'code_already_used', 1)]);
  });

  test.each(EVIDENCE)('%s by a wrong backup code', async (call) => {
    const { told } = await toldByCall(call, ({ input }) => provenBy(input, WRONG_BACKUP_CODE));
    expect(told).toEqual([CHARGED(call), refused(call, 'invalid_backup_code', 2)]);
  });

  test.each(PROVEN)('%s with a wrong password', async (call) => {
    const { told } = await toldByCall(call, ({ user, input }) => provenBy(input, { code: user.code() }, 'wrong'));
    expect(told).toEqual([CHARGED(call), refused(call, 'invalid_password', 2)]);
  });

  test.each(PROVEN)('%s with a wrong password beside a wrong code: the password is not asked about', async (call) => {
    const { told, on } = await toldByCall(call, ({ user, input }) =>
      provenBy(input, { code: user.wrongCode() }, 'wrong'),
    );
    expect(told).toEqual([refused(call, 'invalid_code', 2)]);
    expect(on.passwordChecks()).toBe(1);
  });

  test.each(EVIDENCE)('%s that locks', async (call) => {
    const { told, on } = await toldByCall(call, ({ input }) => provenBy(input, WRONG_BACKUP_CODE), failNine);
    expect(told).toEqual([
      { type: 'attempt_charged', operation: call, failures: 10 },
      { type: 'account_locked', until: on.clock() + 1_800_000, failures: 10 },
      refused(call, 'invalid_backup_code', 10),
    ]);
  });

  test.each(EVIDENCE)('%s with a secret that cannot be opened', async (call) => {
    const { told } = await toldByCall(
      call,
      ({ input }) => input,
      async ({ store }) => store.edit('ann', unreadable),
    );
    expect(told).toEqual([{ type: 'secret_unreadable', operation: call }]);
  });

  test.each(EVIDENCE)('%s while locked tells nothing', async (call) => {
    const { told } = await toldByCall(
      call,
      ({ input }) => input,
      async ({ mfa }, { user }) => {
        // A lock that wrong passwords alone made would not stop a living session.
        for (let n = 0; n < 10; n++) await outcomeOf(mfa.stepUp('ann', { code: user.wrongCode() }));
      },
    );
    expect(told).toEqual([]);
  });

  test('confirm by wrong codes, until the setup is void', async () => {
    const on = stage({ lockout: { maxFailures: 2 } });
    const { user, input } = await readyForCalls(on, 'ann');
    const { factor } = (await on.store.record('ann')).pending ?? {};
    const code = input.setupCode === '000000' ? '000001' : '000000';
    const confirm = async (): Promise<unknown> => on.mfa.confirm({ userId: 'ann' }, { code }, REQUEST);
    expect(user.factorId).not.toBe(factor?.id);
    expect(await toldBy(on, confirm)).toEqual([refused('confirm', 'invalid_code', 1)]);
    expect(await toldBy(on, confirm)).toEqual([
      refused('confirm', 'invalid_code', 2),
      { type: 'setup_voided', factorId: factor?.id },
    ]);
    expect(await toldBy(on, confirm)).toEqual([]);
  });

  test('passwordFailed, each with where it came from, though they were counted together', async () => {
    const on = stage();
    await on.enroll('ann');
    on.events.length = 0;
    const ips = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
    await Promise.all(ips.map(async (ip) => outcomeOf(on.mfa.passwordFailed('ann', { ip, userAgent: ip }))));
    expect(on.events.map((event: MfaEvent) => [event.ip, event.userAgent])).toEqual(ips.map((ip) => [ip, ip]));
    expect(on.events).toMatchObject([1, 2, 3].map((failures) => refused('login', 'invalid_password', failures)));
  });
});

test('the event of `forget` is told, and stored nowhere; a new life begins with no history', async () => {
  const on = stage();
  await on.enroll('ann');
  await on.mfa.forget('ann', REQUEST);
  expect(on.events.at(-1)).toMatchObject({ type: 'forgotten', userId: 'ann', ...REQUEST });
  expect(await on.store.events('ann', { limit: 200 })).toEqual([]);
  expect(await on.mfa.history('ann')).toEqual([]);
  const told = on.events.length;
  await on.enroll('ann');
  const stored = await on.store.events('ann', { limit: 200 });
  expect(stored.toReversed()).toEqual(on.events.slice(told));
  expect(stored.map(({ type }) => type)).toEqual(['factor_added', 'setup_started']);
});
