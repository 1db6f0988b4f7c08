/** Faults of an outbox: what is lost in it, told again, or given to two. */
import type { MfaEvent, MfaStore, Outbox, OutboxEntry, Swap } from '@mfakit/core';
import { listed, type BrokenStore } from '../broken-store.ts';

const CLAIM = 'outbox: claim gives the events of the listed types, each once, as they were committed';
const LEASE = 'outbox: what is claimed is nobody else’s until the lease ends, and then is given again';
const DONE = 'outbox: what is done is gone, whoever held it, and a second time changes nothing';
const RETRY = 'outbox: retry gives an entry back for another time';
const PARK = 'outbox: a parked entry is counted, listed and given to nobody, until it is tried again';
const DROP = 'outbox: drop takes one entry away, wherever it stands';
const LIMIT = 'outbox: claim keeps to its limit, and the longest waiting come first';
const MANY = 'outbox: of many that claim at once each gets entries of their own';
const COMMIT = 'outbox: a commit that is lost or throws queues nothing, and one that is sent twice queues once';
const ERASE = 'outbox: an erase queues what it is given for it, and leaves what waits';
const REMOVAL = 'outbox: a removal leaves what waits, and the user may come back';
const PRUNE = 'outbox: pruneEvents leaves what waits';

const soundOutbox = ({ outbox }: MfaStore): Outbox => {
  if (outbox === undefined) throw new Error('The sound store has an outbox.');
  return outbox;
};

/** A fault of the outbox itself. */
const fault = (name: string, fails: readonly string[], breaks: (sound: Outbox) => Partial<Outbox>): BrokenStore => ({
  name,
  fails,
  breaks: (store) => ({ outbox: { ...soundOutbox(store), ...breaks(soundOutbox(store)) } }),
});

/** Takes every entry that waits out, by what it is about. */
async function takeOut(outbox: Outbox, wanted: (event: MfaEvent) => boolean): Promise<void> {
  const entries = await outbox.claim(1000, 0.000_001);
  await outbox.done(entries.filter(({ event }) => wanted(event)).map(({ id }) => id));
  for (const { id, event } of entries) if (!wanted(event)) await outbox.retry(id, new Date(0), '');
}

/** A fault of the commit: what happens to the outbox with one. */
const around = (
  name: string,
  fails: readonly string[],
  commit: (swap: Swap, sound: MfaStore, outbox: Outbox) => Promise<boolean>,
): BrokenStore => ({
  name,
  fails,
  breaks: (sound) => ({ commit: (swap) => commit(swap, sound, soundOutbox(sound)) }),
});

/** Entries of its own, which it adds to those of the sound one. */
function withOwn(sound: Outbox): { readonly queue: (events: readonly MfaEvent[]) => void; readonly outbox: Outbox } {
  const own: OutboxEntry[] = [];
  return {
    queue: (events) =>
      void own.push(...events.map((event, index) => ({ id: `own-${own.length + index}`, event, tries: 1 }))),
    outbox: {
      ...sound,
      claim: async (limit, seconds) => [...(await sound.claim(limit, seconds)), ...own.splice(0)],
    },
  };
}

export const outboxFaults: readonly BrokenStore[] = [
  fault('gives no entry', [CLAIM, LEASE, RETRY, MANY], () => ({ claim: async () => [] })),
  fault('does not count tries', [LEASE, RETRY], (sound) => ({
    claim: async (...given) => (await sound.claim(...given)).map((entry) => ({ ...entry, tries: 1 })),
  })),
  fault('leases nothing', [LEASE], (sound) => ({ claim: (limit) => sound.claim(limit, 0.000_001) })),
  fault('leases for ever less than asked', [LEASE], (sound) => ({
    claim: (limit, seconds) => sound.claim(limit, seconds / 10),
  })),
  fault('keeps what is done', [DONE], () => ({ done: async () => undefined })),
  fault('takes only what is done first', [DONE], (sound) => ({ done: (ids) => sound.done(ids.slice(0, 1)) })),
  fault('has another try at once', [RETRY], (sound) => ({
    retry: (id, at, error) => sound.retry(id, at && new Date(0), error),
  })),
  fault('says that it will try what is not there', [RETRY, DONE], (sound) => ({
    retry: async (...given) => (await sound.retry(...given)) || true,
  })),
  fault('goes on with what is parked', [PARK], (sound) => ({
    retry: (id, at, error) => sound.retry(id, at ?? new Date(0), error),
  })),
  fault('forgets why', [PARK], (sound) => ({ retry: (id, at) => sound.retry(id, at, '') })),
  fault('lists no limit of what is parked', [PARK], (sound) => ({ parked: () => sound.parked(1000) })),
  fault('counts what is parked with what waits', [PARK], (sound) => ({
    async stats() {
      const stats = await sound.stats();
      return { ...stats, waiting: stats.waiting + stats.parked, parked: 0 };
    },
  })),
  fault('drops nothing', [DROP], () => ({ drop: async () => true })),
  fault('gives more than the limit', [LIMIT], (sound) => ({ claim: (_limit, seconds) => sound.claim(1000, seconds) })),
  fault('gives one entry to two', [MANY], (sound) => ({
    async claim(limit, seconds) {
      const entries = await sound.claim(limit, seconds);
      await new Promise(setImmediate);
      const [first] = entries;
      if (first !== undefined && seconds > 60) await sound.retry(first.id, new Date(0), '');
      return entries;
    },
  })),
  {
    name: 'queues what a commit brings before it is stored',
    fails: [COMMIT],
    breaks(sound) {
      const { queue, outbox } = withOwn(soundOutbox(sound));
      return {
        outbox,
        async commit(swap) {
          const { forOutbox = [] } = swap;
          queue(swap.events === 'erase' ? forOutbox : listed(swap.events));
          const answer = await sound.commit(swap);
          await takeOut(soundOutbox(sound), () => true);
          return answer;
        },
      };
    },
  },
  around('queues nothing that an erase brings', [ERASE], async (swap, sound) => {
    const { forOutbox: _, ...rest } = swap;
    return sound.commit(rest);
  }),
  around('takes what waits with a removal', [REMOVAL], async (swap, sound, outbox) => {
    const answer = await sound.commit(swap);
    if (answer && swap.next === null) await takeOut(outbox, ({ userId }) => userId === swap.userId);
    return answer;
  }),
  around('takes what waits with an erase', [ERASE], async (swap, sound, outbox) => {
    const answer = await sound.commit(swap);
    if (answer && swap.events === 'erase')
      await takeOut(outbox, ({ userId, type }) => userId === swap.userId && type !== 'forgotten');
    return answer;
  }),
  {
    name: 'takes what waits when events are pruned',
    fails: [PRUNE],
    breaks: (sound) => ({
      async pruneEvents(options) {
        await takeOut(soundOutbox(sound), ({ at }) => at < options.before.getTime());
        return (await sound.pruneEvents?.(options)) ?? 0;
      },
    }),
  },
];
