import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MfaError, type MfaErrorCode } from '@mfakit/core';
import { expect, test } from 'vitest';
import { stage } from '../harness.ts';
import { withPasskeys } from '../passkeys/passkey-harness.ts';
import { CASES } from './state-cases.ts';

test.each(CASES.map((each) => [each.call, each.code, each.when ?? '', each] as const))(
  '%s refuses with %s %s',
  async (_call, code, _when, { provoke, forever }) => {
    const attempt = await provoke(stage(withPasskeys()));
    const error = await attempt().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(MfaError);
    if (!(error instanceof MfaError)) return;
    expect(error.code).toBe(code);
    expect(error.name).toBe('MfaError');
    expect(error.message).toMatch(/^[A-Z].*\.$/);
    expect(error.message).not.toMatch(/\bann\b|123456|correct horse/);
    expect(error.field).toBeUndefined();
    expect(error.retryAt instanceof Date).toBe(code === 'locked' && forever !== true);
    expect(error.retryAt === undefined).toBe(code !== 'locked');
  },
);

/** What many calls share: tests of bad input, of store faults, of sessions and of hashers provoke it. */
const SHARED: readonly string[] = ['invalid_input', 'store_unavailable', 'session_revoked', 'hasher_unavailable'];

test('api.ts documents every refusal that is provoked, and no other', () => {
  const source = readFileSync(fileURLToPath(new URL('../../src/api.ts', import.meta.url)), 'utf8');
  const provoked = new Set(CASES.map(({ call, code }) => `${call}: ${code}`));
  const calls = [...source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+(\w+)\(/g)];
  const documented = calls.flatMap(([, comment = '', call = '']) => {
    const [, refusals = ''] = comment.split('@throws {MfaError}');
    const codes = [...refusals.matchAll(/`([a-z]+(?:_[a-z]+)+|busy|locked)`/g)].map(([, code = '']) => code);
    return codes.filter((code) => !SHARED.includes(code)).map((code) => `${call}: ${code}`);
  });
  expect(calls.length).toBeGreaterThan(15);
  expect([...new Set(documented)].toSorted()).toEqual([...provoked].toSorted());
});

test('every refusal code is provoked here or in the tests of bad input and of store faults', () => {
  const codes: Readonly<Record<MfaErrorCode, 'here' | 'elsewhere'>> = {
    invalid_code: 'here',
    code_already_used: 'here',
    invalid_backup_code: 'here',
    invalid_password: 'here',
    locked: 'here',
    not_enabled: 'here',
    already_enabled: 'here',
    setup_not_started: 'here',
    setup_expired: 'here',
    setup_voided: 'here',
    setup_replaced: 'here',
    setup_confirmed: 'here',
    clock_ahead: 'here',
    clock_behind: 'here',
    invalid_token: 'here',
    token_used: 'here',
    enforcement_not_pending: 'here',
    proof_required: 'here',
    sign_in_required: 'here',
    required_by_policy: 'here',
    factor_not_found: 'here',
    device_not_found: 'here',
    too_many_factors: 'here',
    invalid_input: 'elsewhere',
    contention: 'elsewhere',
    store_unavailable: 'elsewhere',
    secret_unreadable: 'here',
    busy: 'here',
    hasher_unavailable: 'elsewhere',
    session_revoked: 'elsewhere',
    record_outdated: 'here',
    two_codes_required: 'here',
    invalid_assertion: 'here',
    unknown_credential: 'here',
    counter_regressed: 'here',
    backup_eligibility_changed: 'here',
    invalid_registration: 'here',
    already_registered: 'here',
    password_required: 'here',
    not_offered: 'here',
  };
  const expected = Object.entries(codes).flatMap(([code, where]) => (where === 'here' ? [code] : []));
  expect([...new Set<string>(CASES.map(({ code }) => code))].sort()).toEqual(expected.sort());
});

test('R-66 no two refusals differ in more than code, message, field, retryAt and triesLeft', async () => {
  const shapes = new Set<string>();
  for (const { provoke } of CASES.filter(({ call }) => call === 'verify' || call === 'stepUp')) {
    const attempt = await provoke(stage(withPasskeys()));
    const error = await attempt().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    shapes.add(
      Object.keys(error ?? {})
        .sort()
        .join(),
    );
  }
  expect([...shapes]).toEqual(['code,field,name,retryAt,triesLeft']);
});
