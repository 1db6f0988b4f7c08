/** Telemetry: the real SDK in memory, so that a test sees what an operator would. */
import { context, type HrTime, type Meter } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider, type MetricData } from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { openTelemetry, type Telemetry } from '@mfakit/opentelemetry';

/** The bridge over an SDK of its own. */
export interface Observed extends Telemetry {
  readonly meter: Meter;
  readonly tracer: ReturnType<BasicTracerProvider['getTracer']>;
  /** The spans that have ended so far, in the order of their ends. */
  readonly spans: () => readonly ReadableSpan[];
  /** Every metric that has a value. */
  readonly metrics: () => Promise<readonly MetricData[]>;
  /** What Prometheus would read. */
  readonly exposition: () => Promise<string>;
}

/** Starts the SDK. */
export function observed(): Observed {
  context.disable();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const exporter = new InMemorySpanExporter();
  const tracing = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = tracing.getTracer('test');
  const reader = new PrometheusExporter({ preventServerStart: true });
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test');
  return {
    ...openTelemetry({ meter, tracer }),
    meter,
    tracer,
    spans: () => exporter.getFinishedSpans(),
    async metrics() {
      const { resourceMetrics } = await reader.collect();
      return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
    },
    async exposition() {
      const { resourceMetrics } = await reader.collect();
      return new PrometheusSerializer().serialize(resourceMetrics);
    },
  };
}

/** In milliseconds. */
export function lengthOf({ duration: [seconds, nanos] }: { readonly duration: HrTime }): number {
  return seconds * 1000 + nanos / 1e6;
}
