/** TotpOptions: how new TOTP factors are made. */
import * as z from 'zod/mini';
import { whole, withDefault } from '../../record/fields.ts';
import type { TotpAlgorithm, TotpDigits } from './stored.ts';

/** How new TOTP factors are made. Enrolled factors keep the parameters they were made with. */
export interface TotpOptions {
  /** Default `SHA1`: many apps silently ignore anything else. */
  readonly algorithm?: TotpAlgorithm;
  /** Default 6. Apps read 8 as well; many refuse a QR code that asks for 7, so take 7 only for an app of your own. */
  readonly digits?: TotpDigits;
  /**
   * Length of a time step; 1 to 120, default 30. Many apps refuse a QR code that asks for less than 15, and some show codes
   * of 30 seconds whatever it asks for: take another period only for an app of your own.
   */
  readonly periodSeconds?: number;
  /** Steps accepted before and after the current one, for enrolled factors too; 0 to 2, default 1 (RFC 6238 §5.2). */
  readonly windowSteps?: number;
  /** 16 to 64; default: the output length of the algorithm's hash, 20 for SHA1 (RFC 4226 §4 R6, RFC 6238 §5.1). */
  readonly secretBytes?: number;
}

const SECRET_BYTES = { SHA1: 20, SHA256: 32, SHA512: 64 } as const;

/** Checks {@link TotpOptions} and fills in the defaults. */
export const totpOptions: z.ZodMiniType<Required<TotpOptions>> = z.pipe(
  z.prefault(
    z.strictObject({
      algorithm: withDefault(z.literal(['SHA1', 'SHA256', 'SHA512']), 'SHA1'),
      digits: withDefault(z.literal([6, 7, 8]), 6),
      periodSeconds: withDefault(whole(1, 120), 30),
      windowSteps: withDefault(whole(0, 2), 1),
      secretBytes: z.optional(whole(16, 64)),
    }),
    {},
  ),
  z.transform((totp) => ({ ...totp, secretBytes: totp.secretBytes ?? SECRET_BYTES[totp.algorithm] })),
);
