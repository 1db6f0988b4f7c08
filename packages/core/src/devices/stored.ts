/** Stored: how the record keeps a trusted device. Nothing of it lets anybody in. */
import * as z from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';
import { count, instant, storedObject, text } from '../record/fields.ts';

/** A browser that the user trusts. All instants are epoch milliseconds (UTC). */
export interface TrustedDevice {
  /** The first 128 bits of the SHA-256 hash of its series, base64url. Who knows the id does not know the series. */
  readonly id: string;
  /** The SHA-256 hash of its current secret, base64url. */
  readonly digest: string;
  /** The hash of the secret before that; `null` until the first rotation. */
  readonly previous: string | null;
  /** The epoch of the record when the device was trusted: in any other one it is void. */
  readonly epoch: number;
  /** What the user is shown, such as `Firefox on Windows`. */
  readonly label: string;
  /** When the user began to trust it. */
  readonly createdAt: number;
  /** When the current secret was given out. */
  readonly lastUsedAt: number;
  /** Never moves: trust ends, however often the device is used. */
  readonly expiresAt: number;
  /** Wrong passwords that came with it since its last success; absent: 0. */
  readonly failures?: number;
}

/** The most devices that a user can have, at the largest option. */
export const MOST_DEVICES = 10;

const id = z.string().check(z.length(22));
const digest = z.string().check(z.length(43));

/** Checks what a record holds of devices. */
export const trustedDevices: $ZodType<readonly TrustedDevice[]> = z
  .array(
    storedObject({
      id,
      digest,
      previous: z.nullable(digest),
      epoch: count,
      label: text,
      createdAt: instant,
      lastUsedAt: instant,
      expiresAt: instant,
      failures: z.optional(count),
    }),
  )
  .check(z.minLength(1), z.maxLength(MOST_DEVICES)) as unknown as $ZodType<readonly TrustedDevice[]>;
