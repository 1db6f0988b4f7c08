import { MfaError } from '@mfakit/core';
import { expect, test, vi } from 'vitest';
import { problemOf } from './refusals.ts';
import type { Sentence } from './sentence.ts';

test('a refusal becomes its problem', () => {
  const locked = new MfaError('locked', { retryAt: new Date(61_000) });
  const reply = problemOf(locked, 0);
  expect(reply).toMatchObject({ status: 423, headers: { 'retry-after': '61', 'cache-control': 'no-store' } });
  expect(JSON.parse(reply?.body ?? '')).toMatchObject({ detail: 'Account locked. Try again in 2 minutes.' });
});

test('without a clock it is the system’s', () => {
  const locked = new MfaError('locked', { retryAt: new Date(Date.now() + 59_000) });
  expect(JSON.parse(problemOf(locked)?.body ?? '')).toMatchObject({
    detail: 'Account locked. Try again in 1 minute.',
  });
});

/** What the reply says in the host’s words. */
const detailOf = (sentence: Sentence): unknown => {
  const { body } = problemOf(new MfaError('invalid_code'), 0, sentence) ?? {};
  return (JSON.parse(body ?? '') as { detail: unknown }).detail;
};

test('a host’s own words, and English if they are none', () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(detailOf(({ code }) => (code === 'invalid_code' ? 'Falscher Code' : undefined))).toBe('Falscher Code');
  expect(detailOf(() => undefined)).toBe('Invalid code');
  expect(log).not.toHaveBeenCalled();
  expect(detailOf((async () => 'Later') as unknown as Sentence)).toBe('Invalid code');
  const mistake = new Error('no such language');
  const broken = (): string => {
    throw mistake;
  };
  expect(detailOf(broken)).toBe('Invalid code');
  expect(log.mock.calls).toEqual([[expect.any(TypeError)], [mistake]]);
  log.mockRestore();
});

test('anything else is the host’s', () => {
  expect(problemOf(new Error('locked'))).toBeNull();
  expect(problemOf({ code: 'locked' })).toBeNull();
});
