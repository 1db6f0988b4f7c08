/** setup: stages a new factor beside what is active, until its first code confirms it. */
import type { Challenge } from '../crypto/challenge-token.ts';
import { MfaError } from '../errors.ts';
import type { UsedFactor } from '../events.ts';
import type { MfaRecord, PendingSetup } from '../record.ts';
import type { Attempt } from './attempt.ts';
import { enrollTokenBarrier } from './challenge.ts';
import { accept, refuse, type Change, type Transition } from './decision.ts';

/** @returns why a first factor cannot be set up, or `null`. `challenge` is null for a signed-in user. */
function firstSetupBarrier(record: MfaRecord, challenge: Challenge | null, now: number): MfaError | null {
  const barrier = challenge === null ? null : enrollTokenBarrier(record, challenge, now);
  if (barrier !== null) return barrier;
  return record.factors.length > 0 ? new MfaError('already_enabled') : null;
}

/** Refuses where a first setup would be refused, before its backup codes are hashed. Changes nothing. */
export function checkFirstSetup(challenge: Challenge | null): Transition<undefined> {
  return (record, { now }) => {
    const barrier = firstSetupBarrier(record, challenge, now);
    return barrier === null ? accept(undefined) : refuse(barrier);
  };
}

/** Stages the first factor. */
export function stageFirstSetup(challenge: Challenge | null, pending: PendingSetup): Transition<undefined> {
  return (record, { now }) => {
    const barrier = firstSetupBarrier(record, challenge, now);
    return barrier === null ? accept(undefined, stage(record, pending, null)) : refuse(barrier);
  };
}

/** Stages a further factor, proven by one that is active. The backup codes stay. */
export function furtherSetupAttempt(pending: PendingSetup, maxFactors: number): Attempt<undefined> {
  return {
    operation: 'setup',
    barrier: (record) => (record.factors.length < maxFactors ? null : new MfaError('too_many_factors')),
    apply: (record, used) => ({ ...stage(record, pending, used), result: undefined }),
  };
}

function stage(record: MfaRecord, pending: PendingSetup, provenBy: UsedFactor | null): Change {
  return {
    record: { ...record, pending },
    events: [{ type: 'setup_started', factorId: pending.factor.id, provenBy }],
  };
}
