/** Administration: what the host's policy and its support staff decide about a user. */
import { clearFailures } from '../policies/lockout.ts';
import { voidChallenges } from '../attempts/challenge.ts';
import { accept, type Transition } from '../attempts/decision.ts';

/** enforce: MFA is required from this instant (epoch ms) on. */
export function enforce(from: number): Transition<undefined> {
  return (record, { now }) => {
    if (record.enforcement?.from === from) return accept(undefined);
    // Nobody can hold a sound token here, only one of an earlier life, from before `forget` or `exempt`.
    const fresh = record.enforcement === null && record.factors.length === 0;
    const next = { ...(fresh ? voidChallenges(record, now) : record), enforcement: { from } };
    return accept(undefined, { record: next, events: [{ type: 'enforced', from }] });
  };
}

/** exempt: MFA is no longer required. */
export const exempt: Transition<undefined> = (record) =>
  record.enforcement === null
    ? accept(undefined)
    : accept(undefined, { record: { ...record, enforcement: null }, events: [{ type: 'exempted' }] });

/** unlock: lifts a lock and clears the failures. */
export const unlock: Transition<undefined> = (record) => {
  const lockout = clearFailures(record.lockout);
  return lockout === record.lockout
    ? accept(undefined)
    : accept(undefined, { record: { ...record, lockout }, events: [{ type: 'account_unlocked', by: 'support' }] });
};

/** forget: erases the user, events included. */
export const forget: Transition<undefined> = () => accept(undefined, { record: null, events: [{ type: 'forgotten' }] });
