/** Cases of `outbox`, which a store may have: it is written by commits alone, and gives each entry to one at a time. */
import type { MfaEvent, MfaStore, Outbox, OutboxEntry, OutboxOptions } from '@mfakit/core';
import { check, checkEqual, show } from '../check.ts';
import { SAMPLE_INSTANT, sampleEvent, sampleEvents, version } from '../samples.ts';
import { expectEvents, expectRecord, lose, store, together } from '../steps.ts';
import type { CaseBody, CaseGroup } from '../store-case.ts';

/** Open the store with `outbox: { types: OUTBOX_TYPES }` to have the kit try its outbox. */
export const OUTBOX_TYPES: OutboxOptions['types'] = [
  'attempt_refused',
  'forgotten',
  { type: 'verified', method: 'backup_code' },
];

/** Longer than a case. */
const LONG_S = 3600;
const MORE = 1000;
const LATER = new Date(Date.UTC(2100, 0));
const NOW = new Date(0);

const forgotten = (userId: string, seq: number): MfaEvent => ({
  userId,
  seq,
  at: SAMPLE_INSTANT + seq,
  actor: 'support',
  type: 'forgotten',
});

const verified = (userId: string, seq: number, method: string): MfaEvent => ({
  userId,
  seq,
  at: SAMPLE_INSTANT + seq,
  type: 'verified',
  operation: 'verify',
  failures: 0,
  backupCodesRemaining: 9,
  method,
  factorId: null,
});

/** A case that only concerns stores with an outbox. `all`: the outboxes of the connections, `next`: one after the other. */
function withOutbox(body: (target: MfaStore, next: () => Outbox, all: readonly Outbox[]) => Promise<void>): CaseBody {
  return async (target, connections) => {
    const all = connections.flatMap(({ outbox }) => (outbox === undefined ? [] : [outbox]));
    const [first] = all;
    if (first === undefined) return;
    check(all.length === connections.length, 'every connection has the outbox, or none has it');
    let turns = 0;
    await body(target, () => all[turns++ % all.length] ?? first, all);
  };
}

const byUser = (entries: readonly { readonly event: MfaEvent }[]): readonly MfaEvent[] =>
  entries
    .map(({ event }) => event)
    .toSorted((one, other) => (one.userId === other.userId ? one.seq - other.seq : one.userId < other.userId ? -1 : 1));

/** Claims everything that is due. */
async function expectClaim(
  outbox: Outbox,
  events: readonly MfaEvent[],
  promise: string,
): Promise<readonly OutboxEntry[]> {
  const entries = await outbox.claim(MORE, LONG_S);
  check(Array.isArray(entries), 'claim gives an array');
  checkEqual(byUser(entries), events, promise);
  return entries;
}

async function expectStats(outbox: Outbox, waiting: number, parked: number, oldestSeq: number | null): Promise<void> {
  const stats = await outbox.stats();
  const oldest = stats.oldest === null ? null : stats.oldest.getTime() - SAMPLE_INSTANT;
  checkEqual(
    { ...stats, oldest },
    { waiting, parked, oldest: oldestSeq },
    'stats counts what waits and what is parked',
  );
}

/** One entry, claimed. */
async function claimOne(target: MfaStore, outbox: Outbox, userId = 'alice'): Promise<OutboxEntry> {
  await store(target, { userId, next: version(1), events: sampleEvents(userId, 1, 1) });
  const [entry] = await expectClaim(outbox, sampleEvents(userId, 1, 1), 'claim gives what a commit has queued');
  check(entry !== undefined, 'claim gives what a commit has queued');
  return entry;
}

export const outboxCases: CaseGroup = {
  'outbox: claim gives the events of the listed types, each once, as they were committed': withOutbox(
    async (target, next) => {
      const promise = 'claim gives every event that was committed and is listed, and no other';
      await expectClaim(next(), [], 'an empty outbox gives nothing');
      const first = version(1);
      const others = [
        { userId: 'alice', seq: 3, at: SAMPLE_INSTANT, type: 'exempted' },
        verified('alice', 4, 'totp'),
        verified('alice', 5, 'backup_code'),
      ] as const;
      await store(target, { userId: 'alice', next: first, events: [...sampleEvents('alice', 1, 2), ...others] });
      await store(target, { userId: '\uFEFFb\u00E9 \u{1F47E}', next: version(1), events: [] });
      const entries = await expectClaim(next(), [...sampleEvents('alice', 1, 2), others[2]], promise);
      for (const { id, tries } of entries) {
        check(/^[!-~]+$/.test(id), `an id is printable ASCII\n  ${show(id)}`);
        checkEqual(tries, 1, 'the first claim of an entry is its first try');
      }
      check(new Set(entries.map(({ id }) => id)).size === entries.length, 'every entry has an id of its own');
      await expectEvents(target, 'alice', [...sampleEvents('alice', 1, 2), ...others]);
      const late = sampleEvent('alice', 6, '\uFEFF\u{1F47E} “\\”');
      await store(target, { userId: 'alice', expected: first.revision, next: version(2), events: [late] });
      await expectClaim(next(), [late], promise);
    },
  ),

  'outbox: what is claimed is nobody else’s until the lease ends, and then is given again': withOutbox(
    async (target, next) => {
      const userId = 'alice';
      await store(target, { userId, next: version(1), events: sampleEvents(userId, 1, 2) });
      const [taken] = await next().claim(1, 0.3);
      const taker = Date.now();
      check(taken !== undefined, 'claim gives what is due');
      const [left, ...none] = await next().claim(MORE, LONG_S);
      check(left !== undefined && none.length === 0 && left.id !== taken.id, 'claim gives nothing that is leased');
      for (;;) {
        const [again] = await next().claim(MORE, LONG_S);
        if (again !== undefined) {
          checkEqual(again, { ...taken, tries: 2 }, 'an entry whose lease has ended is given again, as another try');
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      // What the clocks of a server and of this process may differ by, within one machine.
      check(Date.now() - taker >= 200, 'a lease lasts as long as was asked for');
      await expectClaim(next(), [], 'claim gives nothing that is leased');
    },
  ),

  'outbox: what is done is gone, whoever held it, and a second time changes nothing': withOutbox(
    async (target, next) => {
      await store(target, { userId: 'alice', next: version(1), events: sampleEvents('alice', 1, 3) });
      const entries = await next().claim(MORE, LONG_S);
      const [one, other, third] = entries.map(({ id }) => id);
      check(one !== undefined && other !== undefined && third !== undefined, 'claim gives what is due');
      const left = entries.find(({ id }) => id === third)?.event.seq ?? 0;
      await next().done([one, other]);
      await expectStats(next(), 1, 0, left);
      await next().done([other, one, 'no-such-entry', '999999999']);
      await next().done([]);
      await expectStats(next(), 1, 0, left);
      // Someone whose lease had ended, and who has told it all the same.
      await next().retry(third, NOW, '');
      await next().claim(MORE, LONG_S);
      await next().done([third]);
      check(!(await next().retry(third, NOW, '')), 'retry of what is gone answers false');
      await expectClaim(next(), [], 'what is done is gone');
      await expectStats(next(), 0, 0, null);
      await expectEvents(target, 'alice', sampleEvents('alice', 1, 3));
    },
  ),

  'outbox: retry gives an entry back for another time': withOutbox(async (target, next) => {
    const entry = await claimOne(target, next());
    check(
      await next().retry(entry.id, LATER, 'the mail server is away'),
      'retry answers true if there is such an entry',
    );
    await expectClaim(next(), [], 'what waits for another try is not given before');
    await expectStats(next(), 1, 0, 1);
    check(await next().retry(entry.id, NOW, ''), 'retry answers true if there is such an entry');
    const [again] = await next().claim(MORE, LONG_S);
    checkEqual(again, { ...entry, tries: 2 }, 'an entry that is due again is given again');
    for (const id of ['no-such-entry', '999999999', '']) {
      check(!(await next().retry(id, NOW, '')), 'retry answers false if there is no such entry');
    }
  }),

  'outbox: a parked entry is counted, listed and given to nobody, until it is tried again': withOutbox(
    async (target, next) => {
      const error = '550 no such user “\u{1F47E}”';
      const entry = await claimOne(target, next());
      checkEqual(await next().parked(MORE), [], 'parked lists nothing else');
      check(await next().retry(entry.id, null, error), 'retry answers true if there is such an entry');
      await expectClaim(next(), [], 'what is parked is given to nobody');
      await expectStats(next(), 0, 1, null);
      checkEqual(await next().parked(MORE), [{ ...entry, error }], 'parked lists the entries with their errors');
      const other = await claimOne(target, next(), 'bob');
      await next().retry(other.id, null, error);
      check((await next().parked(1)).length === 1, 'parked gives no more than `limit`');
      check(await next().retry(entry.id, NOW, ''), 'what is parked can be tried again');
      const [again] = await next().claim(MORE, LONG_S);
      checkEqual(again, { ...entry, tries: 2 }, 'what was parked is given again');
      await expectStats(next(), 1, 1, 1);
    },
  ),

  'outbox: drop takes one entry away, wherever it stands': withOutbox(async (target, next) => {
    const entry = await claimOne(target, next());
    check(await next().drop(entry.id), 'drop answers true if there was such an entry');
    check(!(await next().drop(entry.id)), 'drop answers false if there was none');
    check(!(await next().drop('no-such-entry')), 'drop answers false if there was none');
    const parked = await claimOne(target, next(), 'bob');
    await next().retry(parked.id, null, '');
    check(await next().drop(parked.id), 'a parked entry can be dropped');
    await expectStats(next(), 0, 0, null);
  }),

  'outbox: claim keeps to its limit, and the longest waiting come first': withOutbox(async (target, next) => {
    await store(target, { userId: 'alice', next: version(1), events: sampleEvents('alice', 1, 9) });
    const entries = await next().claim(MORE, LONG_S);
    for (const { id, event } of entries) await next().retry(id, new Date(SAMPLE_INSTANT - event.seq * 86_400_000), '');
    for (const seqs of [[9, 8], [7, 6, 5, 4], [3, 2, 1], []]) {
      const found = await next().claim(seqs.length || 1, LONG_S);
      checkEqual(
        found.map(({ event }) => event.seq).toSorted((one, other) => other - one),
        seqs,
        'claim gives the entries that have waited longest, as many as its limit at most',
      );
    }
    await expectStats(next(), 9, 0, 1);
  }),

  'outbox: of many that claim at once each gets entries of their own': withOutbox(async (target, next, all) => {
    const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    await together(
      users.map((userId) => store(target, { userId, next: version(1), events: sampleEvents(userId, 1, 5) })),
    );
    const found = new Map<string, MfaEvent>();
    const claimAll = async (outbox: Outbox): Promise<void> => {
      // Nothing was given although something is due: others may hold it at this moment.
      for (let empty = 0; empty < 3;) {
        const entries = await outbox.claim(7, LONG_S);
        for (const { id, event, tries } of entries) {
          check(!found.has(id), 'what is claimed is given to no other');
          checkEqual(tries, 1, 'the first claim of an entry is its first try');
          found.set(id, event);
        }
        empty = entries.length === 0 ? empty + 1 : 0;
      }
    };
    await together(Array.from({ length: Math.max(8, all.length) }, () => claimAll(next())));
    const events = users.flatMap((userId) => sampleEvents(userId, 1, 5));
    const given = byUser([...found.values()].map((event) => ({ event })));
    checkEqual(given, byUser(events.map((event) => ({ event }))), 'claim gives all that is due, sooner or later');
  }),

  'outbox: a commit that is lost or throws queues nothing, and one that is sent twice queues once': withOutbox(
    async (target, next) => {
      const first = version(1);
      const insert = { userId: 'alice', expected: null, next: first, events: sampleEvents('alice', 1, 1) };
      await store(target, insert);
      await store(target, insert);
      await lose(target, { ...insert, next: version(2), events: sampleEvents('alice', 2, 2) });
      await lose(target, {
        ...insert,
        expected: version().revision,
        next: version(2),
        events: sampleEvents('alice', 2, 2),
      });
      const taken = {
        userId: 'alice',
        expected: first.revision,
        next: version(2),
        events: sampleEvents('alice', 1, 2),
      };
      const thrown = await target.commit(taken).catch(() => 'thrown');
      check(thrown === 'thrown', 'a commit throws if the seq of an event is stored already');
      await expectClaim(next(), sampleEvents('alice', 1, 1), 'only what was committed is queued, and only once');
      const update = { ...taken, next: version(3), events: sampleEvents('alice', 2, 3) };
      await together(Array.from({ length: 8 }, () => store(target, structuredClone(update))));
      await expectClaim(next(), sampleEvents('alice', 2, 3), 'only what was committed is queued, and only once');
    },
  ),

  'outbox: an erase queues what it is given for it, and leaves what waits': withOutbox(async (target, next) => {
    const versions = ['alice', 'bob'].map((userId) => ({ userId, first: version(1), erased: version(2) }));
    for (const { userId, first, erased } of versions) {
      await store(target, { userId, next: first, events: sampleEvents(userId, 1, 2) });
      const ignored = { userId, seq: 4, at: SAMPLE_INSTANT, type: 'exempted' } as const;
      const erase = { userId, expected: first.revision, next: erased, events: 'erase' } as const;
      await store(target, { ...erase, forOutbox: [forgotten(userId, 3), ignored] });
      await store(target, { ...erase, forOutbox: [forgotten(userId, 3), ignored] });
      await lose(target, { ...erase, next: version(3), forOutbox: [forgotten(userId, 3)] });
      await expectRecord(target, userId, erased);
      await expectEvents(target, userId, []);
    }
    const none = { userId: 'carol', next: version(1), events: 'erase', forOutbox: [forgotten('carol', 1)] } as const;
    await store(target, none);
    const all = ['alice', 'bob'].flatMap((userId) => [...sampleEvents(userId, 1, 2), forgotten(userId, 3)]);
    const promise = 'an erase queues what it is given, and takes nothing that waits';
    const entries = await expectClaim(next(), [...all, forgotten('carol', 1)], promise);
    for (const { id, event } of entries) await next().retry(id, event.seq === 1 ? null : NOW, '');
    const anew = { userId: 'alice', expected: versions[0]?.erased.revision ?? '', next: version(4) };
    await store(target, { ...anew, events: 'erase' });
    const parked = byUser(await next().parked(MORE));
    checkEqual(
      parked,
      [sampleEvent('bob', 1), forgotten('carol', 1)],
      'an erase takes what is parked of its user alone',
    );
    await expectStats(next(), 4, 2, 2);
  }),

  'outbox: a removal leaves what waits, and the user may come back': withOutbox(async (target, next) => {
    const first = version(1);
    await store(target, { userId: 'alice', next: first, events: sampleEvents('alice', 1, 2) });
    await store(target, { userId: 'alice', expected: first.revision, next: null });
    await expectRecord(target, 'alice', null);
    const anew = version(1);
    await store(target, { userId: 'alice', next: anew, events: sampleEvents('alice', 1, 1) });
    await expectRecord(target, 'alice', anew);
    await expectEvents(target, 'alice', sampleEvents('alice', 1, 1));
    const all = [sampleEvent('alice', 1), sampleEvent('alice', 1), sampleEvent('alice', 2)];
    await expectClaim(next(), all, 'a removal takes nothing that waits');
  }),

  async 'outbox: pruneEvents leaves what waits'(_, connections) {
    for (const [index, connection] of connections.entries()) {
      if (connection.outbox === undefined || connection.pruneEvents === undefined) continue;
      const userId = `user-${index}`;
      await store(connection, { userId, next: version(1), events: sampleEvents(userId, 1, 2) });
      checkEqual(await connection.pruneEvents({ before: LATER }), 2, 'pruneEvents counts events alone');
      await expectClaim(connection.outbox, sampleEvents(userId, 1, 2), 'pruneEvents leaves what waits to be told');
    }
  },
};
