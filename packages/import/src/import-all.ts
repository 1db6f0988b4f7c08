/** importAll: imports users one after the other, a few at a time, and reports each row in order. */
import { MfaError, type ImportResult, type ImportedUser, type MfaErrorCode } from '@mfakit/core';
import { isSkipped, type ReadRow, type ReadUser, type SkippedRow, type SourceWarning } from './row.ts';

/** What is needed of `Mfa`. */
export interface Importer {
  importUser(user: ImportedUser, options?: { readonly dryRun?: boolean }): Promise<ImportResult>;
}

/** What can be set. */
export interface ImportAllOptions {
  /** Writes nothing, and reports what would be. */
  readonly dryRun?: boolean | undefined;
  /** How many users at once; 1 to 64, default 8. */
  readonly concurrency?: number | undefined;
  /** Takes no further row once it is aborted. Those that were begun are finished and reported. */
  readonly signal?: AbortSignal | undefined;
  /** Users to leave out: forgotten ones, whom a later run would bring back. */
  readonly except?: ReadonlySet<string> | undefined;
  /** `false` leaves backup codes out: a first run over secrets takes minutes; hashing codes takes hours. Default `true`. */
  readonly backupCodes?: boolean | undefined;
}

/** What became of a row. Holds no secret, code or ciphertext. */
export type RowReport =
  | (Omit<ImportResult, 'warnings'> & {
      readonly userId: string;
      readonly warnings: readonly (ImportResult['warnings'][number] | SourceWarning)[];
    })
  | (SkippedRow & { readonly outcome: 'skipped' })
  /** Core refused this user; `field` tells of `invalid_input` what was wrong. */
  | {
      readonly outcome: 'failed';
      readonly userId: string;
      readonly error: MfaErrorCode | 'unexpected';
      readonly field: string | undefined;
    };

/** After as many failures of the store in a row it is taken to be down. */
const OUTAGE = 50;

/**
 * Imports what a source has read. Running it again is harmless: it goes on with whoever is missing, and changes nobody else.
 * It never throws for a row. It keeps the ids of the users that it has seen, and otherwise a few rows at a time.
 * @param mfa - of which it calls `importUser` alone
 * @returns one report a row, in their order
 * @throws {MfaError} `store_unavailable` if the store refuses fifty users one after the other
 * @throws {RangeError} if `concurrency` is out of its range
 */
export async function* importAll(
  mfa: Importer,
  rows: Iterable<ReadRow> | AsyncIterable<ReadRow>,
  options: ImportAllOptions = {},
): AsyncGenerator<RowReport, void, undefined> {
  const { concurrency = 8, signal, except } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64) {
    throw new RangeError('concurrency must be a whole number from 1 to 64.');
  }
  const seen = new Set<string>();
  const begun: Promise<RowReport>[] = [];
  let refusals = 0;
  const next = async (): Promise<RowReport> => {
    const report = await (begun.shift() as Promise<RowReport>);
    refusals = report.outcome === 'failed' && report.error === 'store_unavailable' ? refusals + 1 : 0;
    return report;
  };
  try {
    for await (const row of rows) {
      if (signal?.aborted) break;
      begun.push(reportOf(row));
      if (begun.length >= concurrency) yield await next();
      if (refusals >= OUTAGE) throw new MfaError('store_unavailable');
    }
    while (begun.length > 0) yield await next();
  } finally {
    await Promise.all(begun);
  }

  async function reportOf(row: ReadRow): Promise<RowReport> {
    if (isSkipped(row)) return { outcome: 'skipped', ...row };
    const { userId } = row;
    if (except?.has(userId)) return { outcome: 'skipped', userId, reason: 'excepted', row: userId };
    // A second set of factors under one id would replace the first.
    if (seen.has(userId)) return { outcome: 'skipped', userId, reason: 'duplicate_user', row: userId };
    seen.add(userId);
    return importOne(mfa, row, options);
  }
}

async function importOne(
  mfa: Importer,
  { warnings: told = [], ...row }: ReadUser,
  { dryRun = false, backupCodes = true }: ImportAllOptions,
): Promise<RowReport> {
  const { userId } = row;
  const user: ImportedUser = backupCodes ? row : { ...row, backupCodes: undefined };
  try {
    const { warnings, ...result } = await mfa.importUser(user, { dryRun });
    return { userId, ...result, warnings: [...told, ...warnings] };
  } catch (error) {
    const refused = error instanceof MfaError ? error : undefined;
    return { outcome: 'failed', userId, error: refused?.code ?? 'unexpected', field: refused?.field };
  }
}
