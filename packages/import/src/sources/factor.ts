/** Makes the imported factor of what was read, and refuses what cannot be held here. */
import type { ImportedFactor, TotpAlgorithm, TotpDigits } from '@mfakit/core';
import { RowError } from '../row-error.ts';
import type { ReadSecret } from '../readers/secret.ts';

/** What a row tells beside the secret. */
export interface FactorFacts {
  readonly externalId: string;
  readonly label?: string | null | undefined;
  readonly createdAt?: Date | null | undefined;
  readonly lastStep?: number | undefined;
  readonly driftSteps?: number | undefined;
}

/**
 * @throws {RowError} `too_short`, `unsupported_parameters`
 */
export function factorOf(read: ReadSecret, { externalId, label, createdAt, ...steps }: FactorFacts): ImportedFactor {
  const { secret, algorithm = 'SHA1', digits = 6, periodSeconds = 30 } = read;
  if (secret.length < 10) throw new RowError('too_short');
  const held = secret.length <= 64 && isAlgorithm(algorithm) && isDigits(digits) && isPeriod(periodSeconds);
  if (!held) throw new RowError('unsupported_parameters');
  const shown = label?.replace(UNSEEN, '').trim().slice(0, 64);
  return {
    externalId,
    secret,
    algorithm,
    digits,
    periodSeconds,
    ...(shown !== undefined && shown !== '' && { label: shown }),
    ...(createdAt && { createdAt }),
    ...steps,
  };
}

/** What a label must not contain here. A name is no reason to leave a user behind, so it goes. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

function isAlgorithm(name: string): name is TotpAlgorithm {
  return ['SHA1', 'SHA256', 'SHA512'].includes(name);
}

function isDigits(digits: number): digits is TotpDigits {
  return [6, 7, 8].includes(digits);
}

function isPeriod(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= 120;
}
