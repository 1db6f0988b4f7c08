/** Removal: takes factors away, by the user's proof or by support. */
import { MfaError } from '../errors.ts';
import { isEnforced } from '../policies/enforcement.ts';
import type { Attempt } from '../attempts/attempt.ts';
import { endSessions, voidChallenges } from '../attempts/challenge.ts';
import { accept, type Transition } from '../decision.ts';
import type { MfaRecord } from '../record/record.ts';
import { because } from './administration.ts';

/** disable: the user removes every factor. */
export const disableAttempt: Attempt<undefined> = {
  operation: 'disable',
  barrier: (record, context) =>
    record.factors.length > 0 && isEnforced(record, context) ? new MfaError('required_by_policy') : null,
  apply: (record, provenBy, { now }) => ({
    record: withFactors(record, [], now),
    events: [{ type: 'disabled', provenBy }],
    result: undefined,
  }),
};

/** removeFactor: the user removes one factor. With the last one the backup codes go too. */
export function removeFactorAttempt(factorId: string): Attempt<undefined> {
  const others = ({ factors }: MfaRecord): MfaRecord['factors'] => factors.filter(({ id }) => id !== factorId);
  const removed = ({ factors }: MfaRecord): MfaRecord['factors'] => factors.filter(({ id }) => id === factorId);
  return {
    operation: 'removeFactor',
    barrier(record, context) {
      const left = others(record).length;
      if (removed(record).length === 0) return new MfaError('factor_not_found');
      return left === 0 && isEnforced(record, context) ? new MfaError('required_by_policy') : null;
    },
    apply: (record, provenBy, { now }) => ({
      record: withFactors(record, others(record), now),
      events: removed(record).map(({ kind }) => ({ type: 'factor_removed', factorId, kind, provenBy })),
      result: undefined,
    }),
  };
}

/**
 * reset: support removes every factor. The count of failures and the enforcement stay. It also writes if there is no
 * factor, because somebody may hold a token to enroll one.
 */
export const reset: Transition<undefined> = (record, { now, request }) =>
  accept(undefined, { record: withFactors(record, [], now), events: [{ type: 'reset', ...because(request) }] });

/** Revokes at once: open challenges and the waiting setup go with the factors that are removed. */
function withFactors(record: MfaRecord, factors: MfaRecord['factors'], now: number): MfaRecord {
  return {
    ...endSessions(voidChallenges(record, now), now),
    factors,
    backupCodes: factors.length === 0 ? null : record.backupCodes,
    pending: null,
  };
}
