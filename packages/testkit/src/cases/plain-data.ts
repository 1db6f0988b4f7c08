/** Cases of plain data: nothing that the caller holds is part of the store. */
import type { MfaStore } from '@mfakit/core';
import { checkEqual } from '../check.ts';
import { sampleEvents, version } from '../samples.ts';
import { EVERYTHING, expectEvents, expectRecord, store } from '../steps.ts';
import type { CaseBody, CaseGroup } from '../store-case.ts';

/** Changes every part of a value that can be changed, in place. */
function vandalise(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    vandalise(Reflect.get(value, key));
    // Fails without a throw on a frozen object: one cannot be changed, which is just as good.
    Reflect.set(value, key, 'vandalised');
  }
}

/** A case that changes what a method gave, and looks whether the store changed with it. */
function changing(answer: (target: MfaStore) => Promise<unknown>): CaseBody {
  return async (target) => {
    const next = version(1);
    const events = sampleEvents('alice', 1, 3);
    await store(target, { userId: 'alice', next, events });
    // Twice: a store may hand out its own copy the second time only.
    vandalise(await answer(target));
    vandalise(await answer(target));
    await expectRecord(target, 'alice', next);
    await expectEvents(target, 'alice', events);
    checkEqual(await target.scan({ limit: 2 }), [{ userId: 'alice', ...next }], 'scan gives what is stored');
  };
}

export const plainDataCases: CaseGroup = {
  async 'commit: what the caller changes afterwards in what it gave is not stored'(target) {
    const given = { next: version(1), events: sampleEvents('alice', 1, 3) };
    const kept = structuredClone(given);
    await store(target, { userId: 'alice', ...given });
    vandalise(given);
    await expectRecord(target, 'alice', kept.next);
    await expectEvents(target, 'alice', kept.events);
  },

  async 'commit: what the caller gave is not changed'(target) {
    const insert = { userId: 'alice', expected: null, next: version(1), events: sampleEvents('alice', 1, 3) };
    const update = { ...insert, expected: insert.next.revision, next: version(2), events: sampleEvents('alice', 4, 6) };
    const removal = { ...insert, expected: update.next.revision, next: null, events: [] };
    for (const commit of [insert, update, removal]) {
      const kept = structuredClone(commit);
      await store(target, commit);
      checkEqual(commit, kept, 'a commit does not change what it was given');
    }
  },

  'read: what the caller changes in an answer is not stored': changing((target) => target.read('alice')),

  'events: what the caller changes in an answer is not stored': changing((target) =>
    target.events('alice', { limit: EVERYTHING }),
  ),

  'scan: what the caller changes in an answer is not stored': changing((target) => target.scan({ limit: 2 })),
};
