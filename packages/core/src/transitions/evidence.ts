/** Evidence: whether a code or a backup code is right, and the record after it was consumed. */
import { openDigests, sealDigests, spendDigest } from '../factors/backup-codes.ts';
import { matchTotp } from '../factors/totp.ts';
import { invalidInput, MfaError } from '../errors.ts';
import type { RefusalReason, UsedFactor } from '../events.ts';
import type { MfaRecord, TotpFactor } from '../record.ts';
import type { TransitionContext } from './decision.ts';
import { totpSecretContext } from './reseal.ts';

/** A second factor as a transition gets it: syntactically sound, slow hashing done. */
export type Evidence =
  | { readonly method: 'totp'; readonly code: string }
  /** `salt` names the set that `digest` was computed for. */
  | { readonly method: 'backup_code'; readonly salt: string; readonly digest: Uint8Array };

/** What evidence is worth against a record. */
export type Verdict =
  | { readonly kind: 'right'; readonly record: MfaRecord; readonly used: UsedFactor }
  /** Wrong: counts as a failure. */
  | { readonly kind: 'wrong'; readonly reason: RefusalReason }
  /** Right once, spent since: refused, not counted. */
  | { readonly kind: 'replayed'; readonly reason: RefusalReason }
  /** A stored secret did not open: refused, not counted. */
  | { readonly kind: 'unreadable' }
  /** Cannot belong to any factor of this user: refused, not counted, nothing computed. */
  | { readonly kind: 'malformed'; readonly error: MfaError };

/** Weighs evidence against the active factors. A right one comes with the record in which it is consumed. */
export function weigh(record: MfaRecord, evidence: Evidence, context: TransitionContext): Verdict {
  return evidence.method === 'totp'
    ? weighCode(record, evidence.code, context)
    : weighBackupCode(record, evidence, context);
}

function weighCode(record: MfaRecord, code: string, context: TransitionContext): Verdict {
  const { userId, now, policy, secrets } = context;
  const candidates = record.factors.filter((factor) => factor.digits === code.length);
  if (candidates.length === 0) return { kind: 'malformed', error: codeLengthError(record.factors) };

  const opened: { readonly factor: TotpFactor; readonly secret: Uint8Array }[] = [];
  for (const factor of candidates) {
    const secret = secrets.open(factor.secret, totpSecretContext(userId, factor.id));
    if (secret === null) return { kind: 'unreadable' };
    opened.push({ factor, secret });
  }
  // Every factor is tried before any match is looked at.
  const trials = opened.map(({ factor, secret }) => ({
    factor,
    step: matchTotp(secret, code, factor, now, policy.windowSteps),
  }));
  for (const { factor, step } of trials) {
    if (step === null || step <= factor.lastStep) continue;
    const consumed: TotpFactor = { ...factor, lastStep: step, lastUsedAt: now };
    return {
      kind: 'right',
      record: { ...record, factors: record.factors.map((other) => (other === factor ? consumed : other)) },
      used: { method: 'totp', factorId: factor.id },
    };
  }
  return trials.some(({ step }) => step !== null)
    ? { kind: 'replayed', reason: 'code_already_used' }
    : { kind: 'wrong', reason: 'invalid_code' };
}

function weighBackupCode(
  record: MfaRecord,
  { salt, digest }: Extract<Evidence, { method: 'backup_code' }>,
  { userId, secrets }: TransitionContext,
): Verdict {
  const set = record.backupCodes;
  // Another salt: the set was replaced while the hash was computed, and the code's set is void.
  if (set?.salt !== salt) return { kind: 'wrong', reason: 'invalid_backup_code' };
  const digests = openDigests(userId, set, secrets);
  if (digests === null) return { kind: 'unreadable' };
  const left = spendDigest(digests, digest);
  if (left === null) return { kind: 'wrong', reason: 'invalid_backup_code' };
  return {
    kind: 'right',
    record: { ...record, backupCodes: sealDigests(userId, set, left, secrets) },
    used: { method: 'backup_code', factorId: null },
  };
}

/** The refusal of a code that is well-formed but has no factor of its length. */
export function codeLengthError(factors: readonly { readonly digits: number }[]): MfaError {
  const lengths = [...new Set(factors.map((factor) => factor.digits))];
  return invalidInput('code', `must have ${lengths.join(' or ')} digits`);
}
