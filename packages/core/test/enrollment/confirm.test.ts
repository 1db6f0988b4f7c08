/** confirm: what is hashed when, what is asked again after the hashing, and what it proves. */
import type { CodeHasher, Mfa, MfaOptions, PasswordProof, PasswordVerifier, Proof } from '@mfakit/core';
import { outcomeOf, quickHasher, TEST_PASSWORD, virtualAuthenticator, wrongCode } from '@mfakit/testkit';
import { describe, expect, test, vi } from 'vitest';
import { KEY_A, KEY_B, lock, stage, type Stage } from '../harness.ts';
import { fold, tellOf } from '../invariants/fold.ts';

const ANN = { userId: 'ann' };
const ACCOUNT = { accountName: 'ann@example.com' };

/** A first setup that waits, and the code that its phone shows now. */
async function staged(on: Stage): Promise<{
  readonly code: () => string;
  readonly wrong: () => string;
  readonly backupCodes: readonly string[];
  readonly factorId: string;
}> {
  const { uri, backupCodes, factorId } = await on.mfa.setup(ANN, ACCOUNT);
  const phone = virtualAuthenticator(uri);
  return { code: () => phone.code(on.clock()), wrong: () => wrongCode(phone, on.clock()), backupCodes, factorId };
}

/** How many users depend on each key. */
async function usersByKey(mfa: Mfa): Promise<readonly number[]> {
  return (await mfa.keyReport()).map((usage) => usage.users);
}

/** An instance whose hashes wait until they are let go. */
function halfWay(on: Stage, options: Partial<MfaOptions> = {}) {
  const hasher = vi.fn<CodeHasher>(quickHasher);
  let letGo: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const mfa = on.another({ ...options, hasher: async (job) => (hasher(job), held.then(() => quickHasher(job))) });
  return { mfa, begun: () => vi.waitFor(() => expect(hasher).toHaveBeenCalled()), hasher, letGo: () => letGo?.() };
}

describe('R-41, R-44 hashing', () => {
  test('nothing is hashed at setup, nor for a wrong code; ten codes are after the right one', async () => {
    const on = stage();
    const { code, wrong, backupCodes } = await staged(on);
    expect([backupCodes.length, on.hashes()]).toEqual([10, 0]);
    expect(await outcomeOf(on.mfa.confirm(ANN, { code: wrong() }))).toBe('invalid_code');
    expect([(await on.store.record('ann')).pending?.failures, on.hashes()]).toEqual([1, 0]);
    const verified = await on.mfa.confirm(ANN, { code: code() });
    expect([verified.backupCodesRemaining, on.hashes()]).toEqual([10, 10]);
    for (const backupCode of backupCodes) await on.mfa.stepUp('ann', { backupCode });
  });

  test('a setup that is replaced again and again hashes nothing', async () => {
    const on = stage();
    for (let n = 0; n < 20; n++) await staged(on);
    expect(on.hashes()).toBe(0);
  });

  test('the codes wait sealed, and are no set of digests', async () => {
    const on = stage();
    const { backupCodes, code } = await staged(on);
    const { pending } = await on.store.record('ann');
    expect(Object.keys(pending?.backupCodes ?? {}).toSorted()).toEqual(['id', 'kind', 'secret']);
    const dump = await on.store.dump('ann');
    for (const shown of backupCodes) {
      expect(dump).not.toContain(shown);
      expect(dump).not.toContain(shown.replaceAll('-', ''));
    }
    await on.mfa.confirm(ANN, { code: code() });
    expect((await on.store.record('ann')).backupCodes).toMatchObject({ id: pending?.backupCodes?.id, remaining: 10 });
  });

  test('a further factor brings no codes, hashes nothing and needs no place in the queue', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const before = on.hashes();
    const { uri } = await on.mfa.setup(ANN, { ...ACCOUNT, proof: ann.proof() });
    const commits = on.store.commits();
    const busy = on.another({ hasher: () => Promise.reject(new Error('full')) });
    const { backupCodesRemaining } = await busy.confirm(ANN, { code: virtualAuthenticator(uri).code(on.clock()) });
    expect([backupCodesRemaining, on.hashes() - before, on.store.commits() - commits]).toEqual([10, 0, 1]);
  });

  test('busy leaves the code and the setup as they were', async () => {
    const on = stage();
    const { code, backupCodes } = await staged(on);
    const before = await on.store.dump('ann');
    const busy = on.another({ hasher: () => Promise.reject(new Error('full')) });
    for (let n = 0; n < 5; n++) expect(await outcomeOf(busy.confirm(ANN, { code: code() }))).toBe('busy');
    expect(await on.store.dump('ann')).toBe(before);
    await on.mfa.confirm(ANN, { code: code() });
    expect(await outcomeOf(on.mfa.stepUp('ann', { backupCode: backupCodes[0] ?? '' }))).toBe('accepted');
  });

  test('a full queue is busy too, and charges nothing', async () => {
    const on = stage();
    const { code } = await staged(on);
    const { mfa } = halfWay(on);
    for (let n = 0; n < 32; n++) {
      const subject = { userId: `stranger-${n}` };
      const { uri } = await mfa.setup(subject, ACCOUNT);
      void outcomeOf(mfa.confirm(subject, { code: virtualAuthenticator(uri).code(on.clock()) }));
    }
    await new Promise((resolve) => setImmediate(resolve));
    const before = await on.store.dump('ann');
    expect(await outcomeOf(mfa.confirm(ANN, { code: code() }))).toBe('busy');
    expect(await on.store.dump('ann')).toBe(before);
    expect(await outcomeOf(on.mfa.confirm(ANN, { code: code() }))).toBe('accepted');
  });

  test('of parallel confirmations one hashes, and the others find the factor active', async () => {
    const on = stage();
    const { code } = await staged(on);
    const { mfa, hasher, begun, letGo } = halfWay(on);
    const outcomes = Array.from({ length: 12 }, () => outcomeOf(mfa.confirm(ANN, { code: code() })));
    await begun();
    letGo();
    expect((await Promise.all(outcomes)).toSorted()).toEqual(['accepted', ...Array(11).fill('already_enabled')]);
    expect(hasher).toHaveBeenCalledTimes(10);
  });
});

describe('what is asked again when the hashing is done', () => {
  test('a code that was right stays right, however long it takes, and counts from when it was given', async () => {
    const on = stage();
    const { code } = await staged(on);
    const { mfa, begun, letGo } = halfWay(on);
    const given = on.clock();
    const confirmed = mfa.confirm(ANN, { code: code() });
    await begun();
    on.clock.advance({ minutes: 5 });
    letGo();
    expect((await confirmed).authTime).toEqual(new Date(given));
    expect((await on.mfa.status('ann')).factors[0]?.lastUsedAt).toEqual(new Date(given));
    expect(on.events.at(-1)).toMatchObject({ type: 'factor_added', at: on.clock() });
  });

  test.each<[string, string, (on: Stage, code: string) => Promise<unknown>]>([
    ['another confirmation', 'already_enabled', (on, code) => on.mfa.confirm(ANN, { code })],
    ['reset', 'setup_not_started', (on) => on.mfa.reset('ann')],
    ['forget', 'setup_not_started', (on) => on.mfa.forget('ann')],
    ['the end of the setup', 'setup_expired', async (on) => on.clock.advance({ minutes: 10 })],
    ['another setup', 'invalid_code', (on) => on.mfa.setup(ANN, ACCOUNT)],
    ['a new password', 'session_revoked', (on) => on.mfa.passwordChanged('ann')],
  ])('%s in between: %s', async (_between, outcome, between) => {
    const on = stage();
    const { code } = await staged(on);
    const { mfa, begun, letGo } = halfWay(on);
    const sessionEpoch = outcome === 'session_revoked' ? { sessionEpoch: 0 } : {};
    const confirmed = outcomeOf(mfa.confirm(ANN, { code: code() }, sessionEpoch));
    await begun();
    await between(on, code());
    const before = await on.mfa.status('ann');
    letGo();
    expect(await confirmed).toBe(outcome);
    expect((await on.mfa.status('ann')).factors).toEqual(before.factors);
    expect(before.enabled).toBe(outcome === 'already_enabled');
  });

  test('another setup in between counts the code against its own budget, and stays confirmable', async () => {
    const on = stage();
    const first = await staged(on);
    const { mfa, begun, letGo } = halfWay(on);
    const confirmed = outcomeOf(mfa.confirm(ANN, { code: first.code() }));
    await begun();
    const second = await staged(on);
    letGo();
    expect(await confirmed).toBe('invalid_code');
    expect((await on.store.record('ann')).pending?.failures).toBe(1);
    expect((await on.mfa.confirm(ANN, { code: second.code() })).factorId).toBe(second.factorId);
    expect(await outcomeOf(on.mfa.stepUp('ann', { backupCode: first.backupCodes[0] ?? '' }))).toBe(
      'invalid_backup_code',
    );
    expect(await outcomeOf(on.mfa.stepUp('ann', { backupCode: second.backupCodes[0] ?? '' }))).toBe('accepted');
  });

  test.each<[string, string, (on: Stage) => Promise<unknown>]>([
    ['exempt', 'enforcement_not_pending', (on) => on.mfa.exempt('ann')],
    ['a lock', 'locked', async (on) => Promise.all(Array.from({ length: 10 }, () => on.mfa.passwordFailed('ann')))],
    ['the end of the token', 'invalid_token', async (on) => on.clock.advance({ minutes: 10 })],
    ['a new password', 'invalid_token', (on) => on.mfa.passwordChanged('ann')],
  ])('with an enroll token, %s in between: %s', async (_between, outcome, between) => {
    const on = stage();
    await on.mfa.enforce('ann');
    const token = await on.token('ann');
    const { uri } = await on.mfa.setup({ token }, ACCOUNT);
    const code = virtualAuthenticator(uri).code(on.clock());
    const { mfa, begun, letGo } = halfWay(on);
    const confirmed = outcomeOf(mfa.confirm({ token }, { code }));
    await begun();
    await between(on);
    letGo();
    expect(await confirmed).toBe(outcome);
    expect((await on.mfa.status('ann')).enabled).toBe(false);
  });

  test('other codes that wait beside the same factor are the ones that come into force', async () => {
    const on = stage();
    const second = await staged(on);
    const { pending: other } = await on.store.record('ann');
    const first = await staged(on);
    const { mfa, begun, letGo } = halfWay(on);
    const confirmed = mfa.confirm(ANN, { code: first.code() });
    await begun();
    await on.store.edit('ann', (record) => ({
      ...record,
      pending: record.pending && { ...record.pending, backupCodes: other?.backupCodes },
    }));
    letGo();
    expect((await confirmed).factorId).toBe(first.factorId);
    expect(await outcomeOf(on.mfa.stepUp('ann', { backupCode: second.backupCodes[0] ?? '' }))).toBe('accepted');
    expect(await outcomeOf(on.mfa.stepUp('ann', { backupCode: first.backupCodes[0] ?? '' }))).toBe(
      'invalid_backup_code',
    );
  });

  test('rekey in between changes nothing', async () => {
    const on = stage();
    const { code, backupCodes } = await staged(on);
    const { mfa, begun, letGo } = halfWay(on, { keys: [KEY_B, KEY_A] });
    const confirmed = mfa.confirm(ANN, { code: code() });
    await begun();
    for await (const _ of on.another({ keys: [KEY_B, KEY_A] }).rekey()) void _;
    letGo();
    expect((await confirmed).backupCodesRemaining).toBe(10);
    const dropped = on.another({ keys: [KEY_B] });
    expect(await outcomeOf(dropped.stepUp('ann', { backupCode: backupCodes[0] ?? '' }))).toBe('accepted');
  });
});

describe('R-59, R-61 codes that wait', () => {
  test('of another user, or under an unknown key, refuse and activate nothing', async () => {
    const on = stage();
    const { code } = await staged(on);
    await on.mfa.setup({ userId: 'bob' }, ACCOUNT);
    const { pending: bobs } = await on.store.record('bob');
    const move = (mine: boolean) => (record: Awaited<ReturnType<Stage['store']['record']>>) => ({
      ...record,
      pending: record.pending && {
        ...record.pending,
        backupCodes:
          mine && record.pending.backupCodes !== null
            ? { ...record.pending.backupCodes, secret: bobs?.backupCodes?.secret }
            : bobs?.backupCodes,
      },
    });
    for (const mine of [true, false]) {
      await on.store.edit('ann', move(mine));
      expect(await outcomeOf(on.mfa.confirm(ANN, { code: code() }))).toBe('secret_unreadable');
      expect(on.events.at(-1)).toMatchObject({ type: 'secret_unreadable', operation: 'confirm' });
      expect((await on.mfa.status('ann')).enabled).toBe(false);
    }
    expect(on.hashes()).toBe(0);
  });

  test('count in the key report and are sealed anew, even if nothing else is under the old key', async () => {
    const on = stage();
    await staged(on);
    const rotated = on.another({ keys: [KEY_B, KEY_A] });
    // The setup under the new key, but for its codes.
    const old = (await on.store.record('ann')).pending?.backupCodes;
    const { uri } = await rotated.setup(ANN, ACCOUNT);
    await on.store.edit('ann', (record) => ({
      ...record,
      pending: record.pending && { ...record.pending, backupCodes: old },
    }));
    expect(await usersByKey(rotated)).toEqual([1, 1]);
    for await (const progress of rotated.rekey()) expect(progress).toMatchObject({ rekeyed: 1, unreadable: 0 });
    expect(await usersByKey(rotated)).toEqual([1, 0]);
    const dropped = on.another({ keys: [KEY_B] });
    const code = virtualAuthenticator(uri).code(on.clock());
    expect((await dropped.confirm(ANN, { code })).backupCodesRemaining).toBe(10);
  });
});

describe('R-55, R-56 what a confirmation proves', () => {
  test('by a session that gave no password: the new factor, now', async () => {
    const on = stage();
    const { code, factorId } = await staged(on);
    expect(await on.mfa.confirm(ANN, { code: code() })).toEqual({
      userId: 'ann',
      method: 'totp',
      factorId,
      amr: ['otp'],
      phishingResistant: false,
      authTime: new Date(on.clock()),
      backupCodesRemaining: 10,
      sessionEpoch: 0,
      seq: 2,
    });
  });

  test('by a session whose setup checked the password: that too', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const { uri, factorId } = await on.mfa.setup(ANN, { ...ACCOUNT, proof: ann.proof() });
    const confirmed = await on.mfa.confirm(ANN, { code: virtualAuthenticator(uri).code(on.clock()) });
    expect(confirmed).toMatchObject({ factorId, amr: ['pwd', 'otp', 'mfa'], authTime: new Date(on.clock()) });
  });

  test('without passwords: no password, and no sign-in unless a token completes one', async () => {
    const on = stage({ verifyPassword: 'passwordless', keys: [KEY_A] });
    const ann = await on.enroll('ann');
    const { uri } = await on.mfa.setup(ANN, { ...ACCOUNT, proof: ann.proof() });
    const code = virtualAuthenticator(uri).code(on.clock());
    expect((await on.mfa.confirm(ANN, { code })).amr).toEqual(['otp']);
    await on.mfa.enforce('eve');
    const token = await on.token('eve');
    const setup = await on.mfa.setup({ token }, ACCOUNT);
    const eves = virtualAuthenticator(setup.uri).code(on.clock());
    expect((await on.mfa.confirm({ token }, { code: eves })).amr).toEqual(['otp', 'mfa']);
  });
});

const QUARTER = 15 * 60_000;

/** A first setup by a session that was signed in so many milliseconds ago. */
async function setupAt(on: Stage, age: number, proof?: { readonly password: string }, mfa = on.mfa) {
  return mfa.setup(ANN, { ...ACCOUNT, signedInAt: new Date(on.clock() - age), ...(proof && { proof }) });
}

test('a confirmation by two codes spends both, and the second must be right and well-formed too', async () => {
  const on = stage();
  const { uri } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
  const app = virtualAuthenticator(uri);
  const [code, next] = [app.code(on.clock()), app.code(on.clock() + 30_000)];
  expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { code, nextCode: '12' }))).toBe('invalid_input');
  expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { code: next, nextCode: code }))).toBe('invalid_code');
  await on.mfa.confirm({ userId: 'ann' }, { code, nextCode: next });
  on.clock.advance({ seconds: 30 });
  expect(await outcomeOf(on.mfa.stepUp('ann', { code: next }))).toBe('code_already_used');
});

describe('a first factor wants a recent sign-in', () => {
  test.each([
    [0, 'accepted'],
    [QUARTER, 'accepted'],
    [QUARTER + 1, 'proof_required'],
    [-5000, 'accepted'],
    [-5001, 'proof_required'],
  ])('signed in %d ms ago without the password: %s', async (age, outcome) => {
    const on = stage();
    expect(await outcomeOf(setupAt(on, age))).toBe(outcome);
    expect(on.passwordChecks()).toBe(0);
    expect(on.events.map(({ type }) => type)).toEqual(outcome === 'accepted' ? ['setup_started'] : []);
  });

  test('the right password stages it, clears failures, and is claimed by the confirmation', async () => {
    const on = stage();
    for (let n = 0; n < 9; n++) await on.mfa.passwordFailed('ann');
    on.events.length = 0;
    const { uri, backupCodes } = await setupAt(on, QUARTER + 1, { password: TEST_PASSWORD });
    expect(on.events.map(({ type }) => type)).toEqual([
      'attempt_charged',
      'account_locked',
      'account_unlocked',
      'setup_started',
    ]);
    expect(on.events[0]).toMatchObject({ operation: 'setup', failures: 10 });
    expect(on.passwordChecks()).toBe(1);
    expect((await on.store.record('ann')).lockout).toMatchObject({
      failures: 0,
      passwordFailures: 0,
      lockedUntil: null,
    });
    const { amr } = await on.mfa.confirm(ANN, { code: virtualAuthenticator(uri).code(on.clock()) });
    expect(amr).toEqual(['pwd', 'otp', 'mfa']);
    expect(await outcomeOf(on.mfa.stepUp('ann', { backupCode: backupCodes[0] ?? '' }))).toBe('accepted');
  });

  test('a lifted count is told, even if it brought no lock', async () => {
    const on = stage();
    await on.mfa.passwordFailed('ann');
    await setupAt(on, QUARTER + 1, { password: TEST_PASSWORD });
    const history = (await on.mfa.history('ann')).toReversed();
    expect(fold(history)).toEqual(tellOf(await on.store.record('ann')));
  });

  test('a wrong one counts like every wrong password, and locks', async () => {
    const on = stage();
    const guess = () => outcomeOf(setupAt(on, QUARTER + 1, { password: 'wrong' }));
    for (let n = 1; n <= 10; n++) {
      on.events.length = 0;
      expect(await guess()).toBe('invalid_password');
      expect(on.events.filter(({ type }) => type !== 'account_locked')).toMatchObject([
        { type: 'attempt_charged', operation: 'setup', failures: n },
        { type: 'attempt_refused', operation: 'setup', reason: 'invalid_password', failures: n },
      ]);
    }
    expect((await on.store.record('ann')).lockout).toMatchObject({ failures: 10, passwordFailures: 10 });
    expect((await on.store.record('ann')).pending).toBeNull();
    const checks = on.passwordChecks();
    expect(await guess()).toBe('locked');
    expect(await outcomeOf(setupAt(on, QUARTER + 1, { password: TEST_PASSWORD }))).toBe('locked');
    expect(on.passwordChecks()).toBe(checks);
    expect(await outcomeOf(on.mfa.begin('ann'))).toBe('locked');
  });

  test.each([
    ['recent', (on: Stage) => ({ signedInAt: new Date(on.clock()) })],
    ['not told', () => ({})],
  ])('a password that is given is checked if the sign-in is %s', async (_age, sign) => {
    const on = stage();
    const setup = (proof: Proof | PasswordProof) => on.mfa.setup(ANN, { ...ACCOUNT, ...sign(on), proof });
    expect(await outcomeOf(setup({ password: 'wrong' }))).toBe('invalid_password');
    expect(await outcomeOf(setup({ password: 'wrong', code: '123456' }))).toBe('invalid_password');
    expect((await on.store.record('ann')).lockout).toMatchObject({ failures: 2, passwordFailures: 2 });
    expect((await on.store.record('ann')).pending).toBeNull();
    expect(on.passwordChecks()).toBe(2);
    const { uri } = await setup({ password: TEST_PASSWORD });
    expect((await on.store.record('ann')).lockout).toMatchObject({ failures: 0, passwordFailures: 0 });
    const { amr } = await on.mfa.confirm(ANN, { code: virtualAuthenticator(uri).code(on.clock()) });
    expect(amr).toEqual(['pwd', 'otp', 'mfa']);
  });

  test('none is looked at while the account is locked, and none is needed then', async () => {
    const on = stage();
    await lock(on, 'ann');
    for (const password of ['wrong', TEST_PASSWORD]) {
      expect(await outcomeOf(setupAt(on, 0, { password }))).toBe('locked');
    }
    expect(on.passwordChecks()).toBe(0);
    expect(await outcomeOf(setupAt(on, 0))).toBe('accepted');
  });

  test('of a hundred guesses at once ten are checked', async () => {
    const on = stage();
    const instances = Array.from({ length: 4 }, () => on.another());
    const guesses = Array.from({ length: 100 }, (_, n) =>
      outcomeOf(setupAt(on, QUARTER + 1, { password: 'wrong' }, instances[n % 4])),
    );
    const outcomes = await Promise.all(guesses);
    expect(outcomes.filter((outcome) => outcome === 'invalid_password')).toHaveLength(10);
    expect(outcomes.filter((outcome) => !/^(invalid_password|locked|busy)$/.test(outcome))).toEqual([]);
    expect(on.passwordChecks()).toBe(10);
  });

  test('a process that dies while it checks has counted the guess', async () => {
    const on = stage();
    const check = vi.fn<PasswordVerifier>(() => new Promise<boolean>(() => undefined));
    void setupAt(on, QUARTER + 1, { password: TEST_PASSWORD }, on.another({ verifyPassword: check }));
    await vi.waitFor(() => expect(check).toHaveBeenCalled());
    expect((await on.store.record('ann')).lockout).toMatchObject({ failures: 1, passwordFailures: 1 });
  });

  test.each<[string, string, (on: Stage) => Promise<unknown>]>([
    ['reset', 'contention', (on) => on.mfa.reset('ann')],
    ['forget', 'contention', (on) => on.mfa.forget('ann')],
    ['an enrollment', 'already_enabled', (on) => on.enroll('ann')],
    [
      'an unlock and a lock',
      'locked',
      async (on) => {
        await on.mfa.unlock('ann');
        for (let n = 0; n < 10; n++) await on.mfa.passwordFailed('ann');
      },
    ],
  ])('%s while the password is checked: %s', async (_between, outcome, between) => {
    const on = stage();
    let answer: ((right: boolean) => void) | undefined;
    const check = vi.fn<PasswordVerifier>(() => new Promise<boolean>((resolve) => (answer = resolve)));
    const outcomeOfSetup = outcomeOf(
      setupAt(on, QUARTER + 1, { password: TEST_PASSWORD }, on.another({ verifyPassword: check })),
    );
    await vi.waitFor(() => expect(check).toHaveBeenCalled());
    await between(on);
    answer?.(true);
    expect(await outcomeOfSetup).toBe(outcome);
    expect(on.events.at(-1)?.type).not.toBe('setup_started');
  });

  test('is not asked for where the host does not say, of the holder of a token, or without passwords', async () => {
    const on = stage();
    expect(await outcomeOf(on.mfa.setup(ANN, ACCOUNT))).toBe('accepted');
    await on.mfa.enforce('eve');
    const token = await on.token('eve');
    const old = new Date(on.clock() - 10 * QUARTER);
    expect(await outcomeOf(on.mfa.setup({ token }, { ...ACCOUNT, signedInAt: old }))).toBe('accepted');
    const passwordless = on.another({ verifyPassword: 'passwordless' });
    expect(await outcomeOf(setupAt(on, QUARTER + 1, undefined, passwordless))).toBe('accepted');
    expect(await outcomeOf(setupAt(on, QUARTER + 1, { password: 'x' }, passwordless))).toBe('invalid_input');
    expect(on.passwordChecks()).toBe(0);
  });

  test('the password alone adds no further factor', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    expect(await outcomeOf(setupAt(on, QUARTER + 1, { password: TEST_PASSWORD }))).toBe('proof_required');
    expect(await outcomeOf(setupAt(on, 0, { password: TEST_PASSWORD }))).toBe('proof_required');
    const details = { ...ACCOUNT, signedInAt: new Date(0), proof: ann.proof() };
    expect(await outcomeOf(on.mfa.setup(ANN, details))).toBe('accepted');
  });

  test('an instant that is none is refused', async () => {
    const on = stage();
    for (const signedInAt of [new Date(Number.NaN), on.clock(), '2026-01-01', null]) {
      expect(await outcomeOf(on.mfa.setup(ANN, { ...ACCOUNT, signedInAt: signedInAt as Date }))).toBe('invalid_input');
    }
  });
});
