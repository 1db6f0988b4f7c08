/** What slow work leaves to be settled: damaged data, a refusal of the work itself, and a queue that is full by then. */
import { outcomeOf, quickHasher, virtualAuthenticator } from '@mfakit/testkit';
import { expect, test, vi } from 'vitest';
import { stage } from '../harness.ts';
import { counterKind } from '../kinds/counter-kind.ts';
import { unreadable } from '../store/unreadable-record.ts';
import { held } from './held.ts';

test('a set of backup codes that is damaged while a code is hashed is reported, and proves nothing', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  const hand = held();
  const attempt = outcomeOf(
    on.another({ hasher: hand.port(quickHasher) }).stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }),
  );
  await hand.begun;
  await on.store.edit('ann', (record) => ({ ...record, backupCodes: unreadable(record).backupCodes }));
  hand.letGo();
  expect(await attempt).toBe('secret_unreadable');
  expect(on.events.at(-1)).toMatchObject({ type: 'secret_unreadable', operation: 'stepUp' });
});

test('slow work that refuses by itself is counted once, by its charge', async () => {
  const on = stage({
    factors: [
      (ports) => ({
        ...counterKind(ports),
        present: () => ({
          slow: {
            reserve: () => ({ hash: async () => [], fit: () => undefined, release: () => undefined }),
            screen: () => null,
            work: async () => 'invalid_code' as const,
          },
        }),
      }),
    ],
  });
  await on.enroll('ann');
  expect(await outcomeOf(on.mfa.stepUp('ann', { card: '1-000000000000' }))).toBe('invalid_code');
  expect((await on.store.record('ann')).lockout).toMatchObject({ failures: 1, passwordFailures: 0 });
  expect(on.events.slice(-2)).toMatchObject([
    { type: 'attempt_charged', failures: 1 },
    { type: 'attempt_refused', reason: 'invalid_code', failures: 1 },
  ]);
});

test('a first setup whose codes are hashed is not refused because others of the user wait meanwhile', async () => {
  const on = stage();
  const { uri } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
  const hand = held();
  const stuck = held();
  const store = { ...on.store, read: on.store.read };
  const mfa = on.another({ hasher: hand.port(quickHasher), store });
  const confirmed = mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(on.clock()) });
  await hand.begun;
  // From now on the store does not answer until it is let go: whoever asks waits, and then no more may.
  store.read = async (userId) => stuck.free.then(async () => on.store.read(userId));
  const waiting = Array.from({ length: 100 }, () => outcomeOf(mfa.begin('ann')));
  await vi.waitFor(async () => expect(await Promise.race([...waiting, Promise.resolve('none')])).toBe('busy'));
  // Only what asked before is stuck: what settles the setup goes past all of them.
  store.read = on.store.read;
  hand.letGo();
  expect((await confirmed).backupCodesRemaining).toBe(10);
  stuck.letGo();
  await Promise.all(waiting);
});
