import { ClientProblem } from '@mfakit/http/client';
import { PasskeyError, type PasskeyErrorCode } from '@mfakit/http/client/passkeys';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { toTold } from '../../src/machines/told.ts';

const NOW = 1_000_000;

afterEach(() => void vi.unstubAllGlobals());

function refusal(problem: object): ClientProblem {
  const body = { type: 'about:blank', title: '', status: 401, detail: 'a sentence of the server', ...problem };
  return new ClientProblem(401, body as ConstructorParameters<typeof ClientProblem>[1]);
}

test.each([
  ['invalid_code', 'code'],
  ['clock_ahead', 'code'],
  ['clock_behind', 'code'],
  ['code_already_used', 'code'],
  ['two_codes_required', 'next_code'],
  ['invalid_backup_code', 'backup_code'],
  ['invalid_password', 'password'],
  ['proof_required', 'password'],
])('%s is about the field %s', (code, field) => {
  expect(toTold(refusal({ code }), NOW)).toEqual({ code, field });
});

const errors = (path: string): object => ({ errors: [{ path, message: 'Must be shorter', code: 'too_long' }] });

test('a refusal of a field names it; one of a field that no form of ours has names none', () => {
  expect(toTold(refusal({ code: 'invalid_input', ...errors('label') }), NOW)).toEqual({
    code: 'invalid_input',
    field: 'label',
  });
  expect(toTold(refusal({ code: 'invalid_input', ...errors('mfa_token') }), NOW)).toEqual({ code: 'invalid_input' });
});

test('a lock tells when it ends, and a wrong code how many tries are left', () => {
  expect(toTold(refusal({ code: 'locked', retry_after: 90 }), NOW)).toEqual({ code: 'locked', retryAt: NOW + 90_000 });
  expect(toTold(refusal({ code: 'invalid_code', tries_left: 0 }), NOW)).toMatchObject({ triesLeft: 0 });
});

describe('what a prompt for a passkey came to', () => {
  test.each<[PasskeyErrorCode, string]>([
    ['cancelled', 'passkey_cancelled'],
    ['unsupported', 'passkey_unsupported'],
    ['wrong_site', 'passkey_wrong_site'],
    ['failed', 'passkey_failed'],
    ['already_registered', 'already_registered'],
  ])('%s is told as %s', (code, told) => {
    expect(toTold(new PasskeyError(code), NOW)).toEqual({ code: told });
  });

  test('one that the page itself called off is told to nobody', () => {
    expect(toTold(new PasskeyError('aborted'), NOW)).toBeNull();
  });
});

test.each([
  [502, 'no_answer'],
  [504, 'no_answer'],
  [500, 'internal_error'],
  [403, 'internal_error'],
])('an answer of status %d that is none of the contract is told as %s', (status, code) => {
  expect(toTold(new ClientProblem(status, null), NOW)).toEqual({ code });
});

test('without an answer: offline if the browser says so', () => {
  expect(toTold(new TypeError('fetch failed'), NOW)).toEqual({ code: 'no_answer' });
  vi.stubGlobal('navigator', { onLine: false });
  expect(toTold(new TypeError('fetch failed'), NOW)).toEqual({ code: 'offline' });
});

test('a client of another copy of the package is understood', () => {
  const foreign = Object.assign(new Error('refused'), {
    name: 'ClientProblem',
    status: 401,
    problem: { code: 'invalid_code' },
  });
  expect(toTold(foreign, NOW)).toEqual({ code: 'invalid_code', field: 'code' });
});
