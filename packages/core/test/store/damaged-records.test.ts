import { MfaError, type MfaRecord } from '@mfakit/core';
import { MFA_CALLS, provenBy, type CallInput, type CallName } from '@mfakit/testkit';
import { expect, test, vi } from 'vitest';
import { hmacCount } from '../hmac-count.ts';
import { stage } from '../harness.ts';

vi.mock(import('@noble/hashes/hmac.js'), async (original) =>
  (await import('../hmac-count.ts')).countHmac(await original()),
);

/** Every call that reads the record of one user. */
const READING = (Object.keys(MFA_CALLS) as CallName[]).filter(
  (name) => MFA_CALLS[name].uses.includes('read') && !MFA_CALLS[name].uses.includes('scan'),
);

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
    const on = stage();
    const { mfa, store, events, hashes } = on;
    const ann = await on.enroll('ann');
    const input: CallInput = {
      userId: 'ann',
      token: await on.token('ann'),
      secondFactor: { code: ann.code() },
      proof: ann.proof(),
      setupCode: ann.code(),
      factorId: ann.factorId,
    };
    const [backupCode = ''] = ann.backupCodes;
    const byBackupCode = provenBy(input, { backupCode });
    await store.edit('ann', change);
    const before = await store.dump('ann');
    const spent = (): readonly number[] => [hmacCount(), hashes(), store.commits(), events.length];
    const spentBefore = spent();
    for (const name of READING) {
      for (const given of [input, byBackupCode, { ...input, proof: undefined }]) {
        // Without a proof, only a setup gets as far as the store.
        if (given.proof === undefined && MFA_CALLS[name].takes.includes('proof') && name !== 'setup') continue;
        const error: unknown = await MFA_CALLS[name].run(mfa, given).then(
          () => 'accepted',
          (thrown: unknown) => thrown,
        );
        expect(error).toBeInstanceOf(MfaError);
        expect(error).toMatchObject({ code: 'store_unavailable' });
        expect(String(error)).not.toMatch(/\bann\b|passkeys|sms/);
      }
    }
    expect(await store.dump('ann')).toBe(before);
    expect(spent()).toEqual(spentBefore);
  },
);
