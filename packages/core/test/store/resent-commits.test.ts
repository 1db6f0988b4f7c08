/** A driver that repeats a commit, and hears `false` because another call has written in between. */
import type { MfaStore } from '@mfakit/core';
import { outcomeOf } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { stage } from '../harness.ts';

/** A store whose driver sends the first commit twice; `between` runs before it does so again. */
function resending(store: MfaStore, between: () => Promise<unknown>): MfaStore {
  let first = true;
  return {
    ...store,
    async commit(swap) {
      const resends = first;
      first = false;
      const answer = await store.commit(swap);
      if (!resends) return answer;
      await between();
      return store.commit(swap);
    },
  };
}

test('a code that was accepted stays accepted, once', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  const mfa = on.another({ store: resending(on.store, () => on.mfa.enforce('ann')) });
  expect(await outcomeOf(mfa.stepUp('ann', { code: ann.code() }))).toBe('accepted');
  expect(on.events.filter(({ type }) => type === 'verified')).toHaveLength(1);
  expect(on.events.toSorted((one, other) => one.seq - other.seq).toReversed()).toEqual(await on.mfa.history('ann'));
});

test('reset takes nothing that was enrolled since', async () => {
  const on = stage();
  await on.enroll('ann');
  const mfa = on.another({ store: resending(on.store, () => on.enroll('ann')) });
  await mfa.reset('ann');
  expect((await on.mfa.status('ann')).enabled).toBe(true);
});
