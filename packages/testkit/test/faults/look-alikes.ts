/** Faults of look-alikes: text that is taken for a date, a number or an object, and numbers that lose digits. */
import type { MfaEvent, MfaRecord, MfaStore } from '@mfakit/core';
import type { BrokenStore } from '../broken-store.ts';

const RECORD_TEXT = 'read: text that looks like a date, a number or an object stays text';
const EVENT_TEXT = 'events: text that looks like a date, a number or an object stays text';
const RECORD_DIGITS = 'read: no digit of a number is lost';
const EVENT_DIGITS = 'events: no digit of a number is lost';

type ChangeValue = (value: string | number) => unknown;

/** Changes every value but ids and revisions. */
function revive(document: unknown, change: ChangeValue): unknown {
  return JSON.parse(JSON.stringify(document), (key, value: unknown) => {
    const changes = typeof value === 'string' ? key !== 'userId' && key !== 'revision' : typeof value === 'number';
    return changes ? change(value as string | number) : value;
  });
}

/** Changes the values of records, or of events, on their way out. */
const reviving =
  (change: ChangeValue, what: 'record' | 'events') =>
  (sound: MfaStore): Partial<MfaStore> =>
    what === 'events'
      ? { events: async (userId, page) => revive(await sound.events(userId, page), change) as MfaEvent[] }
      : {
          async read(userId) {
            const stored = await sound.read(userId);
            return stored && { ...stored, record: revive(stored.record, change) as MfaRecord };
          },
        };

const texts =
  (change: (text: string) => unknown) =>
  (value: string | number): unknown =>
    typeof value === 'string' ? change(value) : value;
const numbers =
  (change: (number: number) => number) =>
  (value: string | number): unknown =>
    typeof value === 'number' ? change(value) : value;

const both = (name: string, change: ChangeValue, kind: 'text' | 'digits'): BrokenStore[] => [
  {
    name: `${name}, in records`,
    breaks: reviving(change, 'record'),
    fails: [kind === 'text' ? RECORD_TEXT : RECORD_DIGITS],
  },
  {
    name: `${name}, in events`,
    breaks: reviving(change, 'events'),
    fails: [kind === 'text' ? EVENT_TEXT : EVENT_DIGITS],
  },
];

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Gives the text itself if it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const lookAlikeFaults: readonly BrokenStore[] = [
  ...both(
    'revives dates',
    texts((text) => (ISO.test(text) ? new Date(text) : text)),
    'text',
  ),
  ...both(
    'writes every date in one form',
    texts((text) => (ISO.test(text) ? new Date(text).toISOString() : text)),
    'text',
  ),
  ...both(
    'reads a day as a date',
    texts((text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text)),
    'text',
  ),
  ...both(
    'reads numbers in text',
    texts((text) => (/^\d+$/.test(text) ? Number(text) : text)),
    'text',
  ),
  ...both('reads text that is JSON', texts(parsed), 'text'),
  ...both(
    'takes the text of null for null',
    texts((text) => (text === 'null' ? null : text)),
    'text',
  ),
  ...both(
    'reads entities in text',
    texts((text) => text.replaceAll('&amp;', '&')),
    'text',
  ),
  ...both(
    'takes a plus for a space',
    texts((text) => text.replaceAll('+', ' ')),
    'text',
  ),
  ...both(
    'keeps 15 digits of a number',
    numbers((number) => Number(number.toPrecision(15))),
    'digits',
  ),
  ...both(
    'keeps 52 bits of a number',
    numbers((number) => (number > 2 ** 52 ? number - (number % 2) : number)),
    'digits',
  ),
  {
    name: 'keeps 16 digits of a number',
    breaks: reviving(
      numbers((number) => Number(number.toPrecision(16))),
      'record',
    ),
    fails: [RECORD_DIGITS],
  },
  { name: 'keeps whole numbers', breaks: reviving(numbers(Math.round), 'record'), fails: [RECORD_DIGITS] },
];
