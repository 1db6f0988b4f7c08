/** Cases of one caller: what a commit stores and what a lost one leaves alone. */
import { checkEqual } from '../check.ts';
import { sampleEvent, sampleEvents, sampleRecord, UNWRITABLE, version } from '../samples.ts';
import { expectEvents, expectRecord, lose, store } from '../steps.ts';
import type { CaseGroup } from '../store-case.ts';

export const commitCases: CaseGroup = {
  async 'read: a user of whom nothing is stored is null'(target) {
    await expectRecord(target, 'alice', null);
    await store(target, { userId: 'bob', next: version() });
    await expectRecord(target, 'alice', null);
  },

  async 'read: a commit that has answered is seen over every connection'(_target, connections) {
    let expected: string | null = null;
    let seq = 0;
    for (const writer of connections) {
      for (let round = 0; round < 2; round += 1) {
        seq += 1;
        const next = version(seq);
        await store(writer, { userId: 'alice', expected, next, events: [sampleEvent('alice', seq)] });
        for (const reader of connections) {
          await expectRecord(reader, 'alice', next);
          await expectEvents(reader, 'alice', sampleEvents('alice', 1, seq));
        }
        expected = next.revision;
      }
    }
  },

  async 'commit: the record is replaced as a whole'(target) {
    const first = version(1);
    const second = version({ ...sampleRecord(), factors: [], backupCodes: null, enforcement: { from: 0 } });
    const third = version(3);
    await store(target, { userId: 'alice', next: first });
    await store(target, { userId: 'alice', expected: first.revision, next: second });
    await expectRecord(target, 'alice', second);
    await store(target, { userId: 'alice', expected: second.revision, next: third });
    await expectRecord(target, 'alice', third);
  },

  async 'commit: expected null where a record is stored answers false and leaves the record'(target) {
    const first = version(1);
    await store(target, { userId: 'alice', next: first });
    await lose(target, { userId: 'alice', next: version(2) });
    await expectRecord(target, 'alice', first);
  },

  async 'commit: a wrong expected revision answers false and leaves the record'(target) {
    const first = version(1);
    const second = version(2);
    await store(target, { userId: 'alice', next: first });
    await store(target, { userId: 'alice', expected: first.revision, next: second });
    for (const expected of [first.revision, version().revision, '']) {
      await lose(target, { userId: 'alice', expected, next: version(3) });
      await expectRecord(target, 'alice', second);
    }
  },

  async 'commit: an expected revision where nothing is stored answers false and stores nothing'(target) {
    await lose(target, { userId: 'alice', expected: version().revision, next: version() });
    await expectRecord(target, 'alice', null);
  },

  async 'commit: revisions are compared character by character'(target) {
    const stored = { ...version(1), revision: 'aB-_9' };
    await store(target, { userId: 'alice', next: stored });
    for (const expected of ['AB-_9', 'ab-_9', 'aB-_9 ', ' aB-_9', 'aB-_', 'aB__9', 'aB%', 'aB-_90']) {
      await lose(target, { userId: 'alice', expected, next: version(2) });
    }
    await expectRecord(target, 'alice', stored);
  },

  async 'commit: the events of a lost commit are not stored'(target) {
    const first = version(1);
    const events = sampleEvents('alice', 2, 3);
    await lose(target, { userId: 'alice', expected: first.revision, next: version(), events });
    await expectEvents(target, 'alice', []);
    await store(target, { userId: 'alice', next: first, events: sampleEvents('alice', 1, 1) });
    await expectEvents(target, 'alice', sampleEvents('alice', 1, 1));
    await lose(target, { userId: 'alice', expected: null, next: version(2), events });
    await lose(target, { userId: 'alice', expected: version().revision, next: version(2), events });
    await expectEvents(target, 'alice', sampleEvents('alice', 1, 1));
  },

  async 'commit: the events are stored with the record, after those of earlier commits'(target) {
    const versions = [version(1), version(4), version(4), version(6)] as const;
    await store(target, { userId: 'alice', next: versions[0], events: sampleEvents('alice', 1, 1) });
    await expectEvents(target, 'alice', sampleEvents('alice', 1, 1));
    await store(target, {
      userId: 'alice',
      expected: versions[0].revision,
      next: versions[1],
      events: sampleEvents('alice', 2, 4),
    });
    await expectEvents(target, 'alice', sampleEvents('alice', 1, 4));
    await store(target, { userId: 'alice', expected: versions[1].revision, next: versions[2] });
    await expectEvents(target, 'alice', sampleEvents('alice', 1, 4));
    await store(target, {
      userId: 'alice',
      expected: versions[2].revision,
      next: versions[3],
      events: sampleEvents('alice', 5, 6),
    });
    await expectEvents(target, 'alice', sampleEvents('alice', 1, 6));
  },

  async 'commit: one whose events cannot be written stores nothing'(target) {
    const first = version(1);
    await store(target, { userId: 'alice', next: first, events: [sampleEvent('alice', 1)] });
    const events = [sampleEvent('alice', 2), sampleEvent('alice', 3, UNWRITABLE)];
    const commit = { userId: 'alice', expected: first.revision, next: version(2), events };
    const answer = await target.commit(commit).catch(() => 'thrown');
    checkEqual(answer, 'thrown', 'what is neither stored nor a lost race throws');
    await expectRecord(target, 'alice', first);
    await expectEvents(target, 'alice', [sampleEvent('alice', 1)]);
  },

  async 'commit: one whose events clash with stored ones throws and stores nothing'(target) {
    // The core never numbers an event twice, unless records were restored without their events. An event that is
    // dropped without a word would be a success or a failure that nobody hears of.
    const first = version(1);
    const stored = [sampleEvent('alice', 1), sampleEvent('alice', 2)];
    await store(target, { userId: 'alice', next: first, events: stored });
    for (const events of [
      [sampleEvent('alice', 3), sampleEvent('alice', 2, '192.0.2.99')],
      [sampleEvent('alice', 2, '192.0.2.99')],
      [sampleEvent('alice', 2)],
    ]) {
      const commit = { userId: 'alice', expected: first.revision, next: version(2), events };
      const answer = await target.commit(commit).catch(() => 'thrown');
      checkEqual(answer, 'thrown', 'a commit throws if the number of one of its events is stored already');
      await expectRecord(target, 'alice', first);
      await expectEvents(target, 'alice', stored);
    }
  },
};
