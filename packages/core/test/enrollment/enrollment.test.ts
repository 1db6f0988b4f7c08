import { base32nopad } from '@scure/base';
import { describe, expect, test, vi } from 'vitest';
import { outcomeOf, TEST_PASSWORD, virtualAuthenticator } from '@mfakit/testkit';
import { stage, type Stage } from '../harness.ts';

const ACCOUNT = { accountName: 'ann@example.com' };

/** Adds a second factor, proven by the first, and moves on to a fresh code. */
async function addSecond(on: Stage, code: string): Promise<{ readonly factorId: string; readonly code: () => string }> {
  const { uri } = await on.mfa.setup(
    { userId: 'ann' },
    { ...ACCOUNT, label: 'Tablet', proof: { password: TEST_PASSWORD, code } },
  );
  const phone = virtualAuthenticator(uri);
  const { factorId } = await on.mfa.confirm({ userId: 'ann' }, { code: phone.code(on.clock()) });
  on.clock.advance({ seconds: 30 });
  return { factorId, code: () => phone.code(on.clock()) };
}

describe('R-06, R-07 secrets', () => {
  test('a thousand are different, and of 160 bits at least', async () => {
    const { mfa } = stage();
    const seen = new Set<string>();
    for (let n = 0; n < 1000; n++) {
      const { secret, factorId } = await mfa.setup({ userId: 'ann' }, ACCOUNT);
      expect(base32nopad.decode(secret).length).toBeGreaterThanOrEqual(20);
      seen.add(secret).add(factorId);
    }
    expect(seen.size).toBe(2000);
  });

  test('Math.random has no part in them', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const { mfa, token } = stage();
    const shown = await Promise.all(['ann', 'bob'].map((userId) => mfa.setup({ userId }, ACCOUNT)));
    await mfa.enforce('eve');
    const all = [
      ...shown.flatMap(({ secret, backupCodes }) => [secret, ...backupCodes]),
      await token('eve'),
      await token('eve'),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(Math.random).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  test.each([
    ['SHA1', 20],
    ['SHA256', 32],
    ['SHA512', 64],
  ] as const)('%s has secrets of %d bytes, the length of its output', async (algorithm, length) => {
    const on = stage();
    const { secret } = await on.another({ totp: { algorithm } }).setup({ userId: 'ann' }, ACCOUNT);
    expect(base32nopad.decode(secret)).toHaveLength(length);
  });
});

describe('R-18 parameters', () => {
  test('the defaults are SHA1, 6 digits, 30 seconds', async () => {
    const { uri } = await stage().mfa.setup({ userId: 'ann' }, ACCOUNT);
    expect(uri).toMatch(/&algorithm=SHA1&digits=6&period=30$/);
  });

  test('are kept per factor: another configuration leaves it as it was enrolled', async () => {
    const on = stage();
    const before = on.another({ totp: { algorithm: 'SHA256', digits: 8, periodSeconds: 60 } });
    const { uri } = await before.setup({ userId: 'ann' }, ACCOUNT);
    expect(uri).toContain('&algorithm=SHA256&digits=8&period=60');
    const phone = virtualAuthenticator(uri);
    // Confirmed, used and proven under the defaults.
    await on.mfa.confirm({ userId: 'ann' }, { code: phone.code(on.clock()) });
    on.clock.advance({ seconds: 60 });
    const code = phone.code(on.clock());
    expect(code).toHaveLength(8);
    expect((await on.mfa.stepUp('ann', { code })).method).toBe('totp');

    // Beside it a factor with other parameters: each verifies by its own.
    on.clock.advance({ seconds: 60 });
    const second = await addSecond(on, phone.code(on.clock()));
    on.clock.advance({ seconds: 60 });
    expect((await on.mfa.stepUp('ann', { code: second.code() })).factorId).toBe(second.factorId);
    expect((await on.mfa.stepUp('ann', { code: phone.code(on.clock()) })).factorId).not.toBe(second.factorId);
  });
});

test('R-19 a new secret counts for nothing before its first code', async () => {
  const { mfa, clock } = stage();
  const { uri, backupCodes } = await mfa.setup({ userId: 'ann' }, ACCOUNT);
  const code = virtualAuthenticator(uri).code(clock());
  expect(await mfa.begin('ann')).toEqual({ next: 'signed-in', sessionEpoch: 0, seq: 1 });
  expect(await mfa.status('ann')).toMatchObject({ enabled: false, factors: [], backupCodesRemaining: 0 });
  expect(await outcomeOf(mfa.stepUp('ann', { code }))).toBe('not_enabled');
  expect(await outcomeOf(mfa.stepUp('ann', { backupCode: backupCodes[0] ?? '' }))).toBe('not_enabled');
  await mfa.confirm({ userId: 'ann' }, { code });
  expect(await mfa.begin('ann')).toMatchObject({ next: 'verify', methods: ['totp', 'backup_code'] });
});

test('R-20, invariant 6: a further factor needs proof, and takes nothing away before it is confirmed', async () => {
  const on = stage();
  const { mfa, clock, enroll, store } = on;
  const ann = await enroll('ann');
  expect(await outcomeOf(mfa.setup({ userId: 'ann' }, ACCOUNT))).toBe('already_enabled');
  expect((await store.record('ann')).pending).toBeNull();

  const staged = await mfa.setup({ userId: 'ann' }, { ...ACCOUNT, proof: ann.proof() });
  expect(staged.backupCodes).toEqual([]);
  clock.advance({ seconds: 30 });
  expect((await mfa.stepUp('ann', { code: ann.code() })).factorId).toBe(ann.factorId);
  const strange = virtualAuthenticator(staged.uri).code(clock());
  expect(await outcomeOf(mfa.stepUp('ann', { code: strange }))).toBe('invalid_code');
  expect((await mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' })).backupCodesRemaining).toBe(9);
});

describe('R-22 a setup that waits', () => {
  test('expires after ten minutes, to the millisecond', async () => {
    for (const [milliseconds, outcome] of [
      [599_999, 'accepted'],
      [600_000, 'setup_expired'],
    ] as const) {
      const { mfa, clock } = stage();
      const { uri, expiresAt } = await mfa.setup({ userId: 'ann' }, ACCOUNT);
      expect(expiresAt.getTime()).toBe(clock() + 600_000);
      clock.advance({ milliseconds });
      const code = virtualAuthenticator(uri).code(clock());
      expect(await outcomeOf(mfa.confirm({ userId: 'ann' }, { code }))).toBe(outcome);
    }
  });

  test('is replaced by the next one: the first secret is void, the second works', async () => {
    const { mfa, clock } = stage();
    const [first, second] = [await mfa.setup({ userId: 'ann' }, ACCOUNT), await mfa.setup({ userId: 'ann' }, ACCOUNT)];
    const code = (uri: string): { code: string } => ({ code: virtualAuthenticator(uri).code(clock()) });
    expect(await outcomeOf(mfa.confirm({ userId: 'ann' }, code(first.uri)))).toBe('invalid_code');
    expect((await mfa.confirm({ userId: 'ann' }, code(second.uri))).factorId).toBe(second.factorId);
    expect(await outcomeOf(mfa.stepUp('ann', { backupCode: first.backupCodes[0] ?? '' }))).toBe('invalid_backup_code');
    expect((await mfa.stepUp('ann', { backupCode: second.backupCodes[0] ?? '' })).backupCodesRemaining).toBe(9);
  });
});

describe('R-25, R-26 several factors', () => {
  test('each has a name, its own instants, and works alone', async () => {
    const on = stage();
    const { mfa, clock, enroll } = on;
    const start = clock();
    const ann = await enroll('ann');
    const second = await addSecond(on, ann.code());
    clock.advance({ hours: 1 });
    expect((await mfa.stepUp('ann', { code: second.code() })).factorId).toBe(second.factorId);
    const { factors } = await mfa.status('ann');
    expect(factors).toEqual([
      {
        id: ann.factorId,
        kind: 'totp',
        label: 'Authenticator app',
        createdAt: new Date(start),
        lastUsedAt: new Date(start + 30_000),
      },
      {
        id: second.factorId,
        kind: 'totp',
        label: 'Tablet',
        createdAt: new Date(start + 30_000),
        lastUsedAt: new Date(clock()),
      },
    ]);
    expect((await mfa.stepUp('ann', { code: ann.code() })).factorId).toBe(ann.factorId);

    clock.advance({ seconds: 30 });
    await mfa.removeFactor('ann', ann.factorId, { password: TEST_PASSWORD, code: second.code() });
    expect(await outcomeOf(mfa.stepUp('ann', { code: ann.code() }))).toBe('invalid_code');
    clock.advance({ seconds: 30 });
    expect((await mfa.stepUp('ann', { code: second.code() })).backupCodesRemaining).toBe(10);
    const bound = (await mfa.history('ann', { limit: 200 })).filter(({ type }) => type.startsWith('factor_'));
    expect(bound.map(({ type, at }) => [type, at])).toEqual([
      ['factor_removed', clock() - 30_000],
      ['factor_added', start + 30_000],
      ['factor_added', start],
    ]);
  });

  test('at most maxFactors, counted when the setup begins', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const few = on.another({ maxFactors: 2 });
    await addSecond(on, ann.code());
    const proof = ann.proof();
    expect(await outcomeOf(few.setup({ userId: 'ann' }, { ...ACCOUNT, proof }))).toBe('too_many_factors');
    expect((await on.store.record('ann')).lockout.failures).toBe(0);
    await on.mfa.setup({ userId: 'ann' }, { ...ACCOUNT, proof });
  });

  test('the last one takes the backup codes with it', async () => {
    const { mfa, enroll } = stage();
    const ann = await enroll('ann');
    const sessions = await mfa.removeFactor('ann', ann.factorId, ann.proof());
    expect(await mfa.status('ann')).toMatchObject({ enabled: false, factors: [], backupCodesRemaining: 0 });
    expect(await mfa.begin('ann')).toEqual({ next: 'signed-in', ...sessions });
  });
});

describe('R-27 revocation takes effect at once', () => {
  test.each(['disable', 'removeFactor', 'reset', 'forget'] as const)(
    'by %s: codes, open challenges and a waiting setup',
    async (by) => {
      const { mfa, clock, enroll, token } = stage();
      const ann = await enroll('ann');
      const held = await token('ann');
      const proof = ann.proof();
      const { uri } = await mfa.setup({ userId: 'ann' }, { ...ACCOUNT, proof });
      clock.advance({ seconds: 30 });
      const fresh = ann.proof();
      if (by === 'disable') await mfa.disable('ann', fresh);
      if (by === 'removeFactor') await mfa.removeFactor('ann', ann.factorId, fresh);
      if (by === 'reset') await mfa.reset('ann');
      if (by === 'forget') await mfa.forget('ann');

      clock.advance({ seconds: 30 });
      expect(await outcomeOf(mfa.verify({ token: held, code: ann.code() }))).toBe('invalid_token');
      expect(await outcomeOf(mfa.stepUp('ann', { code: ann.code() }))).toBe('not_enabled');
      expect(await outcomeOf(mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))).toBe('not_enabled');
      const waiting = virtualAuthenticator(uri).code(clock());
      expect(await outcomeOf(mfa.confirm({ userId: 'ann' }, { code: waiting }))).toBe('setup_not_started');
      // Nor do they come back to life with the next enrollment.
      await enroll('ann');
      expect(await outcomeOf(mfa.verify({ token: held, code: ann.code() }))).toBe('invalid_token');
    },
  );

  test('a challenge opened before a factor was added is void, so that it proves the new state', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const held = await on.token('ann');
    await addSecond(on, ann.code());
    expect(await outcomeOf(on.mfa.verify({ token: held, code: ann.code() }))).toBe('invalid_token');
  });
});
