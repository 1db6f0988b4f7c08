/** BackupCodeOptions: how new backup codes are made. */
import * as z from 'zod';
import { BACKUP_CODE_SYMBOLS } from './codes.ts';

/** How new backup codes are made. */
export interface BackupCodeOptions {
  /** Codes in a set; 1 to 100, default 10. */
  readonly count?: number;
  /**
   * Groups of `X` joined by dashes, 8 to 32 in all, 5 random bits each. Default `XXXX-XXXX` (40 bits);
   * `XXXX-XXXX-XXXX-XXXX` gives the 80 bits of a code that needs no throttling.
   */
  readonly format?: string;
}

const format = z
  .string()
  .regex(/^X+(-X+)*$/, 'must be groups of X joined by dashes')
  .refine((pattern) => {
    const symbols = pattern.replaceAll('-', '').length;
    return symbols >= BACKUP_CODE_SYMBOLS.min && symbols <= BACKUP_CODE_SYMBOLS.max;
  }, `must have ${BACKUP_CODE_SYMBOLS.min} to ${BACKUP_CODE_SYMBOLS.max} X: fewer could be guessed`);

/** Checks {@link BackupCodeOptions} and fills in the defaults. */
export const backupCodeOptions: z.ZodType<Required<BackupCodeOptions>> = z
  .strictObject({ count: z.int().min(1).max(100).default(10), format: format.default('XXXX-XXXX') })
  .prefault({});
