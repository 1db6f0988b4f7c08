import { createMfa, MfaError, type Mfa, type MfaStore, type Proof } from '@mfakit/core';
import { virtualAuthenticator } from '@mfakit/testkit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { KEY_A, KEY_B, PASSWORD } from './harness.ts';
import { stage, type Stage } from './refusal-cases.ts';

/** What the calls need to go through for the user `ann`. */
interface Ready extends Stage {
  readonly factorId: string;
  readonly token: () => Promise<string>;
  readonly code: string;
  readonly backupCode: string;
  readonly proof: Proof;
  /** The code of a second factor that waits to be confirmed. */
  readonly pendingCode: string;
}

/** Every call, with input that it accepts, and the store methods that it uses. */
const CALLS: Readonly<
  Record<
    keyof Mfa,
    {
      readonly uses: readonly (keyof MfaStore)[];
      readonly run: (mfa: Mfa, on: Ready, token: string) => Promise<unknown>;
    }
  >
> = {
  begin: { uses: ['read'], run: (mfa) => mfa.begin('ann') },
  tokenHolder: { uses: [], run: (mfa, _on, token) => mfa.tokenHolder(token) },
  verify: { uses: ['read', 'commit'], run: (mfa, { code }, token) => mfa.verify({ token, code }) },
  stepUp: { uses: ['read', 'commit'], run: (mfa, { backupCode }) => mfa.stepUp('ann', { backupCode }) },
  setup: {
    uses: ['read', 'commit'],
    run: (mfa, { proof }) => mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof }),
  },
  confirm: {
    uses: ['read', 'commit'],
    run: (mfa, { pendingCode }) => mfa.confirm({ userId: 'ann' }, { code: pendingCode }),
  },
  disable: { uses: ['read', 'commit'], run: (mfa, { proof }) => mfa.disable('ann', proof) },
  removeFactor: {
    uses: ['read', 'commit'],
    run: (mfa, { factorId, proof }) => mfa.removeFactor('ann', factorId, proof),
  },
  regenerate: { uses: ['read', 'commit'], run: (mfa, { proof }) => mfa.regenerate('ann', proof) },
  status: { uses: ['read'], run: (mfa) => mfa.status('ann') },
  enforce: { uses: ['read', 'commit'], run: (mfa) => mfa.enforce('ann') },
  exempt: { uses: ['read', 'commit'], run: (mfa) => mfa.exempt('ann') },
  passwordFailed: { uses: ['read', 'commit'], run: (mfa) => mfa.passwordFailed('ann') },
  assertNotLocked: { uses: ['read'], run: (mfa) => mfa.assertNotLocked('ann') },
  unlock: { uses: ['read', 'commit'], run: (mfa) => mfa.unlock('ann') },
  reset: { uses: ['read', 'commit'], run: (mfa) => mfa.reset('ann') },
  forget: { uses: ['read', 'commit'], run: (mfa) => mfa.forget('ann') },
  history: { uses: ['events'], run: (mfa) => mfa.history('ann') },
  rekey: {
    uses: ['scan', 'read', 'commit'],
    run: async (mfa) => {
      for await (const { scanned } of mfa.rekey()) expect(scanned).toBe(1);
    },
  },
  keyReport: { uses: ['scan'], run: (mfa) => mfa.keyReport() },
};
afterEach(() => vi.unstubAllGlobals());

const NAMES = Object.keys(CALLS) as (keyof Mfa)[];

/** A user on whom every call has something to change. */
async function ready(): Promise<Ready> {
  const on = stage();
  const { mfa, clock, enrol } = on;
  const ann = await enrol('ann');
  const proof = { password: PASSWORD, code: ann.code() };
  const { uri } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof });
  clock.advance({ seconds: 30 });
  await mfa.passwordFailed('ann');
  await mfa.enforce('ann', { from: new Date(clock() + 86_400_000) });
  return {
    ...on,
    factorId: ann.factorId,
    token: () => on.token('ann'),
    code: ann.code(),
    backupCode: ann.backupCodes[0] ?? '',
    proof: { password: PASSWORD, code: ann.code() },
    pendingCode: virtualAuthenticator(uri).code(clock()),
  };
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

test.each(NAMES)('%s goes through while the store works', async (name) => {
  const on = await ready();
  const mfa = createMfa({ ...on.options, keys: [KEY_B, KEY_A] });
  const commits = on.store.commits();
  await CALLS[name].run(mfa, on, await on.token());
  expect(on.store.commits() > commits).toBe(CALLS[name].uses.includes('commit'));
});

describe('R-63 a store that throws', () => {
  const rows = NAMES.flatMap((name) => CALLS[name].uses.map((method) => [name, method] as const));
  test.each(rows)('%s while %s throws: store_unavailable, and nothing has changed', async (name, method) => {
    const on = await ready();
    const mfa = createMfa({ ...on.options, keys: [KEY_B, KEY_A] });
    const token = await on.token();
    const before = await on.store.dump('ann');
    const told = on.events.length;
    const fault = new Error('connection refused');
    on.store.fail(method, fault);
    const error = await refusedBy(CALLS[name].run(mfa, on, token));
    expect(error.code).toBe('store_unavailable');
    expect(error.cause).toBe(fault);
    expect(error.message).not.toContain('connection');
    expect(await on.store.dump('ann')).toBe(before);
    expect(on.events.slice(told)).toEqual([]);
  });
});

test.each(NAMES.filter((name) => CALLS[name].uses.includes('commit')))(
  '%s while every swap is lost: contention, and nothing has changed',
  async (name) => {
    const on = await ready();
    const token = await on.token();
    const before = await on.store.dump('ann');
    const store: MfaStore = { ...on.store, commit: async () => false };
    // Fifty lost races, with no time between them.
    vi.stubGlobal('setTimeout', (run: () => void) => setImmediate(run));
    const mfa = createMfa({ ...on.options, store, keys: [KEY_B, KEY_A] });
    const error = await refusedBy(CALLS[name].run(mfa, on, token));
    expect(error.code).toBe('contention');
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
    const mfa = createMfa({ ...on.options, store: { ...on.store, commit: async () => answer as never } });
    const error = await refusedBy(mfa.verify({ token: await on.token(), code: on.code }));
    expect(error.code).toBe('store_unavailable');
  },
);

describe('R-48 regenerate over a store that fails', () => {
  test.each([1, 2, 3, 4, 5])('at swap %d: either every old code works or every new one', async (failing) => {
    const on = await ready();
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
    const outcome = await faulty.regenerate('ann', on.proof).then(
      ({ backupCodes }) => backupCodes,
      () => null,
    );
    // Charge, then settle: the third swap is not reached.
    expect(outcome === null).toBe(failing <= 2);
    expect((await on.mfa.status('ann')).backupCodesRemaining).toBe(10);
    const verified = await on.mfa.stepUp('ann', { backupCode: outcome?.[0] ?? on.backupCode });
    expect(verified.backupCodesRemaining).toBe(9);
    // The old code is spent by now, or void.
    await expect(on.mfa.stepUp('ann', { backupCode: on.backupCode })).rejects.toThrow('backup code');
  });
});
