/** Uncounted: refusals that are no failures, recorded at most once per factor and slot of time. */
import type { EventDetail } from '../events.ts';
import type { MfaRecord } from '../record/record.ts';
import type { Change, TransitionContext } from '../decision.ts';

/** The length of a slot. Whoever repeats a refusal that costs them nothing must not fill the store. */
const SLOT_MS = 30_000;

/**
 * What to write about a refusal that counts as no failure.
 * @param ids - the factors, the set of backup codes, or the device that it is about
 * @returns the record that remembers it, with the event; `null` if all of it was recorded in this slot already
 */
export function recordOnce(
  record: MfaRecord,
  ids: readonly string[],
  event: EventDetail,
  { now }: Pick<TransitionContext, 'now'>,
): (Change & { readonly record: MfaRecord }) | null {
  const { uncounted } = record;
  // Never back to an earlier slot: two servers whose clocks differ would otherwise take turns at writing.
  const slot = Math.max(Math.floor(now / SLOT_MS), uncounted.slot);
  const recorded = uncounted.slot === slot ? uncounted.ids : [];
  if (ids.every((id) => recorded.includes(id))) return null;
  const held = heldIds(record);
  const kept = recorded.filter((id) => held.includes(id) && !ids.includes(id));
  return { record: { ...record, uncounted: { slot, ids: [...kept, ...ids] } }, events: [event] };
}

/** What a refusal can be about. It bounds the list. */
function heldIds({ factors, backupCodes, pending, devices = [] }: MfaRecord): readonly string[] {
  return [
    ...factors,
    ...(backupCodes === null ? [] : [backupCodes]),
    ...(pending === null ? [] : [pending.factor]),
    ...devices,
  ].map(({ id }) => id);
}
