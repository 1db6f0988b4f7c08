import { expect, test } from 'vitest';
import { invalidInput, MfaError, type MfaErrorCode } from './errors.ts';

/** Every code, as the compiler sees to it. */
const CODES = Object.keys({
  invalid_code: true,
  code_already_used: true,
  invalid_backup_code: true,
  invalid_password: true,
  locked: true,
  not_enabled: true,
  already_enabled: true,
  setup_not_started: true,
  setup_expired: true,
  setup_voided: true,
  setup_replaced: true,
  setup_confirmed: true,
  clock_ahead: true,
  clock_behind: true,
  invalid_token: true,
  token_used: true,
  enforcement_not_pending: true,
  proof_required: true,
  sign_in_required: true,
  required_by_policy: true,
  factor_not_found: true,
  device_not_found: true,
  too_many_factors: true,
  invalid_input: true,
  contention: true,
  store_unavailable: true,
  secret_unreadable: true,
  busy: true,
  hasher_unavailable: true,
  session_revoked: true,
  record_outdated: true,
  two_codes_required: true,
  invalid_assertion: true,
  unknown_credential: true,
  counter_regressed: true,
  backup_eligibility_changed: true,
  invalid_registration: true,
  already_registered: true,
  password_required: true,
  not_offered: true,
} satisfies Record<MfaErrorCode, true>) as MfaErrorCode[];

test('each code has sentences of its own', () => {
  const messages = CODES.map((code) => new MfaError(code).message);
  for (const message of messages) expect(message).toMatch(/^[A-Z].*\.$/);
  expect(new Set(messages).size).toBe(CODES.length);
});

test('an error says what it is, and carries what it is given and nothing else', () => {
  const retryAt = new Date(0);
  const cause = new Error('why');
  expect(new MfaError('locked', { retryAt, cause })).toMatchObject({
    name: 'MfaError',
    code: 'locked',
    retryAt,
    cause,
  });
  expect(new MfaError('busy', { message: 'Wait.' })).toMatchObject({ message: 'Wait.', field: undefined });
  expect(new MfaError('busy')).not.toHaveProperty('cause');
  expect(new MfaError('busy').retryAt).toBeUndefined();
  const refused = invalidInput('code', 'must be 6 digits');
  expect(refused).toMatchObject({ code: 'invalid_input', field: 'code', message: 'code must be 6 digits.' });
});
