/** passwordFailed: wrong passwords of the host's own login are counted. */
import { countFailure } from '../attempts/count-failure.ts';
import { accept, refuse, type ChangeEvent, type Transition } from '../decision.ts';
import { countDeviceFailure } from '../devices/change.ts';
import type { DeviceEntry } from '../devices/cookie.ts';
import { findDevice, isLockedForDevice } from '../devices/recognize.ts';
import type { RequestContext } from '../events.ts';
import { lockedError } from '../policies/lockout.ts';

/** A wrong password at the host's own login. */
export interface FailedLogin {
  readonly request: RequestContext;
  /** The device cookie that came with it. */
  readonly entries: readonly DeviceEntry[];
}

/**
 * Counts failed passwords of the host's own login until they lock. One from a trusted device counts for the device too, and
 * goes on where such a lock stops the others.
 * @returns which were counted, by their places; the others found the account locked
 */
export function failLogins(logins: readonly FailedLogin[]): Transition<ReadonlySet<number>> {
  return (record, context) => {
    let current = record;
    const counted = new Set<number>();
    const events: ChangeEvent[] = [];
    // Devices may lock anew what is locked: one event tells of the last lock, so that the commit stays small.
    let lock: readonly ChangeEvent[] = [];
    for (const [place, { request, entries }] of logins.entries()) {
      const named = findDevice(current, entries, context);
      if (isLockedForDevice(current, named, context.now)) continue;
      const device = named === null || named.secret === 'stale' ? null : named.device;
      const { record: next, failures, locked } = countFailure(current, { password: true, inSession: false }, context);
      current = device === null ? next : countDeviceFailure(next, device);
      counted.add(place);
      const refused = { type: 'attempt_refused', operation: 'login', reason: 'invalid_password', failures } as const;
      events.push({ ...refused, ...(device !== null && { deviceId: device.id }), request });
      if (locked.length > 0) lock = locked.map((event) => ({ ...event, request }));
    }
    return counted.size === 0
      ? refuse(lockedError(record.lockout))
      : accept(counted, { record: current, events: [...events, ...lock] });
  };
}
