import { createMfa, type CodeHasher, type MfaOptions } from '@mfakit/core';
import { outcomeOf, quickHasher, TEST_PASSWORD, virtualAuthenticator } from '@mfakit/testkit';
import { describe, expect, test, vi } from 'vitest';
import { lockEverywhere, stage } from '../harness.ts';

describe('R-46, invariant 4: one Argon2id per attempt', () => {
  test.each([1, 10, 100])('with %d codes left', async (count) => {
    const on = stage();
    const mfa = on.another({ backupCodes: { count } });
    const { uri, backupCodes } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
    expect([backupCodes.length, on.hashes()]).toEqual([count, 0]);
    await mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(on.clock()) });
    expect(on.hashes()).toBe(count);
    expect(await outcomeOf(mfa.stepUp('ann', { backupCode: 'ZZZZ-ZZZZ' }))).toBe('invalid_backup_code');
    expect(on.hashes()).toBe(count + 1);
    await mfa.stepUp('ann', { backupCode: backupCodes.at(-1) ?? '' });
    expect(on.hashes()).toBe(count + 2);
  });

  test('none with a code, a wrong password, or a wrong code beside a password', async () => {
    const { mfa, hashes, passwordChecks, enroll } = stage();
    const ann = await enroll('ann');
    const before = hashes();
    await mfa.stepUp('ann', { code: ann.code() });
    await outcomeOf(mfa.disable('ann', { password: 'wrong', backupCode: ann.backupCodes[0] ?? '' }));
    expect([hashes(), passwordChecks()]).toEqual([before, 1]);
    await outcomeOf(mfa.disable('ann', { password: TEST_PASSWORD, code: ann.wrongCode() }));
    expect([hashes(), passwordChecks()]).toEqual([before, 1]);
  });

  test('a wrong proof draws no new codes', async () => {
    const { mfa, hashes, enroll } = stage();
    const ann = await enroll('ann');
    const before = hashes();
    await outcomeOf(mfa.regenerate('ann', { password: TEST_PASSWORD, code: ann.wrongCode() }));
    await outcomeOf(mfa.regenerate('ann', { password: 'wrong', code: ann.code() }));
    expect(hashes()).toBe(before);
    await outcomeOf(mfa.regenerate('ann', { password: TEST_PASSWORD, backupCode: 'ZZZZ-ZZZZ' }));
    expect(hashes()).toBe(before + 1);
  });
});

test.each(['verify', 'unlock'] as const)(
  'invariant 5: a regenerate that finds the account locked, its charge cleared by %s, hashes no new codes',
  async (clearing) => {
    const costs = await Promise.all(
      ['right', 'wrong'].map(async (guess) => {
        const on = stage();
        const ann = await on.enroll('ann');
        let hashes = 0;
        let release: (() => void) | undefined;
        const held = new Promise<void>((resolve) => {
          release = resolve;
        });
        const other = on.another({
          hasher: async (job) => {
            hashes += 1;
            await held;
            return quickHasher(job);
          },
        });
        const backupCode = guess === 'right' ? (ann.backupCodes[0] ?? '') : 'ZZZZ-ZZZZ';
        const regenerated = outcomeOf(other.regenerate('ann', { password: TEST_PASSWORD, backupCode }));
        await vi.waitFor(() => expect(hashes).toBe(1));
        if (clearing === 'unlock') await on.mfa.unlock('ann');
        else await on.mfa.verify({ token: await on.token('ann'), code: ann.code() });
        await lockEverywhere(on, ann);
        release?.();
        return [await regenerated, hashes];
      }),
    );
    expect(costs).toEqual([
      ['locked', 1],
      ['locked', 1],
    ]);
  },
);

describe('invariant 4: the charge is committed before the slow work', () => {
  test('a process that dies while it hashes has counted the attempt', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const hasher = vi.fn<CodeHasher>(() => new Promise(() => undefined)); // for ever
    void outcomeOf(on.another({ hasher }).stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }));
    await vi.waitFor(() => expect(hasher).toHaveBeenCalled());
    const { lockout, backupCodes } = await on.store.record('ann');
    expect([lockout.failures, backupCodes?.remaining]).toEqual([1, 10]);
    expect(on.events.at(-1)).toMatchObject({ type: 'attempt_charged', operation: 'stepUp', failures: 1 });
    // Another process goes on, and the code is not lost.
    expect((await on.another().stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' })).backupCodesRemaining).toBe(9);
  });

  test('a full queue refuses before it counts: a flood on others locks nobody', async () => {
    const on = stage();
    const ids = Array.from({ length: 40 }, (_, n) => `user-${n}`);
    for (const id of ids) await on.enroll(id);
    const ann = await on.enroll('ann');
    const slow = on.another({ hasher: () => new Promise(() => undefined) }); // for ever
    on.events.length = 0;
    for (const id of ids) for (let n = 0; n < 10; n++) void outcomeOf(slow.stepUp(id, { backupCode: 'ZZZZ-ZZZZ' }));
    await vi.waitFor(() => expect(on.events.filter(({ type }) => type === 'attempt_charged')).toHaveLength(400));
    expect(await outcomeOf(slow.stepUp('ann', { backupCode: 'ZZZZ-ZZZZ' }))).toBe('busy');
    const [backupCode = ''] = ann.backupCodes;
    expect(await outcomeOf(slow.disable('ann', { password: TEST_PASSWORD, backupCode }))).toBe('busy');
    expect((await on.store.record('ann')).lockout.failures).toBe(0);
    // What needs no hash is refused by no queue, and a locked account is told so.
    expect(await outcomeOf(slow.stepUp('ann', { code: ann.code() }))).toBe('accepted');
    on.clock.advance({ seconds: 30 });
    expect(await outcomeOf(slow.setup({ userId: 'ann' }, { accountName: 'ann', proof: ann.proof() }))).toBe('accepted');
    on.clock.advance({ seconds: 30 });
    expect(await outcomeOf(slow.disable('ann', { password: 'wrong', code: ann.code() }))).toBe('invalid_password');
    await on.mfa.unlock('ann');
    await lockEverywhere(on, ann);
    expect(await outcomeOf(slow.stepUp('ann', { backupCode }))).toBe('locked');
  });

  test('a queue full of confirmations refuses regenerate before it counts, and nobody who signs in', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const slow = on.another({ hasher: () => new Promise(() => undefined) }); // for ever
    for (let n = 0; n < 32; n++) {
      const subject = { userId: `stranger-${n}` };
      const { uri } = await slow.setup(subject, { accountName: 'stranger' });
      void outcomeOf(slow.confirm(subject, { code: virtualAuthenticator(uri).code(on.clock()) }));
      await vi.waitFor(() => new Promise((resolve) => setImmediate(resolve)));
    }
    expect(await outcomeOf(slow.regenerate('ann', ann.proof()))).toBe('busy');
    expect((await on.store.record('ann')).lockout.failures).toBe(0);
    on.events.length = 0;
    void outcomeOf(slow.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }));
    await vi.waitFor(() => expect(on.events.at(-1)?.type).toBe('attempt_charged'));
  });

  test('of 199 at once none is charged and then told busy, whatever else the user sends', async () => {
    const on = stage({ lockout: { maxFailures: 100 } });
    const ann = await on.enroll('ann');
    on.events.length = 0;
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const mfa = on.another({ lockout: { maxFailures: 100 }, hasher: async (job) => held.then(() => quickHasher(job)) });
    const attempts = Array.from({ length: 199 }, () => outcomeOf(mfa.stepUp('ann', { backupCode: 'ZZZZ-ZZZZ' })));
    const charged = (): number => on.events.filter(({ type }) => type === 'attempt_charged').length;
    await vi.waitFor(() => expect(charged()).toBe(32));
    // The turns of the user are all taken when the hashes end.
    const wrong = ann.wrongCode();
    const others = Array.from({ length: 60 }, () => outcomeOf(mfa.stepUp('ann', { code: wrong })));
    release?.();
    const outcomes = await Promise.all(attempts);
    expect(await Promise.all(others)).toContain('busy');
    expect(outcomes.filter((outcome) => outcome === 'invalid_backup_code')).toHaveLength(32);
    expect(outcomes.filter((outcome) => outcome === 'busy')).toHaveLength(167);
    expect(charged()).toBe(32);
  });

  test('of passwords that were charged, however many, none is told busy', async () => {
    const on = stage({ lockout: { maxFailures: 100 } });
    const ann = await on.enroll('ann');
    let release: (() => void) | undefined;
    const held = new Promise<boolean>((resolve) => {
      release = () => resolve(false);
    });
    const mfa = on.another({ lockout: { maxFailures: 100 }, verifyPassword: async () => held });
    on.events.length = 0;
    const charged = (): number => on.events.filter(({ type }) => type === 'attempt_charged').length;
    const outcomes: Promise<string>[] = [];
    for (const total of [30, 60]) {
      for (let n = 0; n < 30; n++) outcomes.push(outcomeOf(mfa.disable('ann', ann.proof())));
      await vi.waitFor(() => expect(charged()).toBe(total));
    }
    release?.();
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['invalid_password']));
  });

  test('a place is given back whatever becomes of the attempt', async () => {
    const on = stage({ lockout: { maxFailures: 100 } });
    const ann = await on.enroll('ann');
    const [backupCode = ''] = ann.backupCodes;
    const mfa = on.another({
      lockout: { maxFailures: 100 },
      verifyPassword: async (_userId, password) => {
        if (password === 'wrong') return false;
        throw new Error('no answer');
      },
    });
    const ends: Record<string, () => Promise<unknown>> = {
      store_unavailable: () => mfa.disable('ann', { password: TEST_PASSWORD, backupCode }),
      invalid_password: () => mfa.regenerate('ann', { password: 'wrong', backupCode }),
      invalid_backup_code: () => mfa.stepUp('ann', { backupCode: 'ZZZZ-ZZZZ' }),
      factor_not_found: () => mfa.removeFactor('ann', 'none', { password: 'wrong', backupCode }),
    };
    for (const [outcome, call] of Object.entries(ends)) {
      for (let n = 0; n < 33; n++) {
        expect(await outcomeOf(call())).toBe(outcome);
        await on.mfa.unlock('ann');
      }
    }
    on.store.fail('read', new Error('gone'));
    for (let n = 0; n < 33; n++) await outcomeOf(mfa.regenerate('ann', { password: 'wrong', backupCode }));
    on.store.fail('read', null);
    expect(await outcomeOf(mfa.stepUp('ann', { backupCode }))).toBe('accepted');
    expect(await outcomeOf(on.mfa.regenerate('ann', ann.proof()))).toBe('accepted');
  });

  test('a hasher that fails refuses, stays counted, and spends no code', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const busy = on.another({ hasher: () => Promise.reject(new Error('queue is full')) });
    expect(await outcomeOf(busy.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))).toBe('busy');
    expect((await on.store.record('ann')).lockout.failures).toBe(1);
    expect((await on.mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' })).backupCodesRemaining).toBe(9);
  });

  test('the last attempt before the lock may still be right, and lifts the lock that it brought', async () => {
    const { mfa, events, enroll } = stage();
    const ann = await enroll('ann');
    for (let n = 0; n < 9; n++) await mfa.passwordFailed('ann');
    events.length = 0;
    await mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' });
    expect(events.map(({ type }) => type)).toEqual([
      'attempt_charged',
      'account_locked',
      'account_unlocked',
      'verified',
    ]);
    expect((await mfa.status('ann')).locked).toBe(false);
  });
});

test('R-47, R-49, invariant 2: each code works once, however it is written, and the rest is counted', async () => {
  const { mfa, events, enroll, token } = stage();
  const ann = await enroll('ann');
  const spellings = [
    (code: string) => code,
    (code: string) => code.toLowerCase(),
    (code: string) => code.replace('-', ''),
    (code: string) => ` ${code.replace('-', ' ')} `,
    (code: string) => code.split('').join('-'),
    (code: string) => code.replaceAll('0', 'O').replaceAll('1', 'l'),
    (code: string) => code.replaceAll('0', 'o').replaceAll('1', 'I'),
  ];
  for (const [n, code] of ann.backupCodes.entries()) {
    const spell = spellings[n % spellings.length] ?? ((text: string) => text);
    const verified = await mfa.verify({ token: await token('ann'), backupCode: spell(code) });
    expect(verified).toMatchObject({ method: 'backup_code', backupCodesRemaining: 9 - n });
    expect(events.at(-1)).toMatchObject({
      type: 'verified',
      method: 'backup_code',
      factorId: null,
      backupCodesRemaining: 9 - n,
    });
    expect((await mfa.status('ann')).backupCodesRemaining).toBe(9 - n);
    expect(await outcomeOf(mfa.stepUp('ann', { backupCode: code }))).toBe('invalid_backup_code');
  }
  expect(await mfa.begin('ann')).toMatchObject({ next: 'verify', methods: ['totp'] });
  expect((await mfa.stepUp('ann', { code: ann.code() })).backupCodesRemaining).toBe(0);
});

test('R-48 a new set voids the old one in one step', async () => {
  const { mfa, store, enroll, events } = stage();
  const ann = await enroll('ann');
  await mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' });
  events.length = 0;
  const { backupCodes } = await mfa.regenerate('ann', {
    password: TEST_PASSWORD,
    backupCode: ann.backupCodes[1] ?? '',
  });
  expect(events.map(({ type }) => type)).toEqual(['attempt_charged', 'backup_codes_regenerated']);
  expect(events.at(-1)).toMatchObject({ count: 10, provenBy: { method: 'backup_code', factorId: null } });
  expect(backupCodes).toHaveLength(10);
  for (const old of ann.backupCodes) {
    expect(await outcomeOf(mfa.stepUp('ann', { backupCode: old }))).toBe('invalid_backup_code');
    await mfa.unlock('ann');
  }
  for (const code of backupCodes) expect(await outcomeOf(mfa.stepUp('ann', { backupCode: code }))).toBe('accepted');
  expect((await store.record('ann')).backupCodes?.remaining).toBe(0);
});

test.each([
  ['XXXX-XXXX', 40],
  ['XXXX-XXXX-XXXX-XXXX', 80],
  ['XXXXX-XXXXX-XXXXX-XXXXX', 100],
])('R-43 the format %s gives codes of %d bits that work', async (format, bits) => {
  const on = stage();
  const mfa = on.another({ backupCodes: { format } });
  const { uri, backupCodes } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
  await mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(on.clock()) });
  const pattern = new RegExp(`^${format.replaceAll('X', '[0-9A-HJKMNP-TV-Z]')}$`);
  expect(backupCodes.filter((code) => !pattern.test(code))).toEqual([]);
  expect(format.replaceAll('-', '').length * Math.log2(32)).toBe(bits);
  // A set outlives the format that it was drawn with.
  expect((await on.mfa.stepUp('ann', { backupCode: backupCodes[0] ?? '' })).backupCodesRemaining).toBe(9);
});

test('R-44, R-45 the whole way with the Argon2id that the library brings', async () => {
  const on = stage();
  const options: MfaOptions = Object.fromEntries(
    Object.entries(on.options).filter(([name]) => name !== 'hasher'),
  ) as never;
  const mfa = createMfa({ ...options, backupCodes: { count: 2 } });
  const { uri, backupCodes } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
  await mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(on.clock()) });
  const [first = '', second = ''] = backupCodes;
  expect((await mfa.stepUp('ann', { backupCode: first.toLowerCase() })).backupCodesRemaining).toBe(1);
  expect(await outcomeOf(mfa.stepUp('ann', { backupCode: first }))).toBe('invalid_backup_code');
  // The quick stand-in of the other tests gives other digests: these were really made with Argon2id.
  expect(await outcomeOf(on.mfa.stepUp('ann', { backupCode: second }))).toBe('invalid_backup_code');
  expect((await mfa.stepUp('ann', { backupCode: second })).backupCodesRemaining).toBe(0);
  expect((await on.store.record('ann')).backupCodes).toMatchObject({ memoryKiB: 19_456, passes: 2, parallelism: 1 });
});
