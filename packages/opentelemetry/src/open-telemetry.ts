/** openTelemetry: spans and metrics of everything that the library does. */
import {
  context,
  metrics,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Histogram,
  type Meter,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { EventSink, Observer } from '@mfakit/core';
import { eventLabels } from './event-labels.ts';
import { createInstruments } from './instruments.ts';
import { outcomeClass } from './outcome-class.ts';

const NAME = '@mfakit/opentelemetry';

/** Where spans and metrics go. */
export interface TelemetryOptions {
  /** Default: the global one. It must be registered before: until then, the API gives a meter that counts nothing. */
  readonly meter?: Meter;
  /** Default: the global one. */
  readonly tracer?: Tracer;
}

/** Two options of `createMfa`. */
export interface Telemetry {
  /** Makes spans and durations of calls, store and hashing. */
  readonly observe: Required<Observer>;
  /** Counts committed events, by type. */
  readonly onEvent: EventSink;
}

/**
 * Makes the bridge: spread it into the options of `createMfa`. Each call is a span below the caller's, and each question
 * to the store and each hash is a span below its call. No span and no metric names a user or holds a secret.
 *
 * @example
 * ```ts
 * import { createMfa } from '@mfakit/core';
 * import { memoryStore } from '@mfakit/memory';
 * import { openTelemetry } from '@mfakit/opentelemetry';
 *
 * const keys = [Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')];
 * const options = { issuer: 'Acme', store: memoryStore(), keys, verifyPassword: 'passwordless' } as const;
 * const mfa = createMfa({ ...options, ...openTelemetry() });
 * ```
 */
export function openTelemetry({
  meter = metrics.getMeter(NAME),
  tracer = trace.getTracer(NAME),
}: TelemetryOptions = {}): Telemetry {
  const { events, callDuration, callErrors, storeDuration, hashDuration, hashQueued } = createInstruments(meter);

  /** Begins the work from where its span is the active one, so that what it starts finds its parent. */
  const follow = (name: string, begin: () => void): Followed => {
    const span = tracer.startSpan(name);
    const within = trace.setSpan(context.active(), span);
    context.with(within, begin);
    return { span, within };
  };

  return {
    observe: {
      call(name, begin) {
        const followed = follow(`mfakit.${name}`, begin);
        return (outcome, ms) => {
          const kind = outcomeClass(outcome);
          if (outcome !== 'ok') callErrors.add(1, { code: outcome }, followed.within);
          end(followed, outcome, kind === 'failed');
          record(callDuration, ms, { call: name, outcome: kind }, followed.within);
        };
      },
      store(operation, begin) {
        const followed = follow(`mfakit.store.${operation}`, begin);
        return (outcome, ms) => {
          end(followed, outcome, outcome === 'fault');
          record(storeDuration, ms, { operation, outcome }, followed.within);
        };
      },
      hash(jobs, begin) {
        const followed = follow('mfakit.hash', begin);
        hashQueued.add(jobs);
        return (outcome, ms) => {
          hashQueued.add(-jobs);
          end(followed, outcome, outcome !== 'ok');
          record(hashDuration, ms, { work: jobs === 1 ? 'attempt' : 'set', outcome }, followed.within);
        };
      },
    },
    onEvent: (event) => events.add(1, eventLabels(event)),
  };
}

/** A span, and the context in which it is the active one. */
interface Followed {
  readonly span: Span;
  readonly within: Context;
}

function end({ span }: Followed, outcome: string, failed: boolean): void {
  span.setAttribute('mfakit.outcome', outcome);
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function record(histogram: Histogram, ms: number, labels: Attributes, within: Context): void {
  histogram.record(ms / 1000, labels, within);
}
