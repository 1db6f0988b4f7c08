/** Cases of one commit that a driver sends twice: it is stored once, and both are told so. */
import type { MfaStore, StoredRecord, Swap } from '@mfakit/core';
import { check, checkEqual } from '../check.ts';
import { sampleEvent, sampleEvents, version } from '../samples.ts';
import { expectEvents, expectRecord, lose, store, together } from '../steps.ts';
import type { CaseGroup, TestStore } from '../store-case.ts';

const PROMISE = 'a commit that is sent twice answers true both times if its revision is the one that is stored';

/** A commit to be sent twice, and what must be stored of its user then. */
interface Sample {
  readonly commit: Swap & { readonly next: StoredRecord };
  readonly events: ReturnType<typeof sampleEvents>;
}

/** Makes the commit for a user, and stores what it expects. */
type Prepare = (target: MfaStore, userId: string) => Promise<Sample>;

const insert: Prepare = async (_target, userId) => {
  const events = sampleEvents(userId, 1, 2);
  return { commit: { userId, expected: null, next: version(2), events }, events };
};

const update: Prepare = async (target, userId) => {
  const first = version(1);
  await store(target, { userId, next: first, events: sampleEvents(userId, 1, 2) });
  const commit = { userId, expected: first.revision, next: version(4), events: sampleEvents(userId, 3, 4) };
  return { commit, events: sampleEvents(userId, 1, 4) };
};

const erase: Prepare = async (target, userId) => {
  const { commit } = await update(target, userId);
  return { commit: { ...commit, events: 'erase' }, events: [] };
};

/** Sends a commit over each pair of connections, one after the other. */
async function sendTwice(target: MfaStore, connections: TestStore['connections'], prepare: Prepare): Promise<void> {
  for (const [n, one] of connections.entries()) {
    for (const [m, other] of connections.entries()) {
      const userId = `user-${n}-${m}`;
      const { commit, events } = await prepare(target, userId);
      await store(one, commit);
      const again: unknown = await other.commit(structuredClone(commit));
      check(again === true, PROMISE);
      await expectRecord(target, userId, commit.next);
      await expectEvents(target, userId, events);
    }
  }
}

/** Sends a commit again once another one has replaced its record. */
async function sendLate(target: MfaStore, userId: string, prepare: Prepare): Promise<void> {
  const { commit, events } = await prepare(target, userId);
  await store(target, commit);
  const later = version(9);
  const added = [sampleEvent(userId, 9)];
  await store(target, { userId, expected: commit.next.revision, next: later, events: added });
  await lose(target, commit);
  await expectRecord(target, userId, later);
  await expectEvents(target, userId, [...events, ...added]);
}

export const resendCases: CaseGroup = {
  'commit: an insert that is sent twice answers true, and its events are stored once': (target, connections) =>
    sendTwice(target, connections, insert),

  'commit: an update that is sent twice answers true, and its events are stored once': (target, connections) =>
    sendTwice(target, connections, update),

  'commit: an erase that is sent twice answers true': (target, connections) => sendTwice(target, connections, erase),

  async 'commit: one that is sent again after another one answers false and changes nothing'(target) {
    await sendLate(target, 'alice', insert);
    await sendLate(target, 'bob', update);
    await sendLate(target, 'carol', erase);
  },

  async 'commit: a removal that is sent again changes nothing'(target) {
    const first = version(1);
    await store(target, { userId: 'alice', next: first, events: sampleEvents('alice', 1, 2) });
    const removal = { userId: 'alice', expected: first.revision, next: null };
    await store(target, removal);
    await lose(target, removal);
    await expectRecord(target, 'alice', null);
    const anew = version(1);
    await store(target, { userId: 'alice', next: anew, events: sampleEvents('alice', 1, 1) });
    await lose(target, removal);
    await expectRecord(target, 'alice', anew);
    await expectEvents(target, 'alice', sampleEvents('alice', 1, 1));
  },

  async 'commit: one that is sent ten times at once answers true each time and is stored once'(target) {
    for (const [index, prepare] of [insert, update, erase, insert, update, erase].entries()) {
      const userId = `user-${index}`;
      const { commit, events } = await prepare(target, userId);
      const answers = await together(Array.from({ length: 10 }, () => target.commit(structuredClone(commit))));
      checkEqual(answers, Array(10).fill(true), PROMISE);
      await expectRecord(target, userId, commit.next);
      await expectEvents(target, userId, events);
    }
  },
};
