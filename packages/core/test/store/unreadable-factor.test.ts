/** One unreadable factor refuses for itself, and is reported; it does not stand in the way of sound ones. */
import type { MfaRecord } from '@mfakit/core';
import {
  callsTaking,
  MFA_CALLS,
  outcomeOf,
  provenBy,
  TEST_PASSWORD,
  virtualAuthenticator,
  type EnrolledUser,
  type VirtualAuthenticator,
} from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage, type Stage } from '../harness.ts';
import { unreadable } from './unreadable-record.ts';

const CODE_CALLS = [...callsTaking('secondFactor'), ...callsTaking('proof')];

/** The record with the secrets of these factors spoiled. */
const damaged = (record: MfaRecord, ids: readonly string[]): MfaRecord => ({
  ...record,
  factors: record.factors.map((factor, at) =>
    ids.includes(factor.id) ? (unreadable(record).factors[at] ?? factor) : factor,
  ),
});

interface TwoFactors extends Stage {
  readonly ann: EnrolledUser;
  readonly sound: { readonly id: string; readonly phone: VirtualAuthenticator };
}

/** Ann with two apps: the first one is damaged, the second is sound unless both are to be damaged. */
async function oneDamaged(both = false): Promise<TwoFactors> {
  const on = stage();
  const ann = await on.enroll('ann');
  const { uri } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: ann.proof() });
  const phone = virtualAuthenticator(uri);
  const { factorId } = await on.mfa.confirm({ userId: 'ann' }, { code: phone.code(on.clock()) });
  on.clock.advance({ seconds: 60 });
  await on.store.edit('ann', (record) => damaged(record, both ? [ann.factorId, factorId] : [ann.factorId]));
  on.events.length = 0;
  return { ...on, ann, sound: { id: factorId, phone } };
}

describe('of two factors one is damaged', () => {
  test.each(CODE_CALLS)('%s takes the code of the sound one, and reports the other', async (name) => {
    const on = await oneDamaged();
    const token = MFA_CALLS[name].takes.includes('token') ? await on.token('ann') : '';
    const factor = { code: on.sound.phone.code(on.clock()) };
    const input = {
      userId: 'ann',
      token,
      factorId: on.ann.factorId,
      setupCode: '',
      secondFactor: factor,
      proof: undefined,
    };
    expect(await outcomeOf(MFA_CALLS[name].run(on.mfa, provenBy(input, factor)))).toBe('accepted');
    expect(on.events.filter(({ type }) => type === 'secret_unreadable')).toMatchObject([{ operation: name }]);
  });

  test('a wrong code is wrong and counted, the code of the damaged one too', async () => {
    const { mfa, store, events, ann } = await oneDamaged();
    for (const [n, code] of [ann.wrongCode(), ann.code()].entries()) {
      expect(await outcomeOf(mfa.stepUp('ann', { code }))).toBe('invalid_code');
      const { lockout, guesses } = await store.record('ann');
      expect([lockout.failures, guesses.level]).toEqual([n + 1, n + 1]);
    }
    expect(events.map(({ type }) => type)).toEqual(['secret_unreadable', 'attempt_refused', 'attempt_refused']);
  });

  test('a used code of the sound one is a replay, and nothing is written a second time', async () => {
    const { mfa, clock, events, sound, store } = await oneDamaged();
    const code = sound.phone.code(clock());
    await mfa.stepUp('ann', { code });
    expect(events.map(({ type }) => type)).toEqual(['secret_unreadable', 'verified']);
    for (let n = 0; n < 5; n++) expect(await outcomeOf(mfa.stepUp('ann', { code }))).toBe('code_already_used');
    expect(events.map(({ type }) => type)).toEqual(['secret_unreadable', 'verified', 'attempt_refused']);
    expect((await store.record('ann')).uncounted.ids).toHaveLength(2);
  });

  test('it is reported again in the next half minute', async () => {
    const { mfa, clock, events, sound } = await oneDamaged();
    for (let n = 0; n < 3; n++) {
      expect(await outcomeOf(mfa.stepUp('ann', { code: sound.phone.code(clock()) }))).toBe('accepted');
      clock.advance({ seconds: 30 });
    }
    expect(events.filter(({ type }) => type === 'secret_unreadable')).toHaveLength(3);
  });

  test('it can be removed by the sound one, and the sound one stays', async () => {
    const { mfa, clock, ann, sound } = await oneDamaged();
    await mfa.removeFactor('ann', ann.factorId, { password: TEST_PASSWORD, code: sound.phone.code(clock()) });
    expect((await mfa.status('ann')).factors.map(({ id }) => id)).toEqual([sound.id]);
  });
});

test('only if every factor that a code could be for is damaged is that the refusal', async () => {
  const on = await oneDamaged(true);
  expect(await outcomeOf(on.mfa.stepUp('ann', { code: on.ann.code() }))).toBe('secret_unreadable');
  expect((await on.store.record('ann')).lockout.failures).toBe(0);
  expect(on.events.map(({ type }) => type)).toEqual(['secret_unreadable']);
});

test('damaged backup codes do not stop a code, and a damaged factor does not stop a backup code', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  const sound = await on.store.record('ann');
  await on.store.edit('ann', (record) => ({ ...record, backupCodes: unreadable(record).backupCodes }));
  expect(await outcomeOf(on.mfa.stepUp('ann', { code: ann.code() }))).toBe('accepted');
  await on.store.edit('ann', (record) => ({ ...damaged(record, [ann.factorId]), backupCodes: sound.backupCodes }));
  expect(await outcomeOf(on.mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))).toBe('accepted');
});

test('an unreadable waiting secret leaves the active factors, the backup codes and the setup as they are', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  const { uri } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: ann.proof() });
  await on.store.edit('ann', (record) => ({ ...record, pending: unreadable(record).pending }));
  const before = await on.store.record('ann');
  const code = virtualAuthenticator(uri).code(on.clock());
  expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { code }))).toBe('secret_unreadable');
  const { uncounted, lastEventSeq, trail, ...after } = await on.store.record('ann');
  expect({ ...before, ...after }).toEqual(before);
  expect([uncounted.ids, lastEventSeq]).toEqual([[before.pending?.factor.id], before.lastEventSeq + 1]);
  expect(trail).not.toEqual(before.trail);
  on.clock.advance({ seconds: 30 });
  expect(await outcomeOf(on.mfa.stepUp('ann', { code: ann.code() }))).toBe('accepted');
});
