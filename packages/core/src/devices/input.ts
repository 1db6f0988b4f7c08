/** Device input: what callers pass about a device, and the random values that a call about one may need. */
import type { RandomSource } from '../crypto/random.ts';
import type { FactorKind } from '../factors/factor-kind.ts';
import { asObject } from '../input.ts';
import { parseLabel } from '../label.ts';
import type { PresentedDevice, TrustRequest } from './change.ts';
import { drawEntry, drawSecret, parseDeviceCookie, type DeviceEntry } from './cookie.ts';

/** The label of a device that its user gave none. */
const DEFAULT_LABEL = 'Browser';

/** What to trust after an accepted second factor. */
export interface TrustDevice {
  /** What the user is shown in the list, such as `Firefox on Windows`; 1 to 64 characters. Default: `Browser`. */
  readonly label?: string | undefined;
  /** The device cookie that came with the request, of this user or of others. */
  readonly cookie?: string | undefined;
}

/** The browser that a call comes from. */
export interface FromDevice {
  /** The device cookie that came with the request. What is none is ignored. */
  readonly device?: string | undefined;
}

/**
 * The entries of the cookie that a call names.
 * @throws {MfaError} `invalid_input` if the options are none
 */
export function parseFromDevice(options: unknown): readonly DeviceEntry[] {
  return parseDeviceCookie(asObject('options', options ?? {})['device']);
}

/** A cookie for `begin`, with a secret to rotate to; `null` if there is nothing in it. */
export function presentDevice(entries: readonly DeviceEntry[], random: RandomSource): PresentedDevice | null {
  return entries.length === 0 ? null : { entries, fresh: drawSecret(random) };
}

/**
 * What `verify` is asked to trust.
 * @throws {MfaError} `invalid_input`
 */
export function parseTrustDevice(
  given: unknown,
  kinds: readonly FactorKind[],
  random: RandomSource,
): TrustRequest | null {
  if (given === undefined) return null;
  const { label, cookie } = asObject('trustDevice', given);
  return {
    label: label === undefined ? DEFAULT_LABEL : parseLabel(label, 'trustDevice.label'),
    entries: parseDeviceCookie(cookie),
    fresh: drawEntry(random),
    methods: kinds.filter(({ mayTrustDevice }) => mayTrustDevice === true).map(({ method }) => method),
  };
}
