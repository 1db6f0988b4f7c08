/** ParsedImport: a user of another system, checked before anything is read. */
import { invalidInput } from '../errors.ts';
import { parseImportedCodes, type ParsedCodes } from '../factors/backup-codes/imported.ts';
import { parseImportedTotp, type ParsedTotp } from '../factors/totp/imported.ts';
import { asObject, parseInstant, parseUserId } from '../input.ts';
import { parseLabel } from '../label.ts';

/** A user of another system. */
export interface ParsedImport {
  readonly userId: string;
  readonly source: string;
  readonly factors: readonly ParsedTotp[];
  readonly codes: ParsedCodes;
  /** Epoch milliseconds; `null`: MFA is not required. */
  readonly enforceFrom: number | null;
}

/** @throws {MfaError} `invalid_input` naming the field */
export function parseImport(user: unknown, maxFactors: number, now: number): ParsedImport {
  const parts = asObject('user', user);
  const userId = parseUserId(parts['userId']);
  const source = parseLabel(parts['source'], 'source');
  const given = parts['factors'];
  if (!Array.isArray(given) || given.length < 1 || given.length > maxFactors) {
    throw invalidInput('factors', `must be a list of 1 to ${maxFactors} factors`);
  }
  const factors = given.map((factor, i) => parseImportedTotp(`factors[${i}]`, factor, [userId, source], now));
  const twice = factors.findIndex(({ id }, i) => factors.findIndex((other) => other.id === id) < i);
  if (twice >= 0) throw invalidInput(`factors[${twice}].externalId`, 'must not be that of another factor');
  const { enforceFrom } = parts;
  return {
    userId,
    source,
    factors,
    codes: parseImportedCodes(parts['backupCodes']),
    enforceFrom: enforceFrom === undefined ? null : parseInstant('enforceFrom', enforceFrom),
  };
}
