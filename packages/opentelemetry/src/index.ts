/** The public names of @mfakit/opentelemetry. */
export { openTelemetry } from './open-telemetry.ts';
export type { Telemetry, TelemetryOptions } from './open-telemetry.ts';
export { outboxMetrics } from './outbox-metrics.ts';
