import { expect, test } from 'vitest';
import { CONTRACT_SENTENCES, contractSentence, pageSentence } from './en.ts';

const CODES = Object.keys(CONTRACT_SENTENCES) as (keyof typeof CONTRACT_SENTENCES)[];

test.each([
  [1, '1 minute'],
  [60, '1 minute'],
  [61, '2 minutes'],
  [1800, '30 minutes'],
  [3540, '59 minutes'],
  [3541, '1 hour'],
  [3600, '1 hour'],
  [3601, '2 hours'],
  [10_800, '3 hours'],
  [86_400, '24 hours'],
])('a lock of %i seconds ends in %s, on the wire and on pages', (retry_after, time) => {
  const problem = { type: 'about:blank', title: 'Locked', status: 423, code: 'locked', retry_after } as const;
  const sentence = `Account locked. Try again in ${time}.`;
  expect(contractSentence(problem)).toBe(sentence);
  expect(pageSentence({ ...problem, detail: '' })).toBe(sentence);
});

test('pages never speak of TOTP, MFA or factors, and send people to support by asking', () => {
  for (const code of CODES) {
    const sentence = pageSentence({ code, detail: CONTRACT_SENTENCES[code] });
    expect(sentence).not.toMatch(/TOTP|MFA|factor|Contact support/i);
  }
  expect(pageSentence({ code: 'locked', detail: '' })).toBe('Account locked. Ask support to unlock it.');
});

test('a code that is not ours is told by its detail', () => {
  for (const code of ['rate_limited', 'constructor', undefined]) {
    expect(pageSentence({ code, detail: 'Slow down' })).toBe('Slow down');
  }
});
