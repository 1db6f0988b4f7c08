/** Change: how the list of trusted devices changes, with the events that tell of it. */
import { distinctLabel } from '../account-name.ts';
import { recordOnce } from '../attempts/uncounted.ts';
import type { Change, TransitionContext } from '../decision.ts';
import type { EventDetail, UsedFactor } from '../events.ts';
import { isEnforced } from '../policies/enforcement.ts';
import type { MfaRecord } from '../record/record.ts';
import { entryOf, joinEntries, type DeviceCookie, type DeviceEntry } from './cookie.ts';
import { endOfTrust, isAlive, nameDevice, type NamedDevice } from './recognize.ts';
import type { TrustedDevice } from './stored.ts';

const DAY_MS = 86_400_000;

/** A cookie, and the random values that may go into the next one. */
export interface PresentedDevice {
  readonly entries: readonly DeviceEntry[];
  /** A secret to rotate to. */
  readonly fresh: string;
}

/** A browser to be trusted once its user has given a second factor. */
export interface TrustRequest {
  readonly label: string;
  /** The cookie that it has. */
  readonly entries: readonly DeviceEntry[];
  readonly fresh: DeviceEntry;
  /** The kinds of factor after which a device may be trusted. */
  readonly methods: readonly string[];
}

/** What to commit, and what the browser is to keep then. */
type Outcome<Kept extends DeviceCookie | null, Changed = Change> = Readonly<{ change: Changed; result: Kept }>;

/** The record with these devices. It has no list that is empty. */
export function withDevices(
  { devices: _replaced, ...record }: MfaRecord,
  devices: readonly TrustedDevice[],
): MfaRecord {
  return devices.length === 0 ? record : { ...record, devices };
}

/**
 * A sign-in that brought a good secret. The current one is replaced; one of the last minute signs in and gets no other, so
 * that its copy leads nowhere. Clears the failures of the device, and nothing of the account.
 */
export function useDevice(
  record: MfaRecord,
  { device, entry, secret }: NamedDevice,
  presented: PresentedDevice,
  context: TransitionContext,
): Outcome<DeviceCookie | null, Change | null> {
  const { failures: failed = 0, ...clean } = device;
  const event: EventDetail = { type: 'device_used', deviceId: device.id };
  if (secret !== 'current') {
    // A browser may repeat it at no cost for a minute: its event is written once per slot, as a replay's is.
    const cleared = { record: replaceDevice(record, clean), events: [event] };
    return { change: failed > 0 ? cleared : recordOnce(record, [device.id], event, context), result: null };
  }
  const next = entryOf(entry.series, presented.fresh);
  const rotated = { ...clean, digest: next.digest, previous: device.digest, lastUsedAt: context.now };
  const entries = [next, ...without(presented.entries, entry)];
  const { devices: policy } = context.policy;
  const end = policy === null ? device.expiresAt : endOfTrust(device, policy);
  return {
    change: { record: replaceDevice(record, rotated), events: [event] },
    result: { cookie: joinEntries(entries), expiresAt: keepUntil(entries, context, end) },
  };
}

/** A secret that was replaced came back: somebody has a copy, and nobody can say who. Neither copy is good from here on. */
export function forgetCopied(
  record: MfaRecord,
  { device, entry }: NamedDevice,
  presented: PresentedDevice,
  context: TransitionContext,
): Outcome<DeviceCookie> {
  const left = without(presented.entries, entry);
  const cookie = joinEntries(left);
  return {
    change: { record: removeDevice(record, device), events: [forgotten(device.id, 'reuse')] },
    result: left.length === 0 ? { cookie } : { cookie, expiresAt: keepUntil(left, context) },
  };
}

/**
 * Trusts a browser after an accepted second factor. What the same browser had for this user is replaced, and the devices
 * that were used longest ago make room.
 * @returns `null` if this factor, or this user, cannot trust a device
 */
export function trustDevice(
  record: MfaRecord,
  used: UsedFactor,
  { label, entries, fresh, methods }: TrustRequest,
  context: TransitionContext,
): Outcome<Required<DeviceCookie>, Change & { readonly record: MfaRecord }> | null {
  const { now } = context;
  const policy = context.policy.devices;
  if (policy === null || !methods.includes(used.method)) return null;
  if (!policy.allowWhenRequired && isEnforced(record, context)) return null;
  const had = nameDevice(record, entries, now);
  const others = (record.devices ?? []).filter(
    (device) => isAlive(device, record, policy, now) && device !== had?.device,
  );
  const kept = others.toSorted((a, b) => b.lastUsedAt - a.lastUsedAt).slice(0, policy.max - 1);
  const expiresAt = now + policy.days * DAY_MS;
  const device: TrustedDevice = {
    id: fresh.id,
    digest: fresh.digest,
    previous: null,
    epoch: record.epoch,
    label: distinctLabel(
      label,
      kept.map((other) => other.label),
    ),
    createdAt: now,
    lastUsedAt: now,
    expiresAt,
  };
  const gone = others.filter((other) => !kept.includes(other)).map(({ id }) => forgotten(id, 'limit'));
  const replaced =
    had !== null && isAlive(had.device, record, policy, now)
      ? [forgotten(had.device.id, had.secret === 'stale' ? 'reuse' : 'limit')]
      : [];
  const trusted: EventDetail = { type: 'device_trusted', deviceId: device.id, method: used.method };
  const all = [fresh, ...(had === null ? entries : without(entries, had.entry))];
  return {
    change: { record: withDevices(record, [device, ...kept]), events: [...replaced, ...gone, trusted] },
    result: { cookie: joinEntries(all), expiresAt: keepUntil(all, context, expiresAt) },
  };
}

/** A wrong password that came with a device counts for the device, beside the account. */
export function countDeviceFailure(record: MfaRecord, device: TrustedDevice): MfaRecord {
  return replaceDevice(record, { ...device, failures: (device.failures ?? 0) + 1 });
}

function replaceDevice(record: MfaRecord, device: TrustedDevice): MfaRecord {
  const devices = (record.devices ?? []).map((other) => (other.id === device.id ? device : other));
  return withDevices(record, devices);
}

/** The record without one device. */
export function removeDevice(record: MfaRecord, { id }: TrustedDevice): MfaRecord {
  return withDevices(
    record,
    (record.devices ?? []).filter((other) => other.id !== id),
  );
}

function forgotten(deviceId: string, by: 'reuse' | 'limit'): EventDetail {
  return { type: 'device_forgotten', deviceId, by };
}

function without(entries: readonly DeviceEntry[], { series }: DeviceEntry): readonly DeviceEntry[] {
  return entries.filter((entry) => entry.series !== series);
}

/**
 * Until when a browser keeps a cookie. How long other users' entries are good is not known here, but no longer than one
 * that is trusted now.
 * @param expiresAt - of the only entry
 */
function keepUntil(
  entries: readonly DeviceEntry[],
  { now, policy }: Pick<TransitionContext, 'now' | 'policy'>,
  expiresAt?: number,
): Date {
  const longest = now + (policy.devices?.days ?? 0) * DAY_MS;
  return new Date(entries.length === 1 ? (expiresAt ?? longest) : longest);
}
