/** runOutbox: the worker that tells what is in an outbox. It may be killed at any moment, and run as often as you like. */
import type { MfaEvent, Outbox, OutboxEntry } from '@mfakit/core';

/** What `send` is told beside the event. */
export interface Delivery {
  /** Which try this is, from 1: tries of workers that died count. */
  readonly tries: number;
  /** Aborts when the time of the try is over: it then counts as failed, and what still happens is a second delivery. */
  readonly signal: AbortSignal;
}

/**
 * Tells an event, and resolves once that is certain, such as when a mail server has accepted it. What it throws makes for
 * another try; its message is kept beside the entry for operators, up to 200 characters.
 */
export type Send = (event: MfaEvent, delivery: Delivery) => Promise<void>;

/** What came of a try, for metrics and logs. `fault`: the outbox itself could not be reached. */
export type OutboxReport =
  | {
      /** Whether it was told, will be tried again or was parked. */
      readonly outcome: 'told';
      /** What was to be told. */
      readonly event: MfaEvent;
      /** How often it was tried, this time included. */
      readonly tries: number;
    }
  | {
      /** Whether it was told, will be tried again or was parked. */
      readonly outcome: 'again' | 'parked';
      /** What was to be told. */
      readonly event: MfaEvent;
      /** How often it was tried, this time included. */
      readonly tries: number;
      /** What the try ended in. */
      readonly error: unknown;
    }
  | {
      /** Whether it was told, will be tried again or was parked. */
      readonly outcome: 'fault';
      /** What the try ended in. */
      readonly error: unknown;
    };

/** How an outbox is told. */
export interface TellOptions {
  /** How many are told at a time, 1 to 1,000; default 20. As many may be told twice if the worker is killed. */
  readonly batch?: number;
  /** How long they belong to this worker, 5 to 86,400; default 60. A try may take three quarters of it. */
  readonly leaseSeconds?: number;
  /** What it throws is dropped. */
  readonly report?: (report: OutboxReport) => void;
}

/** How a worker runs. */
export interface RunOptions extends TellOptions {
  /** How long to wait when there is nothing to tell, 10 to 3,600,000; default 1,000. */
  readonly pollMs?: number;
  /** Ends the worker, once it has told what it has taken. */
  readonly signal?: AbortSignal;
}

/** Minutes until the next try, after the first, the second and so on. After the last one an entry is parked. */
const BACK_OFF_MINUTES = [1, 5, 30, 120, 360] as const;

const MAX_ERROR_CHARACTERS = 200;

/** While the outbox cannot be reached. */
const MAX_PAUSE_MS = 60_000;

/**
 * Tells what is in an outbox until `signal` aborts: at least once each, now and then twice. Run one beside each instance of
 * your application, or one alone.
 *
 * @param outbox - of a store with the option `outbox`: `store.outbox`
 * @returns once `signal` has aborted and everything under way has ended
 * @throws {TypeError | RangeError} if `outbox` is missing, or an option is out of bounds
 */
export async function runOutbox(outbox: Outbox | undefined, send: Send, options: RunOptions = {}): Promise<void> {
  const { pollMs = 1000, signal, report } = options;
  bound('pollMs', pollMs, 10, 3_600_000);
  checkOptions(outbox, options);
  /** What was told but is not written down as such: first of all that, or it is told once more. */
  let told: readonly string[] = [];
  for (let faults = 0; signal?.aborted !== true;) {
    let pauseMs = 0;
    try {
      if (told.length > 0) await outbox.done(told);
      told = [];
      const tries = await tellClaimed(outbox, send, options);
      told = tries.told;
      await outbox.done(told);
      told = [];
      faults = 0;
      if (tries.claimed === 0) pauseMs = pollMs;
    } catch (error) {
      notify(report, { outcome: 'fault', error });
      pauseMs = Math.min(Math.max(pollMs, 1000) * 2 ** faults, MAX_PAUSE_MS);
      faults += 1;
    }
    if (pauseMs > 0) await pause(pauseMs, signal);
  }
  if (told.length > 0) await outbox.done(told).catch((error: unknown) => notify(report, { outcome: 'fault', error }));
}

/**
 * Tells one batch: for a timer of your own, such as the cron trigger of a Worker.
 * @returns how many were taken; 0: there was nothing to tell
 * @throws {TypeError | RangeError} as `runOutbox`
 * @throws what the outbox throws
 */
export async function tellOnce(outbox: Outbox | undefined, send: Send, options: TellOptions = {}): Promise<number> {
  checkOptions(outbox, options);
  const { claimed, told } = await tellClaimed(outbox, send, options);
  await outbox.done(told);
  return claimed;
}

/** Tries everything of one claim at the same time, and waits until the last one has ended or its time is over. */
async function tellClaimed(
  outbox: Outbox,
  send: Send,
  { batch = 20, leaseSeconds = 60, report }: TellOptions,
): Promise<{ readonly claimed: number; readonly told: readonly string[] }> {
  const entries = await outbox.claim(batch, leaseSeconds);
  const told: string[] = [];
  // The rest of the lease is for writing down what came of it.
  const limitMs = leaseSeconds * 750;
  const results = await Promise.allSettled(
    entries.map(async (entry) => {
      const { event, tries } = entry;
      try {
        await within(limitMs, (signal) => send(event, { tries, signal }));
      } catch (error) {
        const outcome = await again(outbox, entry, error);
        notify(report, { outcome, event, tries, error });
        return;
      }
      told.push(entry.id);
      notify(report, { outcome: 'told', event, tries });
    }),
  );
  // What could not be given back is claimed again when its lease ends.
  for (const result of results) {
    if (result.status === 'rejected') notify(report, { outcome: 'fault', error: result.reason });
  }
  return { claimed: entries.length, told };
}

async function again(outbox: Outbox, { id, tries }: OutboxEntry, error: unknown): Promise<'again' | 'parked'> {
  const minutes = BACK_OFF_MINUTES[tries - 1];
  const text = (error instanceof Error ? error.message : String(error)).slice(0, MAX_ERROR_CHARACTERS);
  const at = minutes === undefined ? null : new Date(Date.now() + minutes * 60_000);
  await outbox.retry(id, at, text.replaceAll(/\p{C}|\p{Surrogate}/gu, ' '));
  return at === null ? 'parked' : 'again';
}

/** @throws {Error} if the work takes longer; its signal has then aborted */
async function within(limitMs: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`send has not ended within ${limitMs / 1000} s.`);
      controller.abort(error);
      reject(error);
    }, limitMs);
  });
  try {
    await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
    if (signal?.aborted === true) end();
  });
}

function notify(report: TellOptions['report'], what: OutboxReport): void {
  try {
    report?.(what);
  } catch {
    // A hook that fails changes nothing about what is told.
  }
}

function checkOptions(
  outbox: Outbox | undefined,
  { batch = 20, leaseSeconds = 60 }: TellOptions,
): asserts outbox is Outbox {
  if (outbox === undefined) throw new TypeError('The store has no outbox: give it the option outbox.');
  bound('batch', batch, 1, 1000);
  bound('leaseSeconds', leaseSeconds, 5, 86_400);
}

function bound(name: string, value: number, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}.`);
  }
}
