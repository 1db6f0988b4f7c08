import type { MfaStore } from '@mfakit/core';
import { outcomeOf } from '@mfakit/testkit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { stage } from '../harness.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

describe('a store that does not answer', () => {
  test.each(['read', 'commit', 'events', 'scan'] as const)('%s: the call ends after ten seconds', async (method) => {
    const on = stage();
    const mfa = on.another({ store: { ...on.store, [method]: () => never() } });
    const call =
      method === 'events'
        ? mfa.history('ann')
        : method === 'scan'
          ? mfa.keyReport()
          : method === 'read'
            ? mfa.status('ann')
            : mfa.enforce('ann');
    const outcome = outcomeOf(call);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(await Promise.race([outcome, Promise.resolve('waiting')])).toBe('waiting');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await outcome).toBe('store_unavailable');
  });

  test('a commit is not repeated while one that missed its deadline is under way', async () => {
    const on = stage();
    let commits = 0;
    const store: MfaStore = {
      ...on.store,
      commit: async () => {
        commits += 1;
        return never<boolean>();
      },
    };
    const outcome = outcomeOf(on.another({ store }).enforce('ann'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await outcome).toBe('store_unavailable');
    expect(commits).toBe(1);
  });

  test('an outcome that stays unknown is told with its cause', async () => {
    const on = stage();
    const refused = on.another({ store: { ...on.store, commit: () => never<boolean>() } }).enforce('ann');
    const error = refused.catch((thrown: unknown) => thrown);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await error).toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('unknown'),
      cause: { name: 'LateAnswer', message: 'store.commit did not answer within 10 s.' },
    });
  });

  test('one that lands late is recognized, and told as what it is', async () => {
    const on = stage();
    let commits = 0;
    const store: MfaStore = {
      ...on.store,
      async commit(swap) {
        commits += 1;
        await new Promise((resolve) => setTimeout(resolve, 12_000));
        return on.store.commit(swap);
      },
    };
    const outcome = outcomeOf(on.another({ store }).enforce('ann'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await outcome).toBe('accepted');
    expect(commits).toBe(1);
    expect(on.events.filter(({ type }) => type === 'enforced')).toHaveLength(1);
  });

  test('one that ends late without having landed is repeated', async () => {
    const on = stage();
    let commits = 0;
    const store: MfaStore = {
      ...on.store,
      async commit(swap) {
        commits += 1;
        if (commits > 1) return on.store.commit(swap);
        await new Promise((resolve) => setTimeout(resolve, 12_000));
        throw new Error('cancelled');
      },
    };
    const outcome = outcomeOf(on.another({ store }).enforce('ann'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await outcome).toBe('accepted');
    expect(commits).toBe(2);
  });
});
