/** Faults of keys: one user's keys taken for those of another, and ids that something on the way decodes. */
import { posix } from 'node:path';
import { foldIds, type BrokenStore } from '../broken-store.ts';
import { keyedStore, SOUND_KEYS, type Keys } from '../keyed-store.ts';

const KEYS = 'user ids: those that look like keys of one another are different users';
const DECODED = 'user ids: text that URLs and paths decode is plain text';

const keyed = (name: string, keys: Partial<Keys>): BrokenStore => ({
  name,
  breaks: () => keyedStore({ ...SOUND_KEYS, ...keys }),
  fails: [KEYS],
});

/** Events are listed by a prefix that the id of another user may begin with, too. */
const byPrefix = (separator: string): BrokenStore =>
  keyed(`lists the events of a user by the prefix id and "${separator}"`, {
    event: (userId, seq) => `event ${userId}${separator}${seq}`,
    isEventOf: (key, userId) => key.startsWith(`event ${userId}${separator}`),
  });

const folding = (name: string, fold: (userId: string) => string): BrokenStore => ({
  name,
  breaks: foldIds(fold),
  fails: [DECODED],
});

/** Gives the text itself if it cannot be decoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const keyFaults: readonly BrokenStore[] = [
  ...['', ':', '/', '#', '|', '.', '-', '_', ','].map(byPrefix),
  keyed('joins id and number without a mark between', { event: (userId, seq) => `event ${userId}${seq}` }),
  keyed('has the events of one user where the record of another may be', {
    record: (userId) => `user:${userId}`,
    event: (userId, seq) => `user:${userId}:${seq}`,
    isEventOf: (key, userId) => key.startsWith(`user:${userId}:`),
  }),
  keyed('has records under the id alone, and events under names of its own', {
    record: (userId) => userId,
    event: (userId, seq) => `${userId}:${seq === 1 ? 'events' : seq}`,
    isEventOf: (key, userId) => key.startsWith(`${userId}:`) && /^(events|[0-9]+)$/.test(key.slice(userId.length + 1)),
  }),
  { name: 'keeps one user for each hash tag', breaks: foldIds((id) => /\{(.+?)\}/.exec(id)?.[1] ?? id), fails: [KEYS] },
  { name: 'cuts ids at a colon', breaks: foldIds((id) => id.split(':')[0] || id), fails: [KEYS] },
  { name: 'takes white space for any separator', breaks: foldIds((id) => id.replaceAll(/\W/g, '_')), fails: [KEYS] },
  folding('decodes what looks encoded in an id', decoded),
  folding('takes a plus for a space', (id) => id.replaceAll('+', ' ')),
  folding('joins slashes', (id) => id.replaceAll(/\/+/g, '/')),
  folding('drops a slash at the end', (id) => id.replace(/\/$/, '')),
  folding('drops a slash at the start', (id) => id.replace(/^\//, '')),
  folding('resolves the dots of a path', (id) => posix.normalize(id)),
  folding('makes ids part of a URL', (id) => new URL(`http://store/users/${id.replaceAll('?', '%3F')}`).href),
  folding('cuts ids at a fragment', (id) => id.replace(/(?<=.)#.*/, '')),
  folding('cuts ids at a query', (id) => id.replace(/(?<=.)\?.*/, '')),
  folding('takes a backslash for a slash', (id) => id.replaceAll('\\', '/')),
  folding('reads entities', (id) => id.replaceAll('&amp;', '&')),
  folding('encodes only what is not encoded', (id) => encodeURI(id).replaceAll('%25', '%')),
];
