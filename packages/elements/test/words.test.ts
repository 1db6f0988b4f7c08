/** Words: every code and event has a sentence, in English and in any language that fits the type. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WireEvent } from '@mfakit/http';
import { CONTRACT_SENTENCES } from '../../http/src/sentences/en.ts';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { Told } from '../src/machines.ts';
import { eventSentence, isWorthShowing } from '../src/words/event-sentence.ts';
import { en } from '../src/words/en.ts';
import { count, fill, languageOf, sentence, span } from '../src/words/say.ts';
import { pseudo } from './pseudo.ts';

const speaker = { app: 'Acme', lang: 'en', words: en };
const say = (told: object): string => sentence(told as Told, speaker);

describe('refusals', () => {
  const codes = Object.keys(CONTRACT_SENTENCES);

  test.each(codes)('%s has a sentence for people', (code) => {
    const said = say({ code });
    expect(said).toMatch(/^[A-Z].*\.$/s);
    expect(said).not.toMatch(/[{}_]|MFA|2FA|TOTP|factor|credential|token|WebAuthn|invalid|enroll|please|sorry|oops|!/i);
  });

  property.prop([fc.string(), fc.string(), fc.string()])(
    'whatever a server sends, nothing of it is shown',
    (code, detail, field) => {
      const said = say({ code: `${code}_x`, detail: `<${detail}>`, field });
      expect(said).toBe('Something went wrong on our side. Try again in a moment.');
    },
  );

  test('names of what every object has are no codes', () => {
    for (const code of ['constructor', '__proto__', 'toString', 'hasOwnProperty'])
      expect(say({ code })).toBe(en.refusals.internal_error);
  });

  test('the field decides what is wrong with the input', () => {
    expect(say({ code: 'invalid_input', field: 'code' })).toBe('Enter the 6 digits your app shows.');
    expect(say({ code: 'invalid_input', field: 'label' })).toBe('Use a shorter name.');
    expect(say({ code: 'invalid_input', field: 'password' })).toBe('Check this and try again.');
  });

  test('few tries are told, many are not', () => {
    const wrong = 'That code isn’t right. Check the app and try again.';
    expect([9, 5, 1, 0].map((triesLeft) => say({ code: 'invalid_code', triesLeft }))).toEqual([
      wrong,
      `${wrong} 5 tries left.`,
      `${wrong} 1 try left.`,
      `${wrong} That was the last try for now.`,
    ]);
  });

  test('a lock that ends says when; one that does not says who helps', () => {
    expect(say({ code: 'locked', retryAt: Date.now() + 29.5 * 60_000 })).toBe(
      'Too many wrong tries. You can try again in 30 minutes.',
    );
    expect(say({ code: 'locked' })).toBe('Too many wrong tries. Contact support to get back in.');
  });
});

describe('spans', () => {
  test.each([
    [0, '1 second'],
    [1000, '1 second'],
    [59_000, '59 seconds'],
    [59_001, '1 minute'],
    [60_001, '2 minutes'],
    [3_540_001, '1 hour'],
    [7_200_001, '3 hours'],
  ])('%d ms is %s: nobody comes too early', (ms, said) => {
    expect(span(en.shared, ms, 'en')).toBe(said);
  });

  test('each language has its own plurals and digits', () => {
    const days = { one: '{n} den', few: '{n} dny', other: '{n} dní' };
    expect([1, 2, 5].map((n) => count(days, n, 'cs'))).toEqual(['1 den', '2 dny', '5 dní']);
    expect(count({ other: '{n}' }, 30, 'ar-EG')).toBe('٣٠');
  });
});

describe('events', () => {
  const source = readFileSync(join(import.meta.dirname, '../../core/src/events.ts'), 'utf8');
  const types = [...source.matchAll(/readonly type: '(\w+)'/g)].map(([, type = '']) => type);

  test.each(types)('%s has a sentence, or is nobody’s business', (type) => {
    const event = { seq: 1, at: '2026-01-01T00:00:00Z', type } as WireEvent;
    if (!isWorthShowing(event)) return;
    const said = eventSentence(event, en.manage.events, 'Acme');
    expect(said).toMatch(/^[A-Z]/);
    expect(said).not.toBe(en.manage.events.unknown);
    expect(said).not.toMatch(/[{}_]/);
  });

  test('an event of a type that came later is told as well', () => {
    const event = { seq: 1, at: '2026-01-01T00:00:00Z', type: 'moved_to_mars' } as WireEvent;
    expect(eventSentence(event, en.manage.events, 'Acme')).toBe('Security setting changed');
  });
});

test('a gap for which there is nothing stays as it is, and a value is no gap', () => {
  expect(fill('{a} {b} {c}', { a: '{b}', b: 2 })).toBe('{b} 2 {c}');
});

test('in the pseudo-language no sentence is English', () => {
  const words = pseudo(en);
  const said = sentence({ code: 'required_by_policy' }, { app: 'Acme', lang: 'en', words });
  expect(said).toContain('Acme');
  expect(said.replace('Acme', '')).not.toMatch(/[A-Za-z]{2}/);
});

test('a language that Intl cannot read is none: the next one is taken', () => {
  expect(languageOf('ar', 'en-US')).toBe('ar');
  expect(languageOf(undefined, 'de-AT')).toBe('de-AT');
  expect(languageOf('', 'en_US', 'pl')).toBe('pl');
  expect(languageOf('en-US@posix')).toBe('en');
});
