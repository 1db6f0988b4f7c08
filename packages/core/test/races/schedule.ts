/** Schedules: turn every step of every store call and slow check into a task that fast-check can put in any order. */
import type { fc } from '@fast-check/vitest';
import type { CodeHasher, Mfa, MfaOptions, MfaStore } from '@mfakit/core';
import type { TestApplication } from '@mfakit/testkit';
import { vi } from 'vitest';

/** The store, with a pause before each call reaches it and another before its answer comes back. */
function scheduledStore(store: MfaStore, scheduler: fc.Scheduler): MfaStore {
  return {
    read: pausing('read', (userId) => store.read(userId), scheduler),
    commit: pausing('commit', (commit) => store.commit(commit), scheduler),
    events: pausing('events', (userId, page) => store.events(userId, page), scheduler),
    scan: pausing('scan', (page) => store.scan(page), scheduler),
  };
}

function pausing<A extends unknown[], R>(
  name: string,
  method: (...input: A) => Promise<R>,
  scheduler: fc.Scheduler,
): (...input: A) => Promise<R> {
  return async (...input) => {
    await scheduler.schedule(Promise.resolve(), `${name} sent`);
    const answer = await method(...input);
    await scheduler.schedule(Promise.resolve(), `${name} answered`);
    return answer;
  };
}

/** Two or more instances over one store, like separate processes: within each, the calls of one user take turns. */
export function scheduledInstances(
  app: TestApplication,
  count: number,
  scheduler: fc.Scheduler,
  overrides: Partial<MfaOptions> = {},
): readonly [Mfa, Mfa, ...Mfa[]] {
  const { options } = app;
  const { verifyPassword } = options;
  const ports: Partial<MfaOptions> = {
    store: scheduledStore(overrides.store ?? options.store, scheduler),
    hasher: pausing('hasher', options.hasher ?? noHasher, scheduler),
    verifyPassword:
      verifyPassword === 'passwordless' ? verifyPassword : pausing('verifyPassword', verifyPassword, scheduler),
  };
  const instance = (): Mfa => app.another({ ...overrides, ...ports });
  return [instance(), instance(), ...Array.from({ length: count - 2 }, instance)];
}

const noHasher: CodeHasher = () => Promise.reject(new Error('the harness has a hasher'));

/** Longer timers are deadlines. In a schedule, none of them ever passes. */
const LONGEST_BACK_OFF_MS = 64;

/** Runs calls in the order of the scheduler. Back-offs wait for their turn there too, so a seed replays exactly. */
export async function explore<T>(scheduler: fc.Scheduler, calls: () => readonly Promise<T>[]): Promise<T[]> {
  const later = (resume: () => void, delayMs: number): void => {
    if (delayMs <= LONGEST_BACK_OFF_MS) void scheduler.schedule(Promise.resolve(), 'back-off').then(resume);
  };
  vi.stubGlobal('setTimeout', later);
  try {
    return await scheduler.waitFor(Promise.all(calls()));
  } finally {
    vi.unstubAllGlobals();
  }
}

/** Picks from the list, and starts over at its end. */
export function nth<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('the list is empty');
  return item;
}
