/** forgetDevice and forgetDevices: trust is taken away, one device or all. No proof: nothing is gained by it. */
import { accept, refuse, type Transition } from '../decision.ts';
import { MfaError } from '../errors.ts';
import type { RequestContext } from '../events.ts';
import { withDevices } from './change.ts';

/** forgetDevice: one device must give a second factor again. */
export function forgetDevice(deviceId: unknown): Transition<undefined> {
  return (record, { request }) => {
    const devices = record.devices ?? [];
    const device = devices.find(({ id }) => id === deviceId);
    if (device === undefined) return refuse(new MfaError('device_not_found'));
    const left = devices.filter((other) => other !== device);
    return accept(undefined, {
      record: withDevices(record, left),
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
