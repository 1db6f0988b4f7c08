/** Cases of failures: a commit that throws holds nothing up, and a database that is gone is no user who is missing. */
import type { MfaStore, Swap } from '@mfakit/core';
import { check, checkEqual, show } from '../check.ts';
import { sampleEvent, sampleEvents, UNWRITABLE, version } from '../samples.ts';
import { expectEvents, expectRecord, lose, store } from '../steps.ts';
import type { CaseGroup } from '../store-case.ts';

/** What every method is asked once the database is gone, by name: of a user who is stored, and of one who is not. */
function questions(stored: Swap['expected']): Readonly<Record<string, (target: MfaStore) => Promise<unknown>>> {
  const alice = { userId: 'alice', expected: stored };
  return {
    'read of a stored user': (target) => target.read('alice'),
    'read of another user': (target) => target.read('bob'),
    'commit of an update': (target) => target.commit({ ...alice, next: version(2), events: [sampleEvent('alice', 2)] }),
    'commit without an event': (target) => target.commit({ ...alice, next: version(2), events: [] }),
    'commit of an insert': (target) => target.commit({ userId: 'bob', expected: null, next: version(1), events: [] }),
    'commit that would lose': (target) => target.commit({ ...alice, expected: null, next: version(2), events: [] }),
    'commit of an erase': (target) => target.commit({ ...alice, next: version(2), events: 'erase' }),
    'commit of a removal': (target) => target.commit({ ...alice, next: null, events: [] }),
    'commit of a removal of nothing': (target) =>
      target.commit({ userId: 'bob', expected: null, next: null, events: [] }),
    'events of a stored user': (target) => target.events('alice', { limit: 10 }),
    'events of another user': (target) => target.events('bob', { before: 5, limit: 1 }),
    scan: (target) => target.scan({ limit: 10 }),
    'scan after a user': (target) => target.scan({ after: 'alice', limit: 10 }),
  };
}

/** The same of an outbox: nothing to tell is an answer too. */
function outboxQuestions({ outbox }: MfaStore): Readonly<Record<string, () => Promise<unknown>>> {
  return outbox === undefined
    ? {}
    : {
        'outbox.claim': () => outbox.claim(10, 60),
        'outbox.stats': () => outbox.stats(),
        'outbox.parked': () => outbox.parked(10),
      };
}

export const failureCases: CaseGroup = {
  async 'commit: after one that throws, or that was lost, the next ones go on'(target, connections) {
    let stored = version(1);
    await store(target, { userId: 'alice', next: stored, events: [sampleEvent('alice', 1)] });
    for (const [index, connection] of connections.entries()) {
      const seq = index + 2;
      const commit = { userId: 'alice', expected: stored.revision, next: version(seq) };
      for (const events of [[sampleEvent('alice', 1)], [sampleEvent('alice', seq, UNWRITABLE)]]) {
        const answer: unknown = await connection.commit({ ...commit, events }).catch(() => 'thrown');
        checkEqual(answer, 'thrown', 'what is neither stored nor a lost race throws');
      }
      await lose(connection, { ...commit, expected: version().revision });
      // What was held for the one that threw is free again: for this user, for others, and for the same commit.
      await store(connection, { ...commit, events: [sampleEvent('alice', seq)] });
      await store(connection, { userId: `user-${index}`, next: version(1), events: [] });
      stored = commit.next;
      await expectRecord(target, 'alice', stored);
      await expectEvents(target, 'alice', sampleEvents('alice', 1, seq));
    }
  },

  async 'errors: with the database broken down every method throws, and none gives an answer'(
    target,
    connections,
    breakDown,
  ) {
    if (breakDown === undefined) return;
    const first = version(1);
    await store(target, { userId: 'alice', next: first, events: [sampleEvent('alice', 1)] });
    // Each connection has been in use: what it remembers of that answers nothing.
    for (const connection of connections) await expectRecord(connection, 'alice', first);
    await breakDown();
    for (const connection of connections) {
      const all = { ...questions(first.revision), ...outboxQuestions(connection) };
      for (const [name, ask] of Object.entries(all)) {
        const answer = await ask(connection).then(
          (given) => ({ given }),
          (error: unknown) => ({ error }),
        );
        // An error that is read as `null` lets the user in with the password alone.
        const said = 'given' in answer ? show(answer.given) : '';
        check('error' in answer, `with the database broken down every method throws\n  ${name} gave ${said}`);
        check(answer.error instanceof Error, `what a method throws is an Error\n  ${name} threw something else`);
      }
    }
  },
};
