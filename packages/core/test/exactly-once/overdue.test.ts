/** Overdue: a commit whose connection broke can still be carried out, so nothing else may be told meanwhile. */
import type { MfaStore, Swap } from '@mfakit/core';
import { outcomeOf, testApplication } from '@mfakit/testkit';
import { expect, test } from 'vitest';

test('a refusal that writes nothing is not told while the lost commit may still land', async () => {
  const app = testApplication({ challengeTtlSeconds: 30 });
  const ann = await app.enroll('ann');
  const token = await app.token('ann');
  const { store } = app.options;
  const overdue: Swap[] = [];
  const broken: MfaStore = {
    ...store,
    async commit(swap) {
      overdue.push(swap);
      app.clock.advance({ seconds: 31 }); // the token expires while the answer is waited for
      throw new Error('connection reset');
    },
  };
  const outcome = await outcomeOf(app.another({ store: broken }).verify({ token, code: ann.code() }));
  const [swap] = overdue;
  expect(swap !== undefined && (await store.commit(swap))).toBe(true);
  expect(outcome, 'the sign-in has landed: nobody may be told that it was refused').toBe('store_unavailable');
});
