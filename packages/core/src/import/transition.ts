/** The import as a transition: a new user, or one whom nobody has touched since the same source brought them. */
import { distinctLabel } from '../account-name.ts';
import { endSessions, voidChallenges } from '../attempts/challenge.ts';
import { accept, type ChangeEvent, type Decision, type Transition, type TransitionContext } from '../decision.ts';
import { codesLeft, type BackupCodeSet } from '../factors/backup-codes/stored.ts';
import type { ActiveFactor } from '../factors/stored.ts';
import { takeOver, warningsOf, withLaterStep } from '../factors/totp/imported.ts';
import { beginStreaks } from '../policies/lockout.ts';
import type { MfaRecord } from '../record/record.ts';
import { comparePrints, sealPrints } from './fingerprint.ts';
import type { ImportResult } from './imported-user.ts';
import type { ParsedImport } from './parse.ts';

/** What an import works with beside the record. */
export interface Import {
  readonly given: ParsedImport;
  readonly windowSteps: number;
  /** The label of a factor that has none. */
  readonly defaultLabel: string;
  /** Makes a set of the codes; `null`: they are not hashed yet. */
  readonly set: () => BackupCodeSet | null;
}

/** What an import comes to. */
export interface Imported {
  readonly result: ImportResult;
  /** Nothing is changed yet: first the codes must be hashed. */
  readonly unhashed: boolean;
}

/** Takes over a user, or says that the codes must be hashed first. */
export function importing(work: Import): Transition<Imported> {
  return (record, context) => {
    const { given } = work;
    const { imported, backupCodes, lockout } = record;
    if (isNew(record, context)) {
      const fresh = { ...record, lockout: beginStreaks(lockout, context.now) };
      return bring('imported', fresh, work.set(), work, context);
    }
    if (imported === undefined || imported.source !== given.source) return leave('kept', record, context);
    const same = comparePrints(imported.prints, given, context);
    if (same === null) return leave('kept', record, context);
    if (same.factors && same.codes) return raiseSteps(record, given, context);
    const untouched =
      imported.epoch === record.epoch && !isPending(record, context) && backupCodes?.id === imported.setId;
    if (!untouched) return leave('kept', record, context);
    const settled = same.factors ? record : endSessions(record, context.now);
    // What was spent here stays spent: the set is the one that the record has.
    if (same.codes) return bring('updated', settled, backupCodes, work, context);
    if (backupCodes.remaining !== imported.codes) return leave('kept', record, context);
    return bring('updated', settled, work.set(), work, context);
  };
}

/**
 * Whether nothing of MFA was ever stored for this user: a factor, a reset and a tombstone raise the epoch, for good. Wrong
 * passwords may have been counted.
 */
function isNew(record: MfaRecord, context: TransitionContext): boolean {
  return record.epoch === 0 && !isPending(record, context);
}

/** Whether a setup waits. One that has expired was given up. */
function isPending({ pending }: MfaRecord, { now }: TransitionContext): boolean {
  return pending !== null && now < pending.expiresAt;
}

function leave(outcome: 'kept' | 'unchanged', record: MfaRecord, { now }: TransitionContext): Decision<Imported> {
  return accept(leftAlone(outcome, record, now));
}

/** The source may have accepted codes since: they are no longer good here. */
function raiseSteps(record: MfaRecord, given: ParsedImport, { now }: TransitionContext): Decision<Imported> {
  const factors = record.factors.map((factor) => withLaterStep(factor, given.factors));
  const raised = factors.some((factor, i) => factor !== record.factors[i]);
  return accept(leftAlone('unchanged', record, now), raised ? { record: { ...record, factors }, events: [] } : null);
}

function leftAlone(outcome: 'kept' | 'unchanged', { factors, backupCodes }: MfaRecord, now: number): Imported {
  const counts = { factors: factors.length, backupCodes: codesLeft(backupCodes, now) };
  return { result: { outcome, ...counts, warnings: [] }, unhashed: false };
}

/** @param set - `null`: not hashed yet */
function bring(
  outcome: 'imported' | 'updated',
  former: MfaRecord,
  set: BackupCodeSet | null,
  { given, windowSteps, defaultLabel }: Import,
  context: TransitionContext,
): Decision<Imported> {
  const { userId, now, secrets } = context;
  const { enforceFrom, source, codes } = given;
  const warnings = new Set([...given.factors.flatMap((factor) => warningsOf(factor, windowSteps)), ...codes.warnings]);
  const counts = {
    factors: given.factors.length,
    backupCodes: set === null ? codes.entries.length : codesLeft(set, now),
  };
  const result = { outcome, ...counts, warnings: [...warnings] };
  if (set === null) return accept({ result, unhashed: true });
  const factors: ActiveFactor[] = [];
  for (const factor of given.factors) {
    const label = distinctLabel(
      factor.label ?? defaultLabel,
      factors.map((other) => other.label),
    );
    factors.push(takeOver(factor, { userId, now, windowSteps, label, former: former.factors, secrets }));
  }
  const enforces = outcome === 'imported' && enforceFrom !== null && former.enforcement === null;
  const voided = voidChallenges(former, now);
  const record: MfaRecord = {
    ...voided,
    factors,
    backupCodes: set,
    pending: null,
    enforcement: enforces ? { from: enforceFrom } : former.enforcement,
    imported: {
      source,
      epoch: voided.epoch,
      setId: set.id,
      codes: set === former.backupCodes ? (former.imported?.codes ?? 0) : set.remaining,
      prints: sealPrints(given, context),
    },
  };
  const events: ChangeEvent[] = [
    { type: 'imported', outcome, source, factorIds: factors.map(({ id }) => id), backupCodes: counts.backupCodes },
  ];
  if (enforces) events.push({ type: 'enforced', from: enforceFrom });
  return accept({ result, unhashed: false }, { record, events });
}
