/** Invariant 10: the history has no gaps, equals what `onEvent` was called with, and determines the whole record. */
import { expect } from 'vitest';
import { storedEvents } from '../../races/logged-store.ts';
import { fold, tellOf } from '../fold.ts';
import type { World } from '../world.ts';
import type { Rule } from './rule.ts';

export function historyTellsAll({ app }: World): Rule {
  return async ({ user, cost, before, after }) => {
    const stored = await storedEvents(app.store, user);
    const everything = app.events.filter(({ userId }) => userId === user);
    const gapless = everything.map((_, i) => i + 1);
    const seqs = everything.map(({ seq }) => seq);
    expect(seqs, 'invariant 10: gaps').toEqual(gapless);
    const told = everything.slice(everything.findLastIndex(({ type }) => type === 'forgotten') + 1);
    expect(told, 'invariant 10: told and stored differ').toEqual(stored);
    if (after !== null) {
      expect(fold(everything), 'invariant 10: events and record differ').toEqual(tellOf(after.record));
    }
    const changed = before?.revision !== after?.revision;
    expect(changed, 'invariant 10: only a commit changes the revision').toBe(cost.commits > 0);
  };
}
