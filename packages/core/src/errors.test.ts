import { afterEach, describe, expect, test } from 'vitest';
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

/** Refusals that guesses and floods bring about. All others are for a developer to look into. */
const WITHOUT_STACK: readonly MfaErrorCode[] = [
  'invalid_code',
  'clock_ahead',
  'clock_behind',
  'code_already_used',
  'two_codes_required',
  'invalid_backup_code',
  'invalid_password',
  'invalid_assertion',
  'unknown_credential',
  'invalid_token',
  'token_used',
  'session_revoked',
  'locked',
  'busy',
  'contention',
];

function framesOf(code: MfaErrorCode): number {
  return new MfaError(code).stack?.match(/^ +at /gm)?.length ?? 0;
}

describe('stacks', () => {
  const original = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') ?? {};
  afterEach(() => void Object.defineProperty(Error, 'stackTraceLimit', original));

  test.each(CODES)('%s', (code) => {
    expect(framesOf(code) === 0).toBe(WITHOUT_STACK.includes(code));
    expect(new MfaError(code).stack).toContain(new MfaError(code).message);
  });

  test('the limit of the runtime is as it was, also after an error that could not be made', () => {
    Error.stackTraceLimit = 7;
    const locked = new MfaError('locked');
    expect(locked).toBeInstanceOf(Error);
    expect(Error.stackTraceLimit).toBe(7);
    const unreadable = {
      toString() {
        throw new Error('no text');
      },
    };
    expect(() => new MfaError('locked', { message: unreadable as unknown as string })).toThrow('no text');
    expect(Error.stackTraceLimit).toBe(7);
  });

  test('a runtime without the limit gets none', () => {
    Reflect.deleteProperty(Error, 'stackTraceLimit');
    expect(new MfaError('locked').code).toBe('locked');
    expect('stackTraceLimit' in Error).toBe(false);
  });

  test('where the limit cannot be set, the error has a stack', () => {
    Object.defineProperty(Error, 'stackTraceLimit', { value: 5, writable: false, configurable: true });
    expect(framesOf('locked')).toBe(5);
    expect(Error.stackTraceLimit).toBe(5);
  });
});
