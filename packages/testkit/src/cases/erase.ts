/** Cases of `events: 'erase'`: a record is stored, and every event of its user goes in the same commit. */
import type { MfaEvent, StoredRecord, Swap } from '@mfakit/core';
import { check } from '../check.ts';
import { sampleEvent, sampleEvents, version } from '../samples.ts';
import { expectEvents, expectRecord, lose, store, together } from '../steps.ts';
import type { CaseGroup } from '../store-case.ts';

const threeEvents = (userId = 'alice'): readonly MfaEvent[] => sampleEvents(userId, 1, 3);

/** A swap that erases. */
function erasing(userId: string, expected: string | null, next: StoredRecord): Swap {
  return { userId, expected, next, events: 'erase' };
}

export const eraseCases: CaseGroup = {
  async 'commit: erase stores the record and removes all events of the user'(target) {
    const first = version(1);
    const second = version(2);
    await store(target, { userId: 'alice', next: first, events: threeEvents() });
    await store(target, erasing('alice', first.revision, second));
    await expectRecord(target, 'alice', second);
    await expectEvents(target, 'alice', []);
  },

  async 'commit: erase leaves the events of other users'(target) {
    // Ids that begin alike, or are patterns that match the others.
    const others = ['alic', 'alice2', 'ALICE', 'al%', 'alic_', '*', 'bob'];
    for (const userId of others) await store(target, { userId, next: version(1), events: threeEvents(userId) });
    const first = version(1);
    await store(target, { userId: 'alice', next: first, events: threeEvents() });
    await store(target, erasing('alice', first.revision, version(2)));
    await store(target, erasing('carol', null, version(1)));
    for (const userId of others) await expectEvents(target, userId, threeEvents(userId));
  },

  async 'commit: erase with expected null stores the first record of a user'(target) {
    const first = version(1);
    await store(target, erasing('alice', null, first));
    await expectRecord(target, 'alice', first);
    await expectEvents(target, 'alice', []);
    const second = version(2);
    await store(target, { userId: 'alice', expected: first.revision, next: second, events: threeEvents() });
    await expectRecord(target, 'alice', second);
    await expectEvents(target, 'alice', threeEvents());
  },

  async 'commit: after an erase events go on, above the erased ones or from the start'(target) {
    for (const [userId, from] of [
      ['alice', 5],
      ['bob', 1],
    ] as const) {
      const versions = [version(1), version(2), version(3)] as const;
      await store(target, { userId, next: versions[0], events: threeEvents(userId) });
      await store(target, erasing(userId, versions[0].revision, versions[1]));
      const events = sampleEvents(userId, from, from + 1);
      await store(target, { userId, expected: versions[1].revision, next: versions[2], events });
      await expectRecord(target, userId, versions[2]);
      await expectEvents(target, userId, events);
    }
  },

  async 'commit: an erase that is lost removes nothing'(target) {
    const first = version(1);
    const second = version(2);
    await store(target, { userId: 'alice', next: first, events: threeEvents() });
    await store(target, { userId: 'alice', expected: first.revision, next: second });
    for (const expected of [null, first.revision, version().revision]) {
      await lose(target, erasing('alice', expected, version(3)));
      await expectRecord(target, 'alice', second);
      await expectEvents(target, 'alice', threeEvents());
    }
    await lose(target, erasing('bob', first.revision, version(3)));
    await expectRecord(target, 'bob', null);
  },

  async 'commit: an erase takes no event of a later commit'(target) {
    for (let round = 0; round < 10; round += 1) {
      const userId = `user-${round}`;
      const versions = [version(1), version(2), version(3)] as const;
      const [first, erased, later] = versions;
      await store(target, { userId, next: first, events: threeEvents(userId) });
      const events = [sampleEvent(userId, 5)];
      const follow = async (): Promise<void> => {
        // As soon as the record of the erase is there, its events must be gone.
        for (let reads = 1; (await target.read(userId))?.revision !== erased.revision; reads += 1) {
          // Promises that are resolved already would keep every timer waiting, the deadline of the case included.
          if (reads % 100 === 0) await new Promise((resolve) => setTimeout(resolve));
        }
        await store(target, { userId, expected: erased.revision, next: later, events });
      };
      await together([store(target, erasing(userId, first.revision, erased)), follow()]);
      await expectRecord(target, userId, later);
      await expectEvents(target, userId, events);
    }
  },

  async 'commit: of an erase and an update in parallel exactly one answers true'(target) {
    for (let round = 0; round < 10; round += 1) {
      const userId = `user-${round}`;
      const first = version(1);
      await store(target, { userId, next: first, events: [sampleEvent(userId, 1)] });
      const update: Swap = { userId, expected: first.revision, next: version(2), events: [sampleEvent(userId, 2)] };
      const erase = erasing(userId, first.revision, version(3));
      // Each is sent first in half of the rounds.
      const commits = round % 2 === 0 ? [update, erase] : [erase, update];
      const answers = await together(commits.map((commit) => target.commit(commit)));
      const [winner, ...more] = commits.filter((_, index) => answers[index]);
      check(winner !== undefined && more.length === 0, 'of an erase and an update exactly one answers true');
      await expectRecord(target, userId, winner.next);
      await expectEvents(target, userId, winner === erase ? [] : sampleEvents(userId, 1, 2));
    }
  },
};
