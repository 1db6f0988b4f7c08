/** Invariant 10: the history has no gaps, equals what `onEvent` was called with, and determines the whole record. */
import { expect } from 'vitest';
import { storedEvents } from '../../races/logged-store.ts';
import { fold, tellOf } from '../fold.ts';
import type { World } from '../world.ts';
import type { Rule } from './rule.ts';

export function historyTellsAll({ app }: World): Rule {
  return async ({ user, cost, before, after }) => {
    const stored = await storedEvents(app.store, user);
    const gapless = stored.map((_, i) => i + 1);
    const seqs = stored.map(({ seq }) => seq);
    expect(seqs, 'invariant 10: gaps').toEqual(gapless);
    const told = app.events.filter(({ userId }) => userId === user);
    expect(told, 'invariant 10: told and stored differ').toEqual(stored);
    if (after !== null) expect(fold(stored), 'invariant 10: events and record differ').toEqual(tellOf(after.record));
    const changed = before?.revision !== after?.revision;
    expect(changed, 'invariant 10: only a commit changes the revision').toBe(cost.commits > 0);
  };
}
