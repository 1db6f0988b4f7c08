/** Administration: what the host's policy and its support staff decide about a user. */
import { clearFailures } from '../policies/lockout.ts';
import { accept, type Transition } from './decision.ts';

/** enforce: MFA is required from this instant (epoch ms) on. */
export function enforce(from: number): Transition<undefined> {
  return (record) =>
    record.enforcement?.from === from
      ? accept(undefined)
      : accept(undefined, { record: { ...record, enforcement: { from } }, events: [{ type: 'enforced', from }] });
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
