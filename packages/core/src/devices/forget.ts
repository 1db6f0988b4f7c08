/** forgetDevice and forgetDevices: trust is taken away, one device or all. No proof: nothing is gained by it. */
import { accept, refuse, type Transition } from '../decision.ts';
import { MfaError } from '../errors.ts';
import type { RequestContext } from '../events.ts';
import { removeDevice, withDevices } from './change.ts';

/** forgetDevice: one device must give a second factor again. */
export function forgetDevice(deviceId: unknown): Transition<undefined> {
  return (record, { request }) => {
    const device = record.devices?.find(({ id }) => id === deviceId);
    if (device === undefined) return refuse(new MfaError('device_not_found'));
    return accept(undefined, {
      record: removeDevice(record, device),
      events: [{ type: 'device_forgotten', deviceId: device.id, by: forgottenBy(request) }],
    });
  };
}

/** forgetDevices: every device must give a second factor again. */
export const forgetDevices: Transition<undefined> = (record, { request }) =>
  record.devices === undefined
    ? accept(undefined)
    : accept(undefined, {
        record: withDevices(record, []),
        events: [{ type: 'device_forgotten', deviceId: null, by: forgottenBy(request) }],
      });

/** Calls by support name the member of staff. */
function forgottenBy({ actor }: RequestContext): 'user' | 'support' {
  return actor === undefined ? 'user' : 'support';
}
