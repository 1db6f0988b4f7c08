/** Proving: leads an attempt through charge, slow work and settlement. */
import type { Clock, Committed, Decide } from '../decide.ts';
import type { Lease } from '../crypto/hash-queue.ts';
import { invalidInput, MfaError } from '../errors.ts';
import type { RefusalReason, RequestContext } from '../events.ts';
import type { FactorSecrets } from '../factors/factor-secrets.ts';
import { lockedError } from '../policies/lockout.ts';
import { shareReads } from '../shared-reads.ts';
import { EMPTY_RECORD } from '../record/record.ts';
import type { StoredRecord } from '../store.ts';
import { charge, isLockedOut, rehearse, settle, settleWrong, type Attempt, type Charge, type Gate } from './attempt.ts';
import { settlePassword, type PasswordAttempt } from './password-alone.ts';
import type { Passwords } from './passwords.ts';
import type { Transition } from '../decision.ts';
import { guarded, spending } from './challenge.ts';
import type { ParsedProof, ReadyAnswer, WeighAnswer } from './proof.ts';

/** What proving works with. */
export interface ProveDependencies {
  readonly decide: Decide;
  /** What is stored of the user now. */
  readonly read: (userId: string) => Promise<StoredRecord | null>;
  readonly clock: Clock;
  readonly passwords: Passwords;
  readonly secrets: FactorSecrets;
}

/** Who proves what. */
export interface Claim {
  readonly userId: string;
  readonly proof: ParsedProof;
  readonly request: RequestContext;
}

/** Slow work that an operation needs once its proof is known to be right. */
interface Preparation<T> {
  /** Its places in the queue, taken before the attempt is charged. Throws `busy` if there are none. */
  reserve(): Lease;
  prepare(lease: Lease): Promise<Attempt<T>>;
}

/** Carries out attempts. */
export interface Prover {
  /** An attempt whose operation is ready. If neither the answer nor a password is slow to check, it is one commit. */
  prove<T>(claim: Claim, attempt: Attempt<T>): Promise<Committed<T>>;
  /** An attempt whose operation needs slow work of its own, done once the answer is known to be right. */
  proveThen<T>(claim: Claim, gate: Gate, preparation: Preparation<T>): Promise<Committed<T>>;
  /** An attempt of a user who has no factor yet, and proves by the password alone. */
  provePassword<T>(
    claim: Omit<Claim, 'proof'> & { readonly password: string },
    attempt: PasswordAttempt<T>,
  ): Promise<Committed<T>>;
}

/** An answer whose slow work is done: it can be weighed. */
interface Evidence {
  readonly weigh: WeighAnswer;
  /** `null` if nothing was slow. */
  readonly charged: Charge | null;
  /** What was read to examine the answer, if nothing was written since. */
  readonly seen?: StoredRecord | null | undefined;
}

/** The places that the answer itself needs. */
function reservationsOf({ userId, proof: { presented } }: Claim): readonly (() => Lease)[] {
  const { slow } = presented;
  return slow === undefined ? [] : [() => slow.reserve(userId)];
}

/** Makes the prover over one decide loop. */
export function createProver({ decide, read, clock, passwords, secrets }: ProveDependencies): Prover {
  /** May be older than the call, so it decides nothing. */
  const glance = shareReads(async (userId) => (await read(userId))?.record ?? EMPTY_RECORD);

  /** Where too many calls wait, a locked account is told so by a plain read. Nothing was checked then. */
  async function lockedBeforeBusy<T>(userId: string, gate: Gate, work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MfaError) || error.code !== 'busy') throw error;
      const { lockout } = await glance(userId);
      throw isLockedOut(gate, lockout, clock()) ? lockedError(lockout) : error;
    }
  }

  /**
   * Reserves before anything is counted: no attempt is counted and then refused for want of a place, and a flood on
   * others locks nobody. Every place is given back, whatever happens.
   */
  async function withLeases<T>(
    userId: string,
    gate: Gate,
    reservations: readonly (() => Lease)[],
    work: (leases: readonly Lease[]) => Promise<T>,
  ): Promise<T> {
    const leases: Lease[] = [];
    try {
      for (const reserve of reservations) leases.push(await lockedBeforeBusy(userId, gate, reserve));
      return await work(leases);
    } finally {
      for (const lease of leases) lease.release();
    }
  }

  /** What an asynchronous check finds is known before anything is charged: it is no guess. */
  async function ready({
    userId,
    proof: { presented },
  }: Claim): Promise<{ answer: ReadyAnswer; seen?: StoredRecord | null }> {
    if (presented.examine === undefined) return { answer: presented };
    const seen = await read(userId);
    return { answer: { weigh: await presented.examine(seen?.record ?? EMPTY_RECORD, { userId, secrets }) }, seen };
  }

  /** Charges and does the slow checks, if there are any. Throws what was found wrong. */
  async function gather(claim: Claim, gate: Gate, lease: Lease | undefined): Promise<Evidence> {
    const { userId, request, proof } = claim;
    const { password } = proof;
    const { answer, seen } = await ready(claim);
    if (answer.slow === undefined && password === null) return { weigh: answer.weigh, charged: null, seen };

    const { result: charged } = await lockedBeforeBusy(userId, gate, () =>
      decide(userId, charge(gate, answer, password !== null, lease), request, 'user', seen),
    );
    if (password !== null && !(await passwordIsRight(userId, password))) {
      return refuseCharged(claim, gate, 'invalid_password', charged);
    }
    if (answer.slow === undefined) return { weigh: answer.weigh, charged };
    if (lease === undefined) throw new Error('Slow work was begun without a place.');
    const worked = await answer.slow.work(charged.record, lease, { userId, secrets, now: charged.at });
    return typeof worked === 'string' ? refuseCharged(claim, gate, worked, charged) : { weigh: worked, charged };
  }

  async function refuseCharged(
    { userId, request }: Claim,
    gate: Gate,
    reason: RefusalReason,
    charged: Charge,
  ): Promise<never> {
    return (await decide(userId, settleWrong(gate, reason, charged), request, 'settle')).result;
  }

  /** The attempt stays counted if the user has no password: only a page that is mistaken asks for one. */
  async function passwordIsRight(userId: string, password: string): Promise<boolean> {
    const answer = await passwords.check(userId, password);
    if (answer === 'none') throw invalidInput('password', 'is not accepted: this user has none');
    return answer === 'right';
  }

  /** What was charged already is never refused as `busy`. */
  async function end<T>(
    { userId, request }: Claim,
    gate: Gate,
    charged: Charge | null,
    transition: Transition<T>,
    seen?: StoredRecord | null,
  ) {
    return charged === null
      ? lockedBeforeBusy(userId, gate, () => decide(userId, transition, request, 'user', seen))
      : decide(userId, transition, request, 'settle');
  }

  return {
    async prove(claim, operation) {
      const attempt = spending(claim.proof.challenge, operation);
      return withLeases(claim.userId, attempt, reservationsOf(claim), async ([lease]) => {
        const { weigh, charged, seen } = await gather(claim, attempt, lease);
        return end(claim, attempt, charged, settle(attempt, weigh, charged), seen);
      });
    },

    async proveThen(claim, operation, preparation) {
      const { challenge } = claim.proof;
      const gate = guarded(challenge, operation);
      const all = [() => preparation.reserve(), ...reservationsOf(claim)];
      return withLeases(claim.userId, gate, all, async ([own, lease]) => {
        const { weigh, charged } = await gather(claim, gate, lease);
        // A right answer writes nothing yet, so it rests on a fresh read.
        await end(claim, gate, charged, rehearse(gate, weigh, charged));
        if (own === undefined) throw new Error('Slow work was begun without a place.');
        const attempt = spending(challenge, await preparation.prepare(own));
        return end(claim, gate, charged, settle(attempt, weigh, charged));
      });
    },

    async provePassword({ userId, password, request }, attempt) {
      const { result: charged } = await lockedBeforeBusy(userId, attempt, () =>
        decide(userId, charge(attempt, null, true), request),
      );
      const right = await passwordIsRight(userId, password);
      return decide(
        userId,
        right ? settlePassword(attempt, charged) : settleWrong(attempt, 'invalid_password', charged),
        request,
        'settle',
      );
    },
  };
}
