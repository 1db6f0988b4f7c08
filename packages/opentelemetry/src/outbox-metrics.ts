/** outboxMetrics: how much waits to be told to users, and for how long. */
import { metrics, type Meter } from '@opentelemetry/api';
import type { Outbox } from '@mfakit/core';

/**
 * Counts the outbox each time that metrics are collected. Have one process do it: what it counts is in the database, so all
 * would give the same.
 * @param options - `meter`; default: the global one, which must be registered before
 *
 * @example
 * ```ts
 * import { memoryStore } from '@mfakit/memory';
 * import { outboxMetrics } from '@mfakit/opentelemetry';
 *
 * const store = memoryStore({ outbox: { types: ['factor_added'] } });
 * if (store.outbox !== undefined) outboxMetrics(store.outbox);
 * ```
 */
export function outboxMetrics(
  outbox: Pick<Outbox, 'stats'>,
  { meter = metrics.getMeter('@mfakit/opentelemetry') }: { readonly meter?: Meter } = {},
): void {
  const gauge = (name: string, description: string, unit = ''): ReturnType<Meter['createObservableGauge']> =>
    meter.createObservableGauge(name, { description, unit });
  const pending = gauge('mfakit.outbox.pending', 'Entries that are due, leased, or wait for another try.');
  const parked = gauge('mfakit.outbox.parked', 'Entries that nobody tries any more.');
  const age = gauge('mfakit.outbox.age', 'Since the oldest event that is pending.', 's');
  meter.addBatchObservableCallback(
    async (result) => {
      const stats = await outbox.stats();
      result.observe(pending, stats.waiting);
      result.observe(parked, stats.parked);
      result.observe(age, stats.oldest === null ? 0 : Math.max(0, (Date.now() - stats.oldest.getTime()) / 1000));
    },
    [pending, parked, age],
  );
}
