/** Proving: leads an attempt through charge, slow work and settlement. */
import type { Commit } from './commit.ts';
import type { HashQueue } from './crypto/hash-queue.ts';
import { MfaError } from './errors.ts';
import type { RefusalReason, RequestContext } from './events.ts';
import { hashJob } from './factors/backup-codes.ts';
import type { ParsedProof } from './input.ts';
import type { PasswordVerifier } from './options.ts';
import { charge, presettle, settle, settleWrong, type Attempt, type Charge, type Gate } from './transitions/attempt.ts';
import type { Evidence } from './transitions/evidence.ts';

/** What proving works with. */
export interface ProveDependencies {
  readonly commit: Commit;
  readonly hashQueue: HashQueue;
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
  /** An attempt whose operation is ready. With a code and no password nothing is slow: one commit. */
  prove<T>(claim: Claim, attempt: Attempt<T>): Promise<T>;
  /** An attempt whose operation needs slow work of its own, done once the evidence was seen to be right. */
  proveThen<T>(claim: Claim, gate: Gate, prepare: () => Promise<Attempt<T>>): Promise<T>;
}

/** Makes the prover over one commit loop. */
export function createProver({ commit, hashQueue, verifyPassword }: ProveDependencies): Prover {
  /** Charges, then does the slow checks. Resolves with evidence still to be settled; throws what was found wrong. */
  async function gather(claim: Claim, gate: Gate): Promise<{ readonly charged: Charge; readonly evidence: Evidence }> {
    const { userId, request } = claim;
    const { factor, password } = claim.proof;
    // A full queue refuses before the attempt is counted: a flood on others must not lock this account.
    if (factor.method === 'backup_code') hashQueue.assertRoom(1);
    const charged = await commit(userId, charge(gate, factor, password !== null), request);
    if (password !== null && !(await passwordIsRight(userId, password))) {
      return refuseCharged(claim, gate, 'invalid_password', charged);
    }
    if (factor.method === 'totp') return { charged, evidence: factor };
    const set = charged.record.backupCodes;
    if (set === null) return refuseCharged(claim, gate, 'invalid_backup_code', charged);
    const digest = await hashQueue.hash(hashJob(factor.symbols, set));
    return { charged, evidence: { method: 'backup_code', salt: set.salt, digest } };
  }

  function refuseCharged(
    { userId, request }: Claim,
    gate: Gate,
    reason: RefusalReason,
    charged: Charge,
  ): Promise<never> {
    return commit(userId, settleWrong(gate, reason, charged), request);
  }

  async function passwordIsRight(userId: string, password: string): Promise<boolean> {
    if (verifyPassword === 'passwordless') return false;
    try {
      return (await verifyPassword(userId, password)) === true;
    } catch (cause) {
      throw new MfaError('store_unavailable', { message: 'verifyPassword did not answer.', cause });
    }
  }

  return {
    async prove(claim, attempt) {
      const { userId, request } = claim;
      const { factor, password } = claim.proof;
      const { charged, evidence } =
        factor.method === 'totp' && password === null
          ? { charged: null, evidence: factor }
          : await gather(claim, attempt);
      return commit(userId, settle(attempt, evidence, charged), request);
    },

    async proveThen(claim, gate, prepare) {
      const { userId, request } = claim;
      const { charged, evidence } = await gather(claim, gate);
      await commit(userId, presettle(gate, evidence, charged), request);
      const attempt = await prepare();
      return commit(userId, settle(attempt, evidence, charged), request);
    },
  };
}
