/** Options of trusted devices. Absent, there are none: cookies are ignored. */
import * as z from 'zod/mini';
import { whole, withDefault } from '../record/fields.ts';
import { MOST_DEVICES } from './stored.ts';

/** Lets users spare themselves the second factor on browsers that they trust. Read the guide before you turn it on. */
export interface TrustedDeviceOptions {
  /** How long a device is trusted after its second factor, used or not; 1 to 90, default 30. */
  readonly days?: number;
  /** Devices per user; 1 to 10, default 5. A further one takes the place of the one that was used longest ago. */
  readonly max?: number;
  /** Whether a device counts for a user who must use MFA, by `enforce` or by the option `require`; default false. */
  readonly allowWhenRequired?: boolean;
}

/** What devices obey. */
export type DevicePolicy = Required<TrustedDeviceOptions>;

/** Checks the options and fills in the defaults. */
export const trustedDeviceOptions: z.ZodMiniType<DevicePolicy> = z.strictObject({
  days: withDefault(whole(1, 90), 30),
  max: withDefault(whole(1, MOST_DEVICES), 5),
  allowWhenRequired: withDefault(z.boolean(), false),
});
