/** statementLog: a store that writes down what it is asked, and lets something happen just before a commit. */
import type { MfaStore } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';

/** A store with its log. */
export interface StatementLog extends MfaStore {
  /** What was asked since the last time, oldest first: `read`, `commit`, or `lost` for a commit that lost its race. */
  asked(): readonly string[];
}

export function statementLog(inner: MfaStore = memoryStore()): StatementLog {
  let log: string[] = [];
  return {
    ...inner,
    async read(userId) {
      log.push('read');
      return inner.read(userId);
    },
    async commit(swap) {
      const swapped = await inner.commit(swap);
      log.push(swapped ? 'commit' : 'lost');
      return swapped;
    },
    async events(userId, page) {
      log.push('events');
      return inner.events(userId, page);
    },
    asked() {
      const told = log;
      log = [];
      return told;
    },
  };
}
