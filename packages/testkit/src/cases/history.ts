/** Cases of long histories: every event is kept, in the order of numbers, however many there are and however high. */
import type { MfaStore } from '@mfakit/core';
import { checkEqual } from '../check.ts';
import { sampleEvent, sampleEvents } from '../samples.ts';
import { EVERYTHING, expectEvents, storeHistory } from '../steps.ts';
import type { CaseGroup } from '../store-case.ts';

/** More than a page of the core, and more than databases give at once unless they are asked again. */
const LONG = 250;

/** Expects pages of this size to meet these numbers, the newest first. */
async function expectPages(target: MfaStore, limit: number, seqs: readonly number[]): Promise<void> {
  const found: number[] = [];
  while (found.length <= seqs.length) {
    const before = found.at(-1);
    const page = await target.events('alice', before === undefined ? { limit } : { before, limit });
    if (page.length === 0) break;
    found.push(...page.map((event) => event.seq));
  }
  checkEqual(found, seqs, `pages of ${limit} meet every event exactly once, the newest first`);
}

export const historyCases: CaseGroup = {
  async 'events: a page of 200 holds 200, and a history of 250 is kept in full'(target) {
    const events = sampleEvents('alice', 1, LONG);
    await storeHistory(target, 'alice', events);
    const newest = await target.events('alice', { limit: EVERYTHING });
    checkEqual(newest, events.slice(-EVERYTHING).toReversed(), 'a page holds `limit` events where there are as many');
    const seqs = events.map((event) => event.seq).toReversed();
    for (const limit of [EVERYTHING, 101, 100]) await expectPages(target, limit, seqs);
  },

  async 'events: numbers keep their order at every length, 999,999 before 1,000,000'(target) {
    const edges = [10, 100, 1000, 65_536, 1_000_000, 2 ** 24, 2 ** 31, 2 ** 32, 10 ** 10];
    const events = edges.flatMap((edge) => [sampleEvent('alice', edge - 1), sampleEvent('alice', edge)]);
    await storeHistory(target, 'alice', events);
    await expectEvents(target, 'alice', events);
    const seqs = events.map((event) => event.seq).toReversed();
    for (const limit of [1, 2, 3]) await expectPages(target, limit, seqs);
  },
};
