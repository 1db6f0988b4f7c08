/** Every fixture is read, and gives the secret, the parameters, the last step and the codes that its source knew. */
import type { ImportedCodes } from '@mfakit/core';
import { base32nopad } from '@scure/base';
import { Secret, TOTP } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { CASES, FIXTURES } from './fixtures.ts';
import { read } from './read.ts';

test('there are 21 fixtures, and each has a case', () => {
  expect(FIXTURES).toHaveLength(21);
  expect(new Set(CASES.map((one) => one.fixture)).size).toBe(21);
});

const DOCUMENTS = new Map(CASES.map((one) => [one, read(one)]));

describe.each(CASES)('$fixture: $name', (one) => {
  const users = DOCUMENTS.get(one)?.users ?? [];
  const [user] = users;

  test('one user with its factors', () => {
    expect(users.map(({ userId }) => userId)).toEqual([one.userId]);
    expect(user?.source).toBe(one.source);
    expect(user?.factors).toHaveLength(one.factors.length);
  });

  test.each(one.factors.map((oracle, index) => ({ oracle, index })))('factor $index', ({ oracle, index }) => {
    const factor = user?.factors[index];
    if (factor === undefined) throw new Error('no factor');
    const { secret, algorithm, digits, periodSeconds } = factor;
    // The fixtures that tell none have the secret in their column.
    expect(base32nopad.encode(secret)).toBe(oracle.secretBase32 ?? Reflect.get(Object(one.document), 'secret'));
    expect({ algorithm, digits, periodSeconds }).toEqual({
      algorithm: oracle.algorithm,
      digits: oracle.digits,
      periodSeconds: oracle.periodSeconds,
    });
    // The time of a use tells the step but for the clock of the device, so the one after it is void, too.
    const margin = one.source === 'jtwebb' ? 1 : 0;
    expect(factor.lastStep).toBe(typeof oracle.lastStep === 'number' ? oracle.lastStep + margin : undefined);
    const totp = new TOTP({
      secret: Secret.fromHex(Buffer.from(secret).toString('hex')),
      algorithm: algorithm ?? '',
      digits: digits ?? 0,
      period: periodSeconds ?? 0,
    });
    for (const { at, code } of oracle.accepted)
      expect(totp.validate({ token: code, timestamp: at * 1000 })).not.toBeNull();
    for (const { at, code } of oracle.refused) expect(totp.validate({ token: code, timestamp: at * 1000 })).toBeNull();
  });

  test('the unspent backup codes, and no other', () => {
    const unspent = one.backupCodes.filter(({ used }) => !used).map(({ code }) => code);
    const expected = one.codesUnusable ? [] : unspent;
    expect(entriesOf(user?.backupCodes)).toHaveLength(expected.length);
    const inClear = user?.backupCodes !== undefined && 'codes' in user.backupCodes;
    expect(new Set(inClear ? entriesOf(user.backupCodes) : expected)).toEqual(new Set(expected));
    expect(user?.warnings).toEqual(one.codesUnusable ? ['codes_unusable'] : undefined);
  });
});

test('what the sources skip', () => {
  for (const one of CASES) {
    const table =
      one.source === 'django-otp' ? 'otp_totp_totpdevice' : 'authentik_stages_authenticator_totp_totpdevice';
    const expected = one.fixture.startsWith('django-otp') ? [`${table}/3 unconfirmed`, `${table}/4 t0`] : [];
    const told = DOCUMENTS.get(one)?.skipped.map(({ reason, row }) => `${row} ${reason}`);
    expect(told, `${one.fixture}: ${one.name}`).toEqual(expected);
  }
});

function entriesOf(set: ImportedCodes | undefined): readonly unknown[] {
  if (set === undefined) return [];
  return 'codes' in set ? set.codes : 'hashes' in set ? set.hashes : set.prehashed;
}
