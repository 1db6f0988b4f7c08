/** eventLabels: what of an event is a label. Only words of which there are few: nothing that names anybody or anything. */
import type { Attributes } from '@opentelemetry/api';
import type { MfaEvent } from '@mfakit/core';

/** `type`, and of those that have it `operation`, `method` and `reason`: why, or by whose hand. */
export function eventLabels(event: MfaEvent): Attributes {
  const { type } = event;
  switch (type) {
    case 'attempt_charged':
      return { type, operation: event.operation };
    case 'attempt_refused':
      return { type, operation: event.operation, reason: event.reason };
    case 'verified':
      return { type, operation: event.operation, method: event.method };
    case 'device_trusted':
      return { type, method: event.method };
    case 'account_unlocked':
    case 'device_forgotten':
      return { type, reason: event.by };
    default:
      return { type };
  }
}
