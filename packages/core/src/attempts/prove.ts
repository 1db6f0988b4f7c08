/** Proving: leads an attempt through charge, slow work and settlement. */
import type { Clock, Committed, Decide } from '../decide.ts';
import { MfaError } from '../errors.ts';
import type { RefusalReason, RequestContext } from '../events.ts';
import type { Weigh } from '../factors/factor-kind.ts';
import type { PasswordVerifier } from '../options.ts';
import { isLocked, lockedError } from '../policies/lockout.ts';
import type { MfaRecord } from '../record/record.ts';
import { charge, rehearse, settle, settleWrong, type Attempt, type Charge, type Gate } from './attempt.ts';
import type { ParsedProof } from './proof.ts';

/** What proving works with. */
export interface ProveDependencies {
  readonly decide: Decide;
  /** The user's record as it is now. */
  readonly peek: (userId: string) => Promise<MfaRecord>;
  readonly clock: Clock;
  readonly verifyPassword: PasswordVerifier | 'passwordless';
}

/** Who proves what. */
export interface Claim {
  readonly userId: string;
  readonly proof: ParsedProof;
  readonly request: RequestContext;
}

/** Carries out attempts. */
export interface Prover {
  /** An attempt whose operation is ready. If neither the answer nor a password is slow to check, it is one commit. */
  prove<T>(claim: Claim, attempt: Attempt<T>): Promise<Committed<T>>;
  /** An attempt whose operation needs slow work of its own, done once the answer is known to be right. */
  proveThen<T>(claim: Claim, gate: Gate, prepare: () => Promise<Attempt<T>>): Promise<Committed<T>>;
}

/** An answer whose slow work is done: it can be weighed. */
interface Evidence {
  readonly weigh: Weigh;
  /** `null` if nothing was slow. */
  readonly charged: Charge | null;
}

/** Makes the prover over one decide loop. */
export function createProver(dependencies: ProveDependencies): Prover {
  const { peek, clock, verifyPassword } = dependencies;

  /** If too many calls of the user wait, a locked account is told so by a plain read. Nothing was checked then. */
  const decide: Decide = async (userId, ...call) => {
    try {
      return await dependencies.decide(userId, ...call);
    } catch (error) {
      if (!(error instanceof MfaError) || error.code !== 'busy') throw error;
      const { lockout } = await peek(userId);
      throw isLocked(lockout, clock()) ? lockedError(lockout) : error;
    }
  };

  /** Charges and does the slow checks, if there are any. Throws what was found wrong. */
  async function gather(claim: Claim, gate: Gate): Promise<Evidence> {
    const { userId, request, proof } = claim;
    const { presented, password } = proof;
    if (presented.slow === undefined && password === null) return { weigh: presented.weigh, charged: null };

    // A full queue refuses before the attempt is counted: a flood on others must not lock this account.
    presented.slow?.assertRoom();
    const { result: charged } = await decide(userId, charge(gate, presented, password !== null), request);
    if (password !== null && !(await passwordIsRight(userId, password))) {
      return refuseCharged(claim, gate, 'invalid_password', charged);
    }
    if (presented.slow === undefined) return { weigh: presented.weigh, charged };
    const worked = await presented.slow.work(charged.record);
    return typeof worked === 'string' ? refuseCharged(claim, gate, worked, charged) : { weigh: worked, charged };
  }

  async function refuseCharged(
    { userId, request }: Claim,
    gate: Gate,
    reason: RefusalReason,
    charged: Charge,
  ): Promise<never> {
    return (await decide(userId, settleWrong(gate, reason, charged), request)).result;
  }

  async function passwordIsRight(userId: string, password: string): Promise<boolean> {
    if (verifyPassword === 'passwordless') return false;
    try {
      return (await verifyPassword(userId, password)) === true;
    } catch (cause) {
      throw new MfaError('store_unavailable', { message: 'verifyPassword did not presented.', cause });
    }
  }

  return {
    async prove(claim, attempt) {
      const { weigh, charged } = await gather(claim, attempt);
      return decide(claim.userId, settle(attempt, weigh, charged), claim.request);
    },

    async proveThen(claim, gate, prepare) {
      const { weigh, charged } = await gather(claim, gate);
      await decide(claim.userId, rehearse(gate, weigh, charged), claim.request);
      const attempt = await prepare();
      return decide(claim.userId, settle(attempt, weigh, charged), claim.request);
    },
  };
}
