import { MfaError, type Mfa, type MfaRecord } from '@mfakit/core';
import { expect, test, vi } from 'vitest';
import { PASSWORD } from './harness.ts';
import { hmacCount } from './hmac-count.ts';
import { stage } from './refusal-cases.ts';

vi.mock(import('@noble/hashes/hmac.js'), async (original) =>
  (await import('./hmac-count.ts')).countHmac(await original()),
);

/** Every call that reads the record of a user, with sound input. */
const CALLS: readonly ((mfa: Mfa, code: string, token: string) => Promise<unknown>)[] = [
  (mfa) => mfa.begin('ann'),
  (mfa, code, token) => mfa.verify({ token, code }),
  (mfa, _code, token) => mfa.verify({ token, backupCode: 'ABCD-EFGH' }),
  (mfa, code) => mfa.stepUp('ann', { code }),
  (mfa, code) => mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: { password: PASSWORD, code } }),
  (mfa) => mfa.setup({ userId: 'ann' }, { accountName: 'ann' }),
  (mfa, code) => mfa.confirm({ userId: 'ann' }, { code }),
  (mfa, code) => mfa.disable('ann', { password: PASSWORD, code }),
  (mfa, code) => mfa.removeFactor('ann', 'factor', { password: PASSWORD, code }),
  (mfa, code) => mfa.regenerate('ann', { password: PASSWORD, code }),
  (mfa) => mfa.status('ann'),
  (mfa) => mfa.enforce('ann'),
  (mfa) => mfa.exempt('ann'),
  (mfa) => mfa.passwordFailed('ann'),
  (mfa) => mfa.assertNotLocked('ann'),
  (mfa) => mfa.unlock('ann'),
  (mfa) => mfa.reset('ann'),
  (mfa) => mfa.forget('ann'),
];

const without = (record: MfaRecord, field: string): unknown =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== field));

/** What a newer release, an older backup or a stray hand may have left in the store. */
const DAMAGE: readonly (readonly [name: string, change: (record: MfaRecord) => unknown])[] = [
  ['of a newer schema', (record) => ({ ...record, schema: 2 })],
  ['of a newer schema with fields of its own', () => ({ schema: 2, passkeys: [] })],
  ['of no schema', (record) => without(record, 'schema')],
  ['with an unknown field', (record) => ({ ...record, trusted: true })],
  ['without its lockout', (record) => without(record, 'lockout')],
  ['without its factors', (record) => without(record, 'factors')],
  ['with factors but no backup codes', (record) => ({ ...record, backupCodes: null })],
  ['with backup codes but no factors', (record) => ({ ...record, factors: [] })],
  [
    'with a factor of an unknown kind',
    (record) => ({ ...record, factors: record.factors.map((factor) => ({ ...factor, kind: 'sms' })) }),
  ],
  [
    'with a factor of 5 digits',
    (record) => ({ ...record, factors: record.factors.map((factor) => ({ ...factor, digits: 5 })) }),
  ],
  [
    'with a step of 0 seconds',
    (record) => ({ ...record, factors: record.factors.map((factor) => ({ ...factor, periodSeconds: 0 })) }),
  ],
  ['with a count as text', (record) => ({ ...record, lockout: { ...record.lockout, failures: '0' } })],
  ['with a negative count', (record) => ({ ...record, lockout: { ...record.lockout, failures: -1 } })],
  ['with weaker hashing (R-45)', (record) => ({ ...record, backupCodes: { ...record.backupCodes, memoryKiB: 64 } })],
  ['with a ruinous cost', (record) => ({ ...record, backupCodes: { ...record.backupCodes, memoryKiB: 2 ** 31 } })],
  ['that is an array', () => []],
  ['that is text', (record) => JSON.stringify(record)],
];

test.each(DAMAGE)(
  'invariant 9: a record %s is store_unavailable to every call, and stays as it is',
  async (_name, change) => {
    const { mfa, store, events, hashes, enrol, token } = stage();
    const ann = await enrol('ann');
    const held = await token('ann');
    await store.edit('ann', change);
    const before = await store.dump('ann');
    const spent = (): readonly number[] => [hmacCount(), hashes(), store.commits(), events.length];
    const spentBefore = spent();
    for (const call of CALLS) {
      const error: unknown = await call(mfa, ann.code(), held).then(
        () => 'accepted',
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(MfaError);
      expect(error).toMatchObject({ code: 'store_unavailable' });
      expect(String(error)).not.toMatch(/\bann\b|passkeys|sms/);
    }
    expect(await store.dump('ann')).toBe(before);
    expect(spent()).toEqual(spentBefore);
  },
);
