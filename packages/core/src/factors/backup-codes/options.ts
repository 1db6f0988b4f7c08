/** BackupCodeOptions: how new backup codes are made. */
import * as z from 'zod/mini';
import { whole, withDefault } from '../../record/fields.ts';
import { BACKUP_CODE_SYMBOLS } from './codes.ts';

/** How new backup codes are made. */
export interface BackupCodeOptions {
  /** Codes in a set; 1 to 100, default 10. */
  readonly count?: number;
  /**
   * Groups of `X` joined by dashes, 8 to 32 in all, 5 random bits each. Default `XXXX-XXXX-XXXX-XXXX`: 80 bits, more
   * than the 64 that NIST SP 800-63B-4 §4.2.1.1 asks for where codes serve recovery. `XXXX-XXXX` (40 bits) is shorter to
   * type and weaker: then only the lock and the encryption of the digests stand between a guesser and a code.
   */
  readonly format?: string;
}

const format = z.string().check(
  z.regex(/^X+(-X+)*$/, 'must be groups of X joined by dashes'),
  z.refine((pattern) => {
    const symbols = pattern.replaceAll('-', '').length;
    return symbols >= BACKUP_CODE_SYMBOLS.min && symbols <= BACKUP_CODE_SYMBOLS.max;
  }, `must have ${BACKUP_CODE_SYMBOLS.min} to ${BACKUP_CODE_SYMBOLS.max} X: fewer could be guessed`),
);

/** Checks {@link BackupCodeOptions} and fills in the defaults. */
export const backupCodeOptions: z.ZodMiniType<Required<BackupCodeOptions>> = z.prefault(
  z.strictObject({ count: withDefault(whole(1, 100), 10), format: withDefault(format, 'XXXX-XXXX-XXXX-XXXX') }),
  {},
);
