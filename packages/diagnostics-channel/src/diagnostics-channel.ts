/** diagnosticsChannel: publishes what the library does, for whoever subscribes in the same process. */
import { channel, type Channel } from 'node:diagnostics_channel';
import type {
  CallOutcome,
  EventSink,
  HashOutcome,
  ObservedCall,
  ObservedEnd,
  Observer,
  StoreOperation,
  StoreOutcome,
} from '@mfakit/core';

/** On `mfakit:call`, when a call of `Mfa` has ended. `ms`: how long it took, in milliseconds with a fraction. */
export interface CallMessage {
  /** The method of `Mfa`. */
  readonly call: ObservedCall;
  /** How it ended. */
  readonly outcome: CallOutcome;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** On `mfakit:store`, when a question to the store has ended. */
export interface StoreMessage {
  /** What the store was asked. */
  readonly operation: StoreOperation;
  /** How it ended. */
  readonly outcome: StoreOutcome;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** On `mfakit:hash`, when digests of backup codes are computed; `ms` with the wait for a turn. */
export interface HashMessage {
  /** How many hashes were computed together. */
  readonly jobs: number;
  /** How it ended. */
  readonly outcome: HashOutcome;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** Two options of `createMfa`. */
export interface Channels {
  /** The option `observe` of `createMfa`. */
  readonly observe: Required<Observer>;
  /** Publishes on `mfakit:event`: an `MfaEvent`, which names its user. */
  readonly onEvent: EventSink;
}

/**
 * Makes the bridge: spread it into the options of `createMfa`. A channel without subscribers costs a look at it. Node turns
 * what a subscriber throws into an uncaught exception of the process; it reaches no call.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel';
 * import { createMfa } from '@mfakit/core';
 * import { diagnosticsChannel, type CallMessage } from '@mfakit/diagnostics-channel';
 * import { memoryStore } from '@mfakit/memory';
 *
 * subscribe('mfakit:call', (message) => {
 *   const { call, outcome, ms } = message as CallMessage;
 *   console.log(call, outcome, ms);
 * });
 * const keys = [Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')];
 * const options = { issuer: 'Acme', store: memoryStore(), keys, verifyPassword: 'passwordless' } as const;
 * const mfa = createMfa({ ...options, ...diagnosticsChannel() });
 * ```
 */
export function diagnosticsChannel(): Channels {
  const [calls, store, hashes] = [channel('mfakit:call'), channel('mfakit:store'), channel('mfakit:hash')];
  const events = channel('mfakit:event');
  return {
    observe: {
      call: (call) => published<CallOutcome>(calls, { call }),
      store: (operation) => published<StoreOutcome>(store, { operation }),
      hash: (jobs) => published<HashOutcome>(hashes, { jobs }),
    },
    onEvent(event) {
      if (events.hasSubscribers) events.publish(event);
    },
  };
}

function published<Outcome>(to: Channel, subject: object): ObservedEnd<Outcome> | undefined {
  if (!to.hasSubscribers) return undefined;
  return (outcome, ms) => to.publish({ ...subject, outcome, ms });
}
