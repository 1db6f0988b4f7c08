/** Cases of the round trip: what goes in comes out, to the last digit and character. */
import type { EventDetail, MfaEvent, MfaRecord } from '@mfakit/core';
import { SAMPLE_INSTANT, sampleEvent, sampleRecord, version } from '../samples.ts';
import { expectEvents, expectRecord, store, storeHistory } from '../steps.ts';
import type { CaseGroup } from '../store-case.ts';

/** `UNTIL_UNLOCK` of the core: the last instant that a `Date` can hold. */
const LAST_INSTANT = 8.64e15;

/** Text that encoders, collations and JSON columns are known to change. No NUL, no lone surrogates: nor has the core. */
const TEXTS: readonly string[] = [
  'Zo\u00EB',
  'Zoe\u0308',
  'الهاتف',
  '电话',
  '👩‍👩‍👧 phone',
  '𝒳',
  ' spaces at both ends ',
  '\t\r\n\u0001\u007F\u2028\uFEFF',
  `"quotes" 'and' \\backslashes\\ \\u0000 \\n`,
  `'); DROP TABLE users; --`,
  '$1 ? :name @p %s ${x} {{y}}',
  'null',
  '12345678901234567890',
];

/** A record as large as the core lets it grow. */
function largeRecord(): MfaRecord {
  const record = sampleRecord();
  const [factor] = record.factors;
  if (factor === undefined || record.backupCodes === null) throw new Error('The sample has a factor.');
  const codes = { ...record.backupCodes, remaining: 100, secret: 'v1.'.padEnd(8192, 'Zx9_-') };
  const factors = TEXTS.map((label, index) => {
    const parameters = index % 2 === 0 ? ({ algorithm: 'SHA256', digits: 7 } as const) : {};
    return { ...factor, ...parameters, id: `f_${index}`, label, secret: 'v1.'.padEnd(400, 'Ab3_-') };
  });
  const spentChallenges = Array.from({ length: 50 }, (_, index) => ({
    id: `c_${index}`.padEnd(32, 'x'),
    expiresAt: SAMPLE_INSTANT + index,
  }));
  return {
    ...record,
    factors,
    pending: {
      factor: { ...factor, id: 'p' },
      backupCodes: codes,
      password: true,
      expiresAt: SAMPLE_INSTANT,
      failures: 9,
    },
    backupCodes: codes,
    enforcement: { from: SAMPLE_INSTANT },
    graceSince: SAMPLE_INSTANT,
    spentChallenges,
    devices: TEXTS.slice(0, 10).map((label, index) => ({
      id: `d_${index}`.padEnd(22, 'x'),
      digest: 'Ab3_-'.padEnd(43, 'Zx9'),
      previous: index % 2 === 0 ? null : 'Cd4_-'.padEnd(43, 'Zx9'),
      epoch: 1,
      label,
      createdAt: SAMPLE_INSTANT,
      lastUsedAt: SAMPLE_INSTANT,
      expiresAt: LAST_INSTANT,
      ...(index === 3 && { failures: 10 }),
    })),
  };
}

/** One event of each type, with nulls where they may stand. Typed so that a new type cannot be forgotten. */
const DETAILS: { readonly [T in Exclude<EventDetail['type'], 'forgotten'>]: Extract<EventDetail, { type: T }> } = {
  setup_started: { type: 'setup_started', factorId: 'f_1', kind: 'totp', provenBy: null },
  setup_voided: { type: 'setup_voided', factorId: 'f_1' },
  factor_added: { type: 'factor_added', factorId: 'f_1', kind: 'totp', first: true },
  factor_removed: {
    type: 'factor_removed',
    factorId: 'f_1',
    kind: 'totp',
    provenBy: { method: 'backup_code', factorId: null },
  },
  disabled: { type: 'disabled', provenBy: { method: 'totp', factorId: 'f_1' } },
  backup_codes_regenerated: {
    type: 'backup_codes_regenerated',
    count: 10,
    provenBy: { method: 'totp', factorId: 'f_1' },
  },
  verified: {
    type: 'verified',
    operation: 'stepUp',
    method: 'backup_code',
    factorId: null,
    failures: 3,
    backupCodesRemaining: 0,
  },
  attempt_charged: { type: 'attempt_charged', operation: 'login', failures: 1 },
  attempt_refused: { type: 'attempt_refused', operation: 'verify', reason: 'code_already_used', failures: 0 },
  account_locked: { type: 'account_locked', until: null, failures: 100 },
  account_unlocked: { type: 'account_unlocked', by: 'support' },
  imported: { type: 'imported', outcome: 'updated', source: 'old-app', factorIds: ['f_1', 'f_2'], backupCodes: 0 },
  enforced: { type: 'enforced', from: -LAST_INSTANT },
  exempted: { type: 'exempted' },
  break_glass: { type: 'break_glass', until: LAST_INSTANT, reason: 'Ticket 4711: “no phone”' },
  grace_started: { type: 'grace_started', until: LAST_INSTANT, rule: 'staff' },
  reset: { type: 'reset' },
  device_trusted: { type: 'device_trusted', deviceId: 'd_1', method: 'totp' },
  device_used: { type: 'device_used', deviceId: 'd_1' },
  device_forgotten: { type: 'device_forgotten', deviceId: null, by: 'support' },
  password_changed: { type: 'password_changed' },
  rekeyed: { type: 'rekeyed', keyId: 'k3Yc0g' },
  secret_unreadable: { type: 'secret_unreadable', operation: 'removeFactor' },
};

export const roundTripCases: CaseGroup = {
  async 'read: a large record comes back exactly, nulls and text of every script included'(target) {
    const large = version(largeRecord());
    await store(target, { userId: 'alice', next: large });
    await expectRecord(target, 'alice', large);
  },

  async 'read: integers up to 2^53-1 and the last instant come back exactly'(target) {
    const most = Number.MAX_SAFE_INTEGER;
    const sample = sampleRecord();
    const large = version({
      ...sample,
      epoch: most,
      factors: sample.factors.map((factor) => ({ ...factor, lastStep: most, createdAt: -LAST_INSTANT })),
      lockout: {
        failures: most,
        passwordFailures: most - 2,
        lockedUntil: LAST_INSTANT,
        streak: most - 1,
        passwordStreak: most - 3,
      },
      enforcement: { from: LAST_INSTANT },
      spentChallenges: [{ id: 'c', expiresAt: SAMPLE_INSTANT + 0.5 }],
      lastEventSeq: most - 2,
    });
    await store(target, { userId: 'alice', next: large });
    await expectRecord(target, 'alice', large);
  },

  async 'read: revisions of 1 to 32 characters come back exactly'(target) {
    const revisions = ['a', '0', '007', '1e3', 'x'.repeat(32), `'"\\%_;-- `, ' a ', 'NULL'];
    for (const [index, revision] of revisions.entries()) {
      const next = { ...version(index), revision };
      await store(target, { userId: 'alice', expected: revisions[index - 1] ?? null, next });
      await expectRecord(target, 'alice', next);
    }
  },

  async 'events: every type comes back exactly as it went in'(target) {
    const details: readonly EventDetail[] = Object.values(structuredClone(DETAILS));
    const events = details.map((detail, index): MfaEvent => ({
      userId: 'alice',
      seq: index + 1,
      at: SAMPLE_INSTANT,
      ...detail,
    }));
    await storeHistory(target, 'alice', events);
    await expectEvents(target, 'alice', events);
  },

  async 'events: ip and userAgent come back exactly, or stay absent'(target) {
    const origins = [
      {},
      { ip: '2001:db8:85a3::8a2e:370:7334%eth0' },
      { userAgent: 'Mozilla/5.0 ("x"; ’y’) 👾'.padEnd(256, '…') },
      { ip: '', userAgent: '' },
      ...TEXTS.map((text) => ({ ip: '192.0.2.7', userAgent: text })),
    ];
    const events = origins.map((origin, index): MfaEvent => {
      const { ip: _sample, ...event } = sampleEvent('alice', index + 1);
      return { ...event, ...origin };
    });
    await storeHistory(target, 'alice', events);
    await expectEvents(target, 'alice', events);
  },
};
