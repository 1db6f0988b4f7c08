/** Stored: a TOTP factor in the record. */
import * as z from 'zod/mini';
import type { $ZodShape } from 'zod/v4/core';
import { whole } from '../../record/fields.ts';
import type { ActiveFactor, StagedFactor } from '../stored.ts';

/** `kind` in the record, `method` in events and results. */
export const TOTP = 'totp';

/** HMAC algorithm of a TOTP factor, named as in the Key URI format. */
export type TotpAlgorithm = 'SHA1' | 'SHA256' | 'SHA512';

/** Number of digits of a TOTP code. */
export type TotpDigits = 6 | 7 | 8;

/** The parameters that a secret was enrolled with. */
export interface TotpParameters {
  /** The hash of the HMAC. */
  readonly algorithm: TotpAlgorithm;
  /** The digits of a code: 6, 7 or 8. */
  readonly digits: TotpDigits;
  /** Length of a time step: X of RFC 6238 §4.1. */
  readonly periodSeconds: number;
}

/** A TOTP secret that waits for its first code. */
export interface TotpSecret extends StagedFactor, TotpParameters {
  readonly kind: typeof TOTP;
}

/** An active TOTP factor. */
export interface TotpFactor extends TotpSecret, ActiveFactor {
  readonly kind: typeof TOTP;
  /** The highest time step that ever succeeded. Only grows (RFC 6238 §5.2). */
  readonly lastStep: number;
}

/** Checks the fields that {@link TotpSecret} adds to a staged factor. */
export const totpSecretFields: $ZodShape = {
  algorithm: z.literal(['SHA1', 'SHA256', 'SHA512']),
  digits: z.literal([6, 7, 8]),
  periodSeconds: whole(1, 120),
};

/** Checks the field that {@link TotpFactor} adds to it. */
export const totpFactorFields: $ZodShape = { lastStep: z.int() };
