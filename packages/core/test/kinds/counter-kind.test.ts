import { createMfa, type FactorKindFactory } from '@mfakit/core';
import { outcomeOf, TEST_PASSWORD, virtualAuthenticator, type TestApplication } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { KEY_B, stage } from '../harness.ts';
import { card, counterKind } from './counter-kind.ts';

const WITH_CARDS = { factors: [counterKind] };

/** Enrolls a user with cards as the only factor; the first card is used by it. */
async function enrollCards(
  { mfa }: Pick<TestApplication, 'mfa'>,
  userId: string,
): Promise<{
  readonly factorId: string;
  readonly cards: (number: number) => string;
  readonly backupCodes: readonly string[];
}> {
  const staged = await mfa.setup({ userId }, { kind: 'counter', accountName: userId });
  const { factorId } = await mfa.confirm({ userId }, { card: card(String(staged['cardSecret']), 1) });
  expect(factorId).toBe(staged.factorId);
  return { factorId, cards: (number) => card(String(staged['cardSecret']), number), backupCodes: staged.backupCodes };
}

describe('a further kind of factor, through the public API alone', () => {
  test('stage and confirm: the factor and ten backup codes are active, and the first answer is spent', async () => {
    const on = stage(WITH_CARDS);
    const { factorId, cards, backupCodes } = await enrollCards(on, 'ann');
    expect(backupCodes).toHaveLength(10);
    const { factors, enabled } = await on.mfa.status('ann');
    expect(enabled).toBe(true);
    expect(factors).toEqual([expect.objectContaining({ id: factorId, kind: 'counter', label: 'Cards', cardsUsed: 1 })]);
    expect(await outcomeOf(on.mfa.stepUp('ann', { card: cards(1) }))).toBe('code_already_used');
  });

  test('verify: begin names the kind, the answer completes the sign-in, and neither token nor answer serves twice', async () => {
    const on = stage(WITH_CARDS);
    const { factorId, cards } = await enrollCards(on, 'ann');
    const begun = await on.mfa.begin('ann');
    expect(begun).toMatchObject({ next: 'verify', methods: ['counter', 'backup_code'] });
    const token = await on.token('ann');
    const verified = await on.mfa.verify({ token, card: cards(2) });
    expect(verified).toMatchObject({ method: 'counter', factorId, amr: ['pwd', 'kba', 'mfa'] });
    expect(await outcomeOf(on.mfa.verify({ token, card: cards(3) }))).toBe('token_used');
    expect(await outcomeOf(on.mfa.stepUp('ann', { card: cards(2) }))).toBe('code_already_used');
    expect(on.events.at(-1)).toMatchObject({
      type: 'attempt_refused',
      operation: 'stepUp',
      reason: 'code_already_used',
    });
  });

  test('lock: ten wrong answers lock, over this kind and TOTP together, and a right one is refused like a wrong one', async () => {
    const on = stage(WITH_CARDS);
    const { cards } = await enrollCards(on, 'ann');
    const wrong = cards(5).replace(/^5/, '6');
    for (let failure = 1; failure <= 10; failure++) {
      expect(await outcomeOf(on.mfa.stepUp('ann', { card: wrong }))).toBe('invalid_code');
    }
    expect(await outcomeOf(on.mfa.stepUp('ann', { card: cards(5) }))).toBe('locked');
    expect(await outcomeOf(on.mfa.stepUp('ann', { card: wrong }))).toBe('locked');
  });

  test('race: fifty uses of one answer over several instances give one success', async () => {
    const on = stage(WITH_CARDS);
    const { cards } = await enrollCards(on, 'ann');
    const instances = [on.mfa, on.another(), on.another()];
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, i) => outcomeOf(instances[i % 3]!.stepUp('ann', { card: cards(2) }))),
    );
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(['accepted', 'code_already_used']));
  });

  test('mixed accounts: TOTP beside it, each proves what the other may do', async () => {
    const on = stage(WITH_CARDS);
    const { factorId, cards } = await enrollCards(on, 'ann');
    const proof = { password: TEST_PASSWORD, card: cards(2) };
    const { uri } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof });
    const phone = virtualAuthenticator(uri);
    expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { card: cards(3) }))).toBe('invalid_input');
    await on.mfa.confirm({ userId: 'ann' }, { code: phone.code(on.clock()) });
    expect(await on.mfa.begin('ann')).toMatchObject({ methods: ['totp', 'counter', 'backup_code'] });

    on.clock.advance({ seconds: 30 });
    await on.mfa.removeFactor('ann', factorId, { password: TEST_PASSWORD, code: phone.code(on.clock()) });
    expect((await on.mfa.status('ann')).factors.map(({ kind }) => kind)).toEqual(['totp']);
    expect(await outcomeOf(on.mfa.stepUp('ann', { card: cards(4) }))).toBe('invalid_code');
  });

  test('rekey: its secret moves to the newest key, and still answers', async () => {
    const before = stage(WITH_CARDS);
    const { cards } = await enrollCards(before, 'ann');
    const after = createMfa({ ...before.options, keys: [KEY_B, ...before.options.keys] });
    const progress = [];
    for await (const step of after.rekey()) progress.push(step);
    expect(progress.at(-1)).toEqual({ scanned: 1, rekeyed: 1, unreadable: 0, after: 'ann' });
    const newest = createMfa({ ...before.options, keys: [KEY_B] });
    expect(await outcomeOf(newest.stepUp('ann', { card: cards(2) }))).toBe('accepted');
  });

  test('tampering: a bound field that is an object is bound in all its parts', async () => {
    const on = stage({
      factors: [renamed({ boundFields: ['owner'], stagedFields: { owner: z.any(), series: z.any() } })],
    });
    const factors = on.options.factors ?? [];
    const inObject: FactorKindFactory = (ports) => {
      const kind = factors[0]?.(ports) ?? counterKind(ports);
      return {
        ...kind,
        draw: (name) => {
          const drawn = kind.draw(name);
          return { ...drawn, fields: { ...drawn.fields, owner: { name, country: 41 } } };
        },
      };
    };
    const mfa = createMfa({ ...on.options, factors: [inObject] });
    const { cards } = await enrollCards({ mfa }, 'ann');
    await on.store.edit('ann', (record) => ({
      ...record,
      factors: record.factors.map((factor) => Object.assign({}, factor, { owner: { name: 'ann', country: 49 } })),
    }));
    expect(await outcomeOf(mfa.stepUp('ann', { card: cards(2) }))).toBe('secret_unreadable');
  });

  test('tampering: a stored field that the secret is bound to cannot be changed', async () => {
    const on = stage(WITH_CARDS);
    const { cards } = await enrollCards(on, 'ann');
    await on.store.edit('ann', (record) => ({
      ...record,
      factors: record.factors.map((factor) => Object.assign({}, factor, { series: 'Acme/mallory' })),
    }));
    expect(await outcomeOf(on.mfa.stepUp('ann', { card: cards(2) }))).toBe('secret_unreadable');
  });
});

describe('an application that was not given the kind', () => {
  test('refuses every call on a record that holds it, and never takes the user for one without MFA', async () => {
    const on = stage(WITH_CARDS);
    const { cards } = await enrollCards(on, 'ann');
    const without = createMfa({ ...on.options, factors: [] });
    const token = await on.token('ann');
    for (const call of [
      without.begin('ann'),
      without.status('ann'),
      without.verify({ token, backupCode: 'AAAA-AAAA' }),
      without.setup({ userId: 'ann' }, { accountName: 'ann' }),
      without.reset('ann'),
      without.passwordFailed('ann'),
    ]) {
      expect(await outcomeOf(call)).toBe('store_unavailable');
    }
    await expect(without.begin('ann')).rejects.toThrow('a factor of a kind that createMfa was not given');
    expect(await outcomeOf(without.stepUp('ann', { card: cards(2) }))).toBe('invalid_input');
    expect(await outcomeOf(on.mfa.stepUp('ann', { card: cards(2) }))).toBe('accepted');
  });

  test('the sweeps go on: rekey and keyReport count the record as unreadable', async () => {
    const on = stage(WITH_CARDS);
    await enrollCards(on, 'ann');
    const without = createMfa({ ...on.options, factors: [] });
    const progress = [];
    for await (const step of without.rekey()) progress.push(step);
    expect(progress.at(-1)).toEqual({ scanned: 1, rekeyed: 0, unreadable: 1, after: 'ann' });
    expect(await without.keyReport()).toContainEqual(expect.objectContaining({ keyId: null, users: 1 }));
  });
});

/** The toy kind with one thing changed. */
function renamed(change: object): FactorKindFactory {
  return (ports) => ({ ...counterKind(ports), ...change });
}

describe('wrong kinds fail at createMfa', () => {
  const { options } = stage();
  test.each([
    ['twice the same', [counterKind, counterKind], 'method'],
    ['the method of a built-in one', [renamed({ method: 'totp' })], 'method'],
    ['the field of a built-in one', [renamed({ field: 'backupCode' })], 'field'],
    ['the field of a second code of a built-in one', [renamed({ field: 'nextCode' })], 'field'],
  ])('%s', (_what, factors, property) => {
    expect(() => createMfa({ ...options, factors })).toThrow(
      new RangeError(`createMfa: factors: no two kinds may share a ${property}`),
    );
  });

  test.each(['token', 'password', 'userId', 'kind'])('the field %s, which core reads itself', (field) => {
    expect(() => createMfa({ ...options, factors: [renamed({ field })] })).toThrow(
      'createMfa: factors: no field may be one of: token, password, userId, kind',
    );
  });

  test('a kind cannot show another id, kind or label than the factor has', async () => {
    const on = stage({ factors: [renamed({ show: () => ({ id: 'other', kind: 'totp', label: 'x', extra: 1 }) })] });
    const { factorId } = await enrollCards(on, 'ann');
    expect((await on.mfa.status('ann')).factors[0]).toMatchObject({
      id: factorId,
      kind: 'counter',
      label: 'Cards',
      extra: 1,
    });
  });

  test('what is no function', () => {
    expect(() => createMfa({ ...options, factors: [{}] as never })).toThrow(
      new TypeError('createMfa: factors[0]: must be a function'),
    );
  });

  test('setup with a kind that the application does not have', async () => {
    const { mfa } = stage();
    const call = mfa.setup({ userId: 'ann' }, { kind: 'counter', accountName: 'ann' });
    await expect(call).rejects.toMatchObject({ code: 'invalid_input', field: 'kind' });
    await expect(
      stage(WITH_CARDS).mfa.setup({ userId: 'ann' }, { kind: 'backup_code', accountName: 'ann' }),
    ).rejects.toMatchObject({ code: 'invalid_input', field: 'kind' });
  });
});
