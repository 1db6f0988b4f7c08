/** Cases of racing callers: one winner, and nothing lost. */
import type { MfaEvent, MfaStore, Swap } from '@mfakit/core';
import { check, checkEqual } from '../check.ts';
import { sampleEvent, sampleEvents, version } from '../samples.ts';
import { expectEvents, expectRecord, store, together } from '../steps.ts';
import type { CaseGroup } from '../store-case.ts';

const CALLERS = 50;

/** Fifty parallel commits on the second event of one user: expects one winner and finds its record and event stored. */
async function expectOneWinner(target: MfaStore, expected: string | null, seq: number): Promise<void> {
  const commits = Array.from({ length: CALLERS }, (_, caller) => ({
    userId: 'alice',
    expected,
    next: version(seq),
    events: [sampleEvent('alice', seq, `192.0.2.${caller}`)],
  }));
  const answers = await together(commits.map((commit) => target.commit(commit)));
  const winners = commits.filter((_, caller) => answers[caller]);
  checkEqual(winners.length, 1, 'of any number of commits with one expected revision exactly one answers true');
  const [winner] = winners;
  if (winner === undefined) return;
  await expectRecord(target, 'alice', winner.next);
  await expectEvents(target, 'alice', [...sampleEvents('alice', 1, seq - 1), ...winner.events]);
}

/** Adds 1 to the user's count, `times` times. */
async function count(target: MfaStore, times: number): Promise<void> {
  let won = 0;
  let lost = 0;
  while (won < times) {
    const current = await target.read('alice');
    const failures = (current?.record.lockout.failures ?? 0) + 1;
    const swapped = await target.commit({
      userId: 'alice',
      expected: current?.revision ?? null,
      next: version(failures),
      events: [sampleEvent('alice', failures)],
    });
    if (swapped) won += 1;
    else lost += 1;
    // No more than that can win between this caller's reads and its swaps.
    check(lost < CALLERS, 'a commit answers false only where another one came first');
  }
}

export const raceCases: CaseGroup = {
  async 'commit: of fifty parallel inserts of one user exactly one answers true'(target) {
    await expectOneWinner(target, null, 1);
  },

  async 'commit: of fifty parallel commits with one expected revision exactly one answers true'(target) {
    const first = version(1);
    await store(target, { userId: 'alice', next: first, events: [sampleEvent('alice', 1)] });
    await expectOneWinner(target, first.revision, 2);
  },

  async 'commit: callers that read, decide and swap in parallel lose no update'(target) {
    const callers = 10;
    const each = CALLERS / callers;
    await together(Array.from({ length: callers }, () => count(target, each)));
    const stored = await target.read('alice');
    checkEqual(stored?.record.lockout.failures, CALLERS, 'the count equals the number of commits that answered true');
    await expectEvents(target, 'alice', sampleEvents('alice', 1, CALLERS));
  },

  async 'commit: of an update and a removal in parallel exactly one answers true'(target) {
    for (let round = 0; round < 10; round += 1) {
      const first = version(1);
      await store(target, { userId: 'alice', next: first, events: [sampleEvent('alice', 1)] });
      const shared = { userId: 'alice', expected: first.revision };
      const update: Swap = { ...shared, next: version(2), events: [sampleEvent('alice', 2)] };
      const removal: Swap = { ...shared, next: null, events: [] };
      // Each is sent first in half of the rounds.
      const commits = round % 2 === 0 ? [update, removal] : [removal, update];
      const answers = await together(commits.map((commit) => target.commit(commit)));
      const [winner, ...more] = commits.filter((_, index) => answers[index]);
      check(winner !== undefined && more.length === 0, 'of an update and a removal exactly one answers true');
      await expectRecord(target, 'alice', winner.next);
      await expectEvents(target, 'alice', winner.next === null ? [] : sampleEvents('alice', 1, 2));
      if (winner.next !== null) {
        await store(target, { userId: 'alice', expected: winner.next.revision, next: null });
      }
    }
  },

  async 'commit: of fifty parallel removals exactly one answers true'(target) {
    const first = version(1);
    await store(target, { userId: 'alice', next: first, events: [sampleEvent('alice', 1)] });
    const removal: Swap = { userId: 'alice', expected: first.revision, next: null, events: [] };
    const answers = await together(Array.from({ length: CALLERS }, () => target.commit({ ...removal })));
    checkEqual(answers.filter(Boolean).length, 1, 'of any number of removals exactly one answers true');
    await expectRecord(target, 'alice', null);
    await expectEvents(target, 'alice', []);
  },

  async 'commit: of two that are sent five times each at once one lands, once'(target) {
    for (let round = 0; round < 5; round += 1) {
      const userId = `user-${round}`;
      const first = version(1);
      await store(target, { userId, next: first, events: [sampleEvent(userId, 1)] });
      const commits = ['192.0.2.11', '192.0.2.12'].map((ip): Swap => ({
        userId,
        expected: first.revision,
        next: version(2),
        events: [sampleEvent(userId, 2, ip)],
      }));
      const sent = Array.from({ length: 10 }, (_, index) => commits[(index + round) % 2] as Swap);
      const answers = await together(sent.map((commit) => target.commit(structuredClone(commit))));
      const told = commits.map((commit) => new Set(answers.filter((_, index) => sent[index] === commit)));
      const winner = commits.find((_, index) => told[index]?.has(true));
      check(winner !== undefined, 'of two commits that are sent at once one lands');
      const promise = 'whoever sends the commit that landed is told true, and whoever sends another one false';
      checkEqual(
        told.map((heard) => [...heard]),
        commits.map((commit) => [commit === winner]),
        promise,
      );
      await expectRecord(target, userId, winner.next);
      await expectEvents(target, userId, [sampleEvent(userId, 1), ...(winner.events as readonly MfaEvent[])]);
    }
  },

  async 'commit: parallel commits for different users all answer true'(target) {
    const commits = Array.from({ length: CALLERS }, (_, index) => ({
      userId: `user-${index}`,
      expected: null,
      next: version(index),
      events: [sampleEvent(`user-${index}`, 1)],
    }));
    const answers = await together(commits.map((commit) => target.commit(commit)));
    check(!answers.includes(false), 'a commit is lost only to one of the same user');
    for (const { userId, next, events } of commits) {
      await expectRecord(target, userId, next);
      await expectEvents(target, userId, events);
    }
  },

  async 'read: revision and record belong together while commits race'(target) {
    const first = version(0);
    const committed = new Map([[first.revision, 0]]);
    await store(target, { userId: 'alice', next: first });
    const write = async (): Promise<void> => {
      let expected = first.revision;
      for (let failures = 1; failures <= CALLERS; failures += 1) {
        const next = version(failures);
        committed.set(next.revision, failures);
        await store(target, { userId: 'alice', expected, next });
        expected = next.revision;
      }
    };
    const read = async (): Promise<void> => {
      let newest = 0;
      for (let reads = 0; reads < CALLERS; reads += 1) {
        const found = await target.read('alice');
        const failures = found?.record.lockout.failures ?? -1;
        const expected = committed.get(found?.revision ?? '');
        checkEqual(failures, expected, 'read gives a record with the revision that it was committed under');
        check(failures >= newest, 'a read never gives less than an earlier one');
        newest = failures;
      }
    };
    await together([write(), read(), read()]);
  },
};
