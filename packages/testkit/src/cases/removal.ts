/** Cases of removal: what `next: null` takes away and what it leaves alone. */
import type { MfaEvent } from '@mfakit/core';
import { sampleEvents, version } from '../samples.ts';
import { expectEvents, expectRecord, lose, store } from '../steps.ts';
import type { CaseGroup } from '../store-case.ts';

const threeEvents = (): readonly MfaEvent[] => sampleEvents('alice', 1, 3);

export const removalCases: CaseGroup = {
  async 'commit: next null removes the record'(target) {
    const stored = version();
    await store(target, { userId: 'alice', next: stored, events: threeEvents() });
    await store(target, { userId: 'alice', expected: stored.revision, next: null });
    await expectRecord(target, 'alice', null);
  },

  async 'commit: next null removes all events of the user'(target) {
    const stored = version();
    await store(target, { userId: 'alice', next: stored, events: threeEvents() });
    await store(target, { userId: 'alice', expected: stored.revision, next: null });
    await expectEvents(target, 'alice', []);
  },

  async 'commit: a user stored anew after a removal has none of the old events'(target) {
    const old = version();
    await store(target, { userId: 'alice', next: old, events: threeEvents() });
    await store(target, { userId: 'alice', expected: old.revision, next: null });
    const anew = version(7);
    // The numbers start over, so a unique index would meet what a removal forgot.
    await store(target, { userId: 'alice', next: anew, events: sampleEvents('alice', 1, 2) });
    await expectRecord(target, 'alice', anew);
    await expectEvents(target, 'alice', sampleEvents('alice', 1, 2));
  },

  async 'commit: next null with a wrong expected revision answers false and removes nothing'(target) {
    const first = version(1);
    const second = version(2);
    await store(target, { userId: 'alice', next: first, events: threeEvents() });
    await store(target, { userId: 'alice', expected: first.revision, next: second });
    for (const expected of [first.revision, version().revision]) {
      await lose(target, { userId: 'alice', expected, next: null });
      await expectRecord(target, 'alice', second);
      await expectEvents(target, 'alice', threeEvents());
    }
  },

  async 'commit: next null with expected null where a record is stored answers false and removes nothing'(target) {
    const stored = version();
    await store(target, { userId: 'alice', next: stored, events: threeEvents() });
    await lose(target, { userId: 'alice', expected: null, next: null });
    await expectRecord(target, 'alice', stored);
    await expectEvents(target, 'alice', threeEvents());
  },

  async 'commit: next null with expected null where nothing is stored answers true'(target) {
    await store(target, { userId: 'alice', expected: null, next: null });
    await expectRecord(target, 'alice', null);
  },

  async 'commit: next null with an expected revision where nothing is stored answers false'(target) {
    await lose(target, { userId: 'alice', expected: version().revision, next: null });
    const removed = version();
    await store(target, { userId: 'alice', next: removed });
    await store(target, { userId: 'alice', expected: removed.revision, next: null });
    await lose(target, { userId: 'alice', expected: removed.revision, next: null });
    await lose(target, { userId: 'alice', expected: removed.revision, next: version() });
    await expectRecord(target, 'alice', null);
  },
};
