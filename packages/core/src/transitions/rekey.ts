/** rekey: one step of the sweep that moves every user's secrets under the newest key. */
import { accept, type Transition } from '../decision.ts';
import { isCurrent, reseal } from '../factors/reseal.ts';

/** What one step of `rekey` did to a user. */
export type RekeyOutcome = 'current' | 'rekeyed' | 'unreadable';

/** @param keyId - of the newest key, for the event */
export function rekeyUser(keyId: string): Transition<RekeyOutcome> {
  return (record, context) => {
    const resealed = reseal(record, context);
    if (!isCurrent(resealed, context)) return accept('unreadable');
    return resealed === record
      ? accept('current')
      : accept('rekeyed', { record: resealed, events: [{ type: 'rekeyed', keyId }] });
  };
}
