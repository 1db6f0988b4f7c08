/** Re-sealing: moves every secret of a record under the newest key. */
import { openDigests, sealDigests } from '../factors/backup-codes.ts';
import type { BackupCodeSet, MfaRecord, TotpSecret } from '../record.ts';
import { accept, type Transition, type TransitionContext } from './decision.ts';

/** Associated data of a sealed TOTP secret: it opens for no other user and no other factor. */
export function totpSecretContext(userId: string, factorId: string): readonly string[] {
  return ['totp-secret', userId, factorId];
}

/** The record with all that can be opened under the newest key. What cannot be opened stays as it is. */
export function reseal(record: MfaRecord, context: TransitionContext): MfaRecord {
  if (sealedTexts(record).every((text) => context.secrets.isNewest(text))) return record;
  const { pending, backupCodes } = record;
  return {
    ...record,
    factors: record.factors.map((factor) => resealFactor(factor, context)),
    backupCodes: backupCodes && resealSet(backupCodes, context),
    pending: pending && {
      ...pending,
      factor: resealFactor(pending.factor, context),
      backupCodes: pending.backupCodes && resealSet(pending.backupCodes, context),
    },
  };
}

/** Every sealed text of a record. */
export function sealedTexts({ factors, backupCodes, pending }: MfaRecord): readonly string[] {
  return [
    ...factors.map((factor) => factor.secret),
    ...(backupCodes === null ? [] : [backupCodes.digests]),
    ...(pending === null ? [] : [pending.factor.secret]),
    ...(pending?.backupCodes ? [pending.backupCodes.digests] : []),
  ];
}

/** What one step of `rekey` did to a user. */
export type RekeyOutcome = 'current' | 'rekeyed' | 'unreadable';

/** One step of the sweep over all users. */
export function rekeyUser(keyId: string): Transition<RekeyOutcome> {
  return (record, context) => {
    const resealed = reseal(record, context);
    const complete = sealedTexts(resealed).every((text) => context.secrets.isNewest(text));
    if (!complete) return accept('unreadable');
    return resealed === record
      ? accept('current')
      : accept('rekeyed', { record: resealed, events: [{ type: 'rekeyed', keyId }] });
  };
}

function resealFactor<F extends TotpSecret>(factor: F, { userId, secrets }: TransitionContext): F {
  if (secrets.isNewest(factor.secret)) return factor;
  const sealContext = totpSecretContext(userId, factor.id);
  const secret = secrets.open(factor.secret, sealContext);
  return secret === null ? factor : { ...factor, secret: secrets.seal(secret, sealContext) };
}

function resealSet(set: BackupCodeSet, { userId, secrets }: TransitionContext): BackupCodeSet {
  if (secrets.isNewest(set.digests)) return set;
  const digests = openDigests(userId, set, secrets);
  return digests === null ? set : sealDigests(userId, set, digests, secrets);
}
