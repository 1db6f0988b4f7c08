import { createMfa, MfaError, type MfaStore } from '@mfakit/core';
import { MFA_CALLS, provenBy, readyForCalls, type CallInput, type EnrolledUser, type CallName } from '@mfakit/testkit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { KEY_A, KEY_B, stage, type Stage } from '../harness.ts';

afterEach(() => vi.unstubAllGlobals());

const NAMES = Object.keys(MFA_CALLS) as CallName[];

/** A call and what it is proven by. */
type Row = readonly [name: CallName, by: 'code' | 'backup code'];

/** Every call; those that take a second factor with one of each kind: what is slow is charged before it is checked. */
const ROWS: readonly Row[] = NAMES.flatMap((name): Row[] => {
  const { takes } = MFA_CALLS[name];
  const proven = takes.includes('secondFactor') || takes.includes('proof');
  return proven ? [[name, 'code'] as const, [name, 'backup code'] as const] : [[name, 'code'] as const];
});

/** A user on whom every call has something to change. `run` makes one of the calls, over another store if one is given. */
interface Ready extends Stage {
  readonly user: EnrolledUser;
  readonly input: CallInput;
  readonly run: (row: Row, store?: MfaStore) => Promise<unknown>;
}

async function ready(): Promise<Ready> {
  const on = stage();
  const { user, input } = await readyForCalls(on, 'ann');
  const [backupCode = ''] = user.backupCodes;
  const run: Ready['run'] = async ([name, by], store = on.store) => {
    // Under a newer key, so that `rekey` has something to do.
    const mfa = on.another({ store, keys: [KEY_B, KEY_A] });
    return MFA_CALLS[name].run(mfa, by === 'code' ? input : provenBy(input, { backupCode }));
  };
  return { ...on, user, input, run };
}

async function refusedBy(call: Promise<unknown>): Promise<MfaError> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MfaError);
  if (!(error instanceof MfaError)) throw new Error('unreachable');
  return error;
}

describe('R-63 a store that throws', () => {
  const rows = ROWS.flatMap(([name, by]) => MFA_CALLS[name].uses.map((method) => [name, by, method] as const));
  test.each(rows)('%s by %s while %s throws: store_unavailable, and nothing has changed', async (name, by, method) => {
    const on = await ready();
    const before = await on.store.dump('ann');
    const told = on.events.length;
    const fault = new Error('connection refused');
    on.store.fail(method, fault);
    const error = await refusedBy(on.run([name, by]));
    expect(error.code).toBe('store_unavailable');
    expect(error.cause).toBe(fault);
    expect(error.message).not.toContain('connection');
    expect(await on.store.dump('ann')).toBe(before);
    expect(on.events.slice(told)).toEqual([]);
  });
});

test.each(ROWS.filter(([name]) => MFA_CALLS[name].uses.includes('commit')))(
  '%s by %s while every swap is lost: contention, and nothing has changed',
  async (...row) => {
    const on = await ready();
    const before = await on.store.dump('ann');
    // Fifty lost races, with no time between them.
    vi.stubGlobal('setTimeout', (run: () => void) => setImmediate(run));
    let races = 0;
    const lost = async (): Promise<boolean> => ((races += 1), false);
    const error = await refusedBy(on.run(row, { ...on.store, commit: lost }));
    expect([error.code, races]).toEqual(['contention', 50]);
    expect(await on.store.dump('ann')).toBe(before);
  },
);

test.each([
  ['undefined', undefined],
  ['a number', 7],
  ['a record without a revision', { record: {} }],
  ['an empty record', { revision: 'r', record: {} }],
  ['no record', { revision: 'r' }],
])('R-63 a store whose read gives %s is store_unavailable', async (_what, answer) => {
  const on = stage();
  const mfa = createMfa({ ...on.options, store: { ...on.store, read: async () => answer as never } });
  for (const call of [
    mfa.status('ann'),
    mfa.begin('ann'),
    mfa.stepUp('ann', { code: '123456' }),
    mfa.assertNotLocked('ann'),
  ]) {
    expect((await refusedBy(call)).code).toBe('store_unavailable');
  }
  expect(on.store.commits()).toBe(0);
});

test.each([undefined, null, 1, 'true', {}])(
  'R-63 a swap that answers %s is store_unavailable, and no success',
  async (answer) => {
    const on = await ready();
    const store = { ...on.store, commit: async () => answer as never };
    for (const row of ROWS.filter(([name]) => MFA_CALLS[name].uses.includes('commit'))) {
      const { code, message } = await refusedBy(on.run(row, store));
      expect([...row, code]).toEqual([...row, 'store_unavailable']);
      expect(message).toBe('store.commit gave an answer that the port does not allow.');
    }
  },
);

describe('R-48 regenerate over a store that fails', () => {
  test.each([1, 2, 3, 4, 5])('at swap %d: either every old code works or every new one', async (failing) => {
    const on = await ready();
    const [old = ''] = on.user.backupCodes;
    let swaps = 0;
    const store: MfaStore = {
      ...on.store,
      commit: async (commit) => {
        swaps += 1;
        // A fault that outlasts the retries.
        if (swaps >= failing) throw new Error('disk full');
        return on.store.commit(commit);
      },
    };
    const faulty = createMfa({ ...on.options, store });
    const outcome = await faulty.regenerate('ann', on.user.proof()).then(
      ({ backupCodes }) => backupCodes,
      () => null,
    );
    // Charge, then settle: the third swap is not reached.
    expect(outcome === null).toBe(failing <= 2);
    expect((await on.mfa.status('ann')).backupCodesRemaining).toBe(10);
    const verified = await on.mfa.stepUp('ann', { backupCode: outcome?.[0] ?? old });
    expect(verified.backupCodesRemaining).toBe(9);
    // The old code is spent by now, or void.
    await expect(on.mfa.stepUp('ann', { backupCode: old })).rejects.toThrow('backup code');
  });
});
