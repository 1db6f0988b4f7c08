import { MfaError } from '@mfakit/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { logError } from './log-error.ts';

function logged(error: unknown): readonly unknown[] {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => log.mockRestore());
  logError(error);
  return log.mock.calls.splice(0).flat();
}

const refusal = (cause: unknown): MfaError => new MfaError('store_unavailable', { cause });
const SENTENCE = 'mfakit: store_unavailable: The store did not answer as it should. Try again later.';

test('a refusal is one line: its code, its sentence, and its causes with their codes', () => {
  const driver = Object.assign(new Error('relation "mfa_record" does not exist'), { code: '42P01' });
  const store = new Error('The table is missing: run migrate.', { cause: driver });
  expect(logged(refusal(store))).toEqual([
    `${SENTENCE}: Error: The table is missing: run migrate.: Error 42P01: relation "mfa_record" does not exist`,
  ]);
  expect(logged(new MfaError('secret_unreadable'))).toEqual([
    'mfakit: secret_unreadable: A stored secret cannot be read with the configured keys.',
  ]);
});

test('no second line of a message, no password of a URL, no quote of a parser, nothing that forges a line', () => {
  const wrapped = new Error('Failed query: SELECT 1\nparams: sealed-secret');
  expect(logged(refusal(wrapped))).toEqual([`${SENTENCE}: Error: Failed query: SELECT 1`]);
  const url = new TypeError('Invalid URL: postgres://app:hunter2@db.internal/app');
  expect(logged(refusal(url))).toEqual([`${SENTENCE}: TypeError: Invalid URL: postgres://***@db.internal/app`]);
  const parser = (() => {
    try {
      return JSON.parse('hunter2');
    } catch (error) {
      return error;
    }
  })();
  expect(logged(refusal(parser))).toEqual([`${SENTENCE}: SyntaxError: not JSON`]);
  const forged = Object.assign(new Error('a\u2028b\u{1b}[31mc'), { code: 'x\ny' });
  expect(logged(refusal(forged))).toEqual([`${SENTENCE}: Error x y: a b [31mc`]);
});

test('a long message is cut, and causes that go in circles end', () => {
  const circle = new Error('x'.repeat(1000));
  circle.cause = circle;
  const [line] = logged(refusal(circle));
  expect(String(line).length).toBeLessThan(1500);
  expect(String(line).split(': Error: ')).toHaveLength(5);
  expect(logged(refusal('hunter2'))).toEqual([SENTENCE]);
});

test('any other error is the host’s, and logged as it is', () => {
  const error = new Error('no session store');
  expect(logged(error)).toEqual([error]);
});
