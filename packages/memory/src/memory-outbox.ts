/** memoryOutbox: the outbox of the memory store, a Map of entries. */
import type { MfaEvent, Outbox, OutboxEntry } from '@mfakit/core';

/** The outbox, and what a commit does to it. */
export interface MemoryOutbox extends Outbox {
  /** @param events - as JSON text: nothing is shared with the caller */
  queue(events: readonly string[]): void;
  /** Takes what is parked of a user. */
  erase(userId: string): void;
}

interface Entry {
  readonly json: string;
  readonly tries: number;
  /** Epoch milliseconds; Infinity: parked. */
  readonly due: number;
  readonly error: string;
}

/** An empty outbox. No method awaits anything: each runs as one step. */
export function memoryOutbox(): MemoryOutbox {
  const entries = new Map<string, Entry>();
  let last = 0;
  const eventOf = ({ json }: Entry): MfaEvent => JSON.parse(json);
  const entry = (id: string, each: Entry): OutboxEntry => ({ id, event: eventOf(each), tries: each.tries });
  const those = (wanted: (each: Entry) => boolean): [string, Entry][] =>
    [...entries].filter(([, each]) => wanted(each));

  return {
    queue(events) {
      for (const json of events) entries.set(String((last += 1)), { json, tries: 0, due: Date.now(), error: '' });
    },

    erase(userId) {
      for (const [id] of those((each) => each.due === Infinity && eventOf(each).userId === userId)) entries.delete(id);
    },

    async claim(limit, leaseSeconds) {
      const now = Date.now();
      const claimed = those(({ due }) => due <= now)
        .sort(([, one], [, other]) => one.due - other.due)
        .slice(0, limit);
      return claimed.map(([id, each]) => {
        const leased = { ...each, tries: each.tries + 1, due: now + leaseSeconds * 1000 };
        entries.set(id, leased);
        return entry(id, leased);
      });
    },

    async done(ids) {
      for (const id of ids) entries.delete(id);
    },

    async retry(id, at, error) {
      const each = entries.get(id);
      if (each !== undefined) entries.set(id, { ...each, due: at?.getTime() ?? Infinity, error });
      return each !== undefined;
    },

    drop: async (id) => entries.delete(id),

    async stats() {
      const waiting = those(({ due }) => due < Infinity).map(([, each]) => eventOf(each).at);
      const oldest = waiting.length === 0 ? null : new Date(Math.min(...waiting));
      return { waiting: waiting.length, parked: entries.size - waiting.length, oldest };
    },

    async parked(limit) {
      const found = those(({ due }) => due === Infinity).slice(0, limit);
      return found.map(([id, each]) => ({ ...entry(id, each), error: each.error }));
    },
  };
}
