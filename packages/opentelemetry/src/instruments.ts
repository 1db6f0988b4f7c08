/** Instruments: the metrics by name, with the unit and the buckets of each. */
import type { Counter, Histogram, Meter, UpDownCounter } from '@opentelemetry/api';

/**
 * Upper bounds in seconds. The default ones are meant for milliseconds: in seconds they would put everything into one
 * bucket.
 */
const BOUNDS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What is measured. */
export interface Instruments {
  readonly events: Counter;
  readonly callDuration: Histogram;
  readonly callErrors: Counter;
  readonly storeDuration: Histogram;
  readonly hashDuration: Histogram;
  readonly hashQueued: UpDownCounter;
}

/** Makes the instruments of one meter. */
export function createInstruments(meter: Meter): Instruments {
  const duration = (name: string, description: string): Histogram =>
    meter.createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries: BOUNDS_SECONDS } });
  return {
    events: meter.createCounter('mfakit.events', { description: 'Committed events.' }),
    callDuration: duration('mfakit.call.duration', 'Calls of the library.'),
    callErrors: meter.createCounter('mfakit.call.errors', { description: 'Calls that were refused or failed.' }),
    storeDuration: duration('mfakit.store.duration', 'Questions to the store.'),
    hashDuration: duration('mfakit.hash.duration', 'Digests of backup codes, with the wait for a turn.'),
    hashQueued: meter.createUpDownCounter('mfakit.hash.queued', {
      description: 'Digests that are computed or wait for their turn.',
    }),
  };
}
