/** Refusals that count as no failure are recorded once per factor and half a minute, however often they are provoked. */
import type { MfaRecord } from '@mfakit/core';
import { outcomeOf, TEST_PASSWORD, virtualAuthenticator, type EnrolledUser } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage, type Stage } from '../harness.ts';
import { unreadable } from '../store/unreadable-record.ts';

async function used(): Promise<Stage & { readonly ann: EnrolledUser }> {
  const on = stage();
  const ann = await on.enroll('ann');
  await on.mfa.stepUp('ann', { code: ann.code() });
  on.events.length = 0;
  return { ...on, ann };
}

async function replay({ mfa, ann }: Pick<Stage, 'mfa'> & { readonly ann: EnrolledUser }): Promise<string> {
  return outcomeOf(mfa.stepUp('ann', { code: ann.code() }));
}

describe('a replayed code', () => {
  test('R-65 is refused each time and written once, over 2,000 replays', async () => {
    const on = await used();
    const before = on.store.commits();
    for (let n = 0; n < 2_000; n++) expect(await replay(on)).toBe('code_already_used');
    expect(on.store.commits() - before).toBe(1);
    expect(on.events).toMatchObject([{ type: 'attempt_refused', reason: 'code_already_used', failures: 0 }]);
  });

  test('is written again in the next half minute, and not before', async () => {
    const on = await used();
    await replay(on);
    on.clock.set((Math.floor(on.clock() / 30_000) + 1) * 30_000 - 1);
    await replay(on);
    expect(on.events).toHaveLength(1);
    on.clock.advance({ milliseconds: 1 });
    await replay(on);
    expect(on.events).toHaveLength(2);
  });

  test('is not written twice because the clocks of two servers differ', async () => {
    const on = await used();
    const now = on.clock();
    for (let n = 0; n < 10; n++) {
      on.clock.set(now - (n % 2) * 30_000);
      await replay(on);
    }
    expect(on.events).toHaveLength(1);
  });

  test('of another factor is written on its own', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const { uri } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: ann.proof() });
    const phone = virtualAuthenticator(uri);
    await on.mfa.confirm({ userId: 'ann' }, { code: phone.code(on.clock()) });
    on.events.length = 0;
    for (let n = 0; n < 3; n++) {
      for (const code of [ann.code(), phone.code(on.clock())]) {
        expect(await outcomeOf(on.mfa.stepUp('ann', { code }))).toBe('code_already_used');
      }
    }
    expect(on.events).toHaveLength(2);
    expect((await on.store.record('ann')).uncounted.ids).toHaveLength(2);
  });

  test('that settles a charge is always written, and the charge stays', async () => {
    const on = await used();
    on.clock.advance({ seconds: 30 });
    await on.mfa.stepUp('ann', { code: on.ann.code() });
    await replay(on);
    on.clock.advance({ seconds: 30 });
    // While the password is checked, the code is used by another call.
    const other = on.another({
      verifyPassword: async () => {
        await on.mfa.stepUp('ann', { code: on.ann.code() });
        await replay(on);
        return true;
      },
    });
    on.events.length = 0;
    expect(await outcomeOf(other.disable('ann', on.ann.proof()))).toBe('code_already_used');
    expect(on.events.map(({ type }) => type)).toEqual([
      'attempt_charged',
      'verified',
      'attempt_refused',
      'attempt_refused',
    ]);
  });
});

describe('what is unreadable', () => {
  test('is reported once for the factor and once for the backup codes', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    await on.store.edit('ann', unreadable);
    await on.mfa.status('ann'); // what this process remembers is no longer older
    on.events.length = 0;
    const before = on.store.commits();
    for (let n = 0; n < 50; n++) {
      expect(await outcomeOf(on.mfa.stepUp('ann', { code: ann.code() }))).toBe('secret_unreadable');
      expect(await outcomeOf(on.mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))).toBe('secret_unreadable');
    }
    expect(on.events.map(({ type }) => type)).toEqual(['secret_unreadable', 'secret_unreadable']);
    expect(on.store.commits() - before).toBe(2);
    on.clock.advance({ seconds: 30 });
    await outcomeOf(on.mfa.stepUp('ann', { code: ann.code() }));
    expect(on.events).toHaveLength(3);
  });

  test('in a waiting setup is reported once', async () => {
    const on = stage();
    const { uri } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
    await on.store.edit('ann', unreadable);
    on.events.length = 0;
    const code = virtualAuthenticator(uri).code(on.clock());
    for (let n = 0; n < 20; n++) {
      expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { code }))).toBe('secret_unreadable');
    }
    expect(on.events).toMatchObject([{ type: 'secret_unreadable', operation: 'confirm' }]);
  });
});

test('what is unreadable in a waiting setup is reported once, also if something else is refused in between', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: ann.proof() });
  const sound = await on.store.record('ann');
  await on.store.edit('ann', (record) => ({ ...record, pending: unreadable(record).pending }));
  on.events.length = 0;
  const code = ann.wrongCode();
  expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { code }))).toBe('secret_unreadable');
  expect(await replay({ ...on, ann })).toBe('code_already_used');
  expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { code }))).toBe('secret_unreadable');
  expect(on.events.map(({ type }) => type)).toEqual(['secret_unreadable', 'attempt_refused']);
  expect((await on.store.record('ann')).uncounted.ids).toEqual([sound.pending?.factor.id, ann.factorId]);
});

test('the list holds no more than the user has factors and sets', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  for (let n = 0; n < 8; n++) {
    const [backupCode = ''] = ann.backupCodes.slice(n);
    const proof = { password: TEST_PASSWORD, backupCode };
    const { uri, factorId } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof });
    const phone = virtualAuthenticator(uri);
    await on.mfa.confirm({ userId: 'ann' }, { code: phone.code(on.clock()) });
    await outcomeOf(on.mfa.stepUp('ann', { code: phone.code(on.clock()) }));
    const record: MfaRecord = await on.store.record('ann');
    expect(record.uncounted.ids.length).toBeLessThanOrEqual(record.factors.length + 1);
    await on.store.edit('ann', ({ factors, ...rest }) => ({
      ...rest,
      factors: factors.filter(({ id }) => id !== factorId),
    }));
  }
});
