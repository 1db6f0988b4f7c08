import { MfaError } from '@mfakit/core';
import { expect, test } from 'vitest';
import { problemOf } from './refusals.ts';

test('a refusal becomes its problem', () => {
  const locked = new MfaError('locked', { retryAt: new Date(61_000) });
  const reply = problemOf(locked, 0);
  expect(reply).toMatchObject({ status: 423, headers: { 'retry-after': '61', 'cache-control': 'no-store' } });
  expect(JSON.parse(reply?.body ?? '')).toMatchObject({ detail: 'Account locked. Try again in 2 minutes.' });
});

test('without a clock it is the system’s', () => {
  const locked = new MfaError('locked', { retryAt: new Date(Date.now() + 59_000) });
  expect(JSON.parse(problemOf(locked)?.body ?? '')).toMatchObject({
    detail: 'Account locked. Try again in 1 minutes.',
  });
});

test('anything else is the host’s', () => {
  expect(problemOf(new Error('locked'))).toBeNull();
  expect(problemOf({ code: 'locked' })).toBeNull();
});
