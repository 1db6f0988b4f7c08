/** Cases of values that look like something else: text that looks like a date stays text, and no digit is lost. */
import type { MfaEvent } from '@mfakit/core';
import { SAMPLE_INSTANT, sampleEvent, sampleRecord, version } from '../samples.ts';
import { expectEvents, expectRecord, store } from '../steps.ts';
import type { CaseGroup } from '../store-case.ts';

/** Text that drivers and JSON readers are known to revive as dates, numbers, bytes and objects. */
const TEXTS: readonly string[] = [
  '2026-11-22T12:34:56.789Z',
  '2026-11-22T12:34:56Z',
  '2026-11-22T01:00:00+02:00',
  '2026-11-22 12:34:56',
  '2026-11-22',
  '/Date(1795305600000)/',
  'Sun, 22 Nov 2026 12:34:56 GMT',
  '12:34:56',
  '1795305600000',
  '007',
  '1e3',
  '0x1F',
  '-0',
  '9007199254740993n',
  'true',
  'NaN',
  'Infinity',
  'undefined',
  'null',
  '{"$date":"2026-11-22T12:34:56Z"}',
  '{"a":1}',
  '[1]',
  '[object Object]',
  '__proto__',
  'AAECAwQ=',
  'data:text/plain;base64,AAEC',
  '%20+%2B',
  '&amp;',
];

/** Five labels a record: core lets no user have more factors, unless its options say so. */
const FACTORS = 5;

/** All have 16 digits, and need the last of them. */
const DIGITS = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, 4_503_599_627_370_497, 1_234_567_890_123_457];

export const lookAlikeCases: CaseGroup = {
  async 'read: text that looks like a date, a number or an object stays text'(target) {
    const sample = sampleRecord();
    const [factor] = sample.factors;
    if (factor === undefined) throw new Error('The sample has a factor.');
    for (let from = 0; from < TEXTS.length; from += FACTORS) {
      const factors = TEXTS.slice(from, from + FACTORS).map((text) => ({ ...factor, id: text, label: text }));
      const next = version({ ...sample, factors });
      await store(target, { userId: `user-${from}`, next });
      await expectRecord(target, `user-${from}`, next);
    }
  },

  async 'events: text that looks like a date, a number or an object stays text'(target) {
    const events = TEXTS.map((text, index): MfaEvent => ({
      ...sampleEvent('alice', index + 1, text),
      userAgent: text,
      actor: text,
    }));
    let expected: string | null = null;
    for (const event of events) {
      const next = version();
      await store(target, { userId: 'alice', expected, next, events: [event] });
      expected = next.revision;
    }
    await expectEvents(target, 'alice', events);
  },

  async 'read: no digit of a number is lost'(target) {
    for (const [index, most] of DIGITS.entries()) {
      const next = version({
        ...sampleRecord(),
        epoch: most,
        lastEventSeq: most,
        // 17 digits, as the slow bucket leaks.
        guesses: { level: 3.3000000000000003 - index / 3, at: SAMPLE_INSTANT + 0.1 },
      });
      await store(target, { userId: `user-${index}`, next });
      await expectRecord(target, `user-${index}`, next);
    }
  },

  async 'events: no digit of a number is lost'(target) {
    const events = DIGITS.toReversed().map((most, index): MfaEvent => ({
      userId: 'alice',
      seq: most - 1,
      at: SAMPLE_INSTANT + index,
      type: 'account_locked',
      until: Math.min(most, 8.64e15 - index),
      failures: most,
    }));
    const ascending = events.toSorted((one, other) => one.seq - other.seq);
    await store(target, { userId: 'alice', next: version(), events: ascending });
    await expectEvents(target, 'alice', ascending);
  },
};
