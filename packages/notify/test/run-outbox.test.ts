import { EMPTY_RECORD, type MfaEvent, type MfaStore, type Outbox } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { messageIdOf, runOutbox, tellOnce, type OutboxReport, type Send } from '../src/index.ts';

const MINUTE_MS = 60_000;

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 10, 27) }));
afterEach(() => void vi.useRealTimers());

/** A store with so many events to tell, of a user each. */
async function storeWith(events: number): Promise<MfaStore & { readonly outbox: Outbox }> {
  const store = memoryStore({ outbox: { types: ['reset'] } });
  for (let user = 0; user < events; user += 1) {
    const userId = `user-${user}`;
    const next = { revision: 'r', record: EMPTY_RECORD };
    await store.commit({ userId, expected: null, next, events: [{ userId, seq: 1, at: Date.now(), type: 'reset' }] });
  }
  if (store.outbox === undefined) throw new Error('The store was told to have an outbox.');
  return { ...store, outbox: store.outbox };
}

/** A worker that is ended when the test is. */
function start(outbox: Outbox, send: Send, options: Parameters<typeof runOutbox>[2] = {}) {
  const controller = new AbortController();
  const reports: OutboxReport[] = [];
  const report = (each: OutboxReport): void => void reports.push(each);
  const ended = runOutbox(outbox, send, { report, signal: controller.signal, ...options });
  const stop = async (): Promise<void> => {
    controller.abort();
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    await ended;
  };
  return { reports, stop, outcomes: () => reports.map(({ outcome }) => outcome) };
}

test('tells everything, so many at a time, and then waits', async () => {
  const { outbox } = await storeWith(12);
  let underWay = 0;
  let most = 0;
  const told: string[] = [];
  const worker = start(
    outbox,
    async ({ userId }, { tries }) => {
      expect(tries).toBe(1);
      most = Math.max(most, (underWay += 1));
      await new Promise((resolve) => setTimeout(resolve, 100));
      underWay -= 1;
      told.push(userId);
    },
    { batch: 5 },
  );
  await vi.advanceTimersByTimeAsync(1000);
  expect(told.toSorted()).toEqual(Array.from({ length: 12 }, (_, user) => `user-${user}`).toSorted());
  expect(most).toBe(5);
  expect(await outbox.stats()).toEqual({ waiting: 0, parked: 0, oldest: null });
  expect(worker.outcomes()).toEqual(Array(12).fill('told'));
  await worker.stop();
});

test('what fails is tried after 1, 5, 30, 120 and 360 minutes, and then parked', async () => {
  const { outbox } = await storeWith(1);
  const at: number[] = [];
  const begun = Date.now();
  const worker = start(
    outbox,
    async () => {
      at.push(Math.round((Date.now() - begun) / MINUTE_MS));
      throw new Error(`451 try\r\nlater${'x'.repeat(500)}`);
    },
    { pollMs: 30_000 },
  );
  await vi.advanceTimersByTimeAsync(12 * 60 * MINUTE_MS);
  expect(at).toEqual([0, 1, 6, 36, 156, 516]);
  expect(worker.outcomes()).toEqual(['again', 'again', 'again', 'again', 'again', 'parked']);
  const [parked] = await outbox.parked(10);
  expect(parked).toMatchObject({ tries: 6 });
  expect(parked?.error).toMatch(/^451 try {2}laterx+$/);
  expect(parked?.error).toHaveLength(200);
  expect(await outbox.stats()).toMatchObject({ waiting: 0, parked: 1 });
  // An operator who has mended it.
  await outbox.retry(parked?.id ?? '', new Date(), '');
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  expect(at).toHaveLength(7);
  expect(await outbox.stats()).toMatchObject({ waiting: 0, parked: 1 });
  await worker.stop();
});

test('a send that does not end is given up before the lease ends, and its signal says so', async () => {
  const { outbox } = await storeWith(2);
  const signals: AbortSignal[] = [];
  const worker = start(outbox, async ({ userId }, { signal }) => {
    if (userId !== 'user-0') return;
    signals.push(signal);
    await new Promise(() => undefined);
  });
  await vi.advanceTimersByTimeAsync(44_000);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  expect(worker.outcomes()).toEqual(['told', 'again']);
  expect(await outbox.stats()).toMatchObject({ waiting: 1 });
  await worker.stop();
});

test('what was told is not told again though the outbox was away when it had to be written down', async () => {
  const { outbox } = await storeWith(3);
  let away = 3;
  const flaky: Outbox = {
    ...outbox,
    done: async (ids) => {
      if (ids.length > 0 && away-- > 0) throw new Error('The database is away.');
      await outbox.done(ids);
    },
  };
  let sent = 0;
  const worker = start(flaky, async () => void (sent += 1));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(sent).toBe(3);
  expect(worker.outcomes()).toEqual(['told', 'told', 'told', 'fault', 'fault', 'fault']);
  expect(await outbox.stats()).toMatchObject({ waiting: 0 });
  await worker.stop();
});

test('while the outbox is away the worker goes on asking, ever more seldom', async () => {
  const { outbox } = await storeWith(1);
  let asked = 0;
  let away = true;
  const flaky: Outbox = {
    ...outbox,
    claim: async (...given) => {
      asked += 1;
      if (away) throw new Error('The database is away.');
      return outbox.claim(...given);
    },
  };
  let sent = 0;
  const worker = start(flaky, async () => void (sent += 1));
  await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
  expect(asked).toBeGreaterThan(10);
  expect(asked).toBeLessThan(20);
  away = false;
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  expect(sent).toBe(1);
  await worker.stop();
});

test('it ends once it has told what it has taken', async () => {
  const { outbox } = await storeWith(3);
  const controller = new AbortController();
  let sent = 0;
  const ended = runOutbox(
    outbox,
    async () => {
      controller.abort();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      sent += 1;
    },
    {
      batch: 2,
      signal: controller.signal,
      report: () => {
        throw new Error('What a hook throws is dropped.');
      },
    },
  );
  await vi.advanceTimersByTimeAsync(5000);
  await ended;
  expect(sent).toBe(2);
  expect(await outbox.stats()).toMatchObject({ waiting: 1 });
});

test('tellOnce tells one batch', async () => {
  const { outbox } = await storeWith(3);
  const told: MfaEvent[] = [];
  const send: Send = async (event) => void told.push(event);
  expect(await tellOnce(outbox, send, { batch: 2 })).toBe(2);
  expect(await tellOnce(outbox, send, { batch: 2 })).toBe(1);
  expect(await tellOnce(outbox, send, { batch: 2 })).toBe(0);
  expect(told).toHaveLength(3);
});

describe('options', () => {
  test.each([
    ['batch', 0],
    ['batch', 1001],
    ['batch', 1.5],
    ['leaseSeconds', 4],
    ['leaseSeconds', 86_401],
    ['pollMs', 9],
    ['pollMs', Number.NaN],
  ])('%s %d is refused', async (option, value) => {
    const { outbox } = await storeWith(0);
    const running = runOutbox(outbox, async () => undefined, { [option]: value });
    await expect(running).rejects.toThrow(`${option} must be a whole number from`);
  });

  test('a store without an outbox is refused', async () => {
    await expect(runOutbox(memoryStore().outbox, async () => undefined)).rejects.toThrow(/has no outbox/);
    await expect(tellOnce(memoryStore().outbox, async () => undefined)).rejects.toThrow(/has no outbox/);
  });
});

test('the mail of an event has one id, which tells nobody whom it is about', async () => {
  const event = { userId: 'ann@example.com', seq: 7, at: 1, type: 'reset' } as const;
  const id = await messageIdOf(event, 'acme.example');
  expect(id).toMatch(/^<mfakit-[0-9a-f]{32}@acme\.example>$/);
  expect(await messageIdOf({ ...event }, 'acme.example')).toBe(id);
  const others = [
    { ...event, seq: 8 },
    { ...event, at: 2 },
    { ...event, userId: 'bob@example.com' },
    { ...event, type: 'forgotten' } as const,
  ];
  const ids = new Set(await Promise.all([event, ...others].map((each) => messageIdOf(each, 'acme.example'))));
  expect(ids.size).toBe(5);
});
