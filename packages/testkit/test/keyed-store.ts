/** keyedStore: a store over one Map of keys, as over Redis or a folder; sound if its keys are. */
import type { MfaEvent, MfaStore, StoredRecord } from '@mfakit/core';

/** How keys are made. */
export interface Keys {
  readonly record: (userId: string) => string;
  readonly event: (userId: string, seq: number) => string;
  /** How the events of a user are found. */
  readonly isEventOf: (key: string, userId: string) => boolean;
}

/** Keys that are told apart whatever the user id is: JSON marks where it ends. */
export const SOUND_KEYS: Keys = {
  record: (userId) => JSON.stringify(['record', userId]),
  event: (userId, seq) => JSON.stringify(['event', userId, seq]),
  isEventOf: (key, userId) => key.startsWith(`["event",${JSON.stringify(userId)},`),
};

/** Makes the store. Each method is one step. */
export function keyedStore(keys: Keys): MfaStore {
  const map = new Map<string, string>();
  const stored = (userId: string): StoredRecord | null => {
    const { revision, record } = JSON.parse(map.get(keys.record(userId)) ?? '{}');
    return revision === undefined ? null : { revision, record };
  };
  const eventKeys = (userId: string): string[] => [...map.keys()].filter((key) => keys.isEventOf(key, userId));
  const eventsOf = (userId: string): MfaEvent[] => eventKeys(userId).map((key) => JSON.parse(map.get(key) ?? ''));
  return {
    read: async (userId) => stored(userId),
    async commit({ userId, expected, next, events }) {
      const current = stored(userId)?.revision ?? null;
      if (next !== null && current === next.revision) return true;
      if (current !== expected) return false;
      const added = events === 'erase' ? [] : events.map((event) => [event.seq, JSON.stringify(event)] as const);
      const clash = added.find(([seq]) => map.has(keys.event(userId, seq)));
      if (clash !== undefined) throw new Error(`event ${clash[0]} is not above ${clash[0]}`);
      if (next === null || events === 'erase') for (const key of eventKeys(userId)) map.delete(key);
      if (next === null) map.delete(keys.record(userId));
      else map.set(keys.record(userId), JSON.stringify({ ...next, userId }));
      for (const [seq, json] of added) map.set(keys.event(userId, seq), json);
      return true;
    },
    events: async (userId, { before = Infinity, limit }) =>
      eventsOf(userId)
        .filter((event) => event.seq < before)
        .toSorted((one, other) => other.seq - one.seq)
        .slice(0, limit),
    scan: async ({ after = '', limit }) =>
      [...map.values()]
        .map((json) => JSON.parse(json))
        .filter((row) => 'revision' in row && row.userId > after)
        .toSorted((one, other) => (one.userId < other.userId ? -1 : 1))
        .slice(0, limit),
  };
}
