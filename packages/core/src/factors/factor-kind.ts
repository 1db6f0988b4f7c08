/** FactorKind: all that core has to know of a kind of factor. */
import type * as z from 'zod';
import type { MfaError } from '../errors.ts';
import type { RefusalReason, UsedFactor } from '../events.ts';
import type { TransitionContext } from '../decision.ts';
import type { Lease } from '../crypto/hash-queue.ts';
import type { RandomSource } from '../crypto/random.ts';
import type { MfaRecord } from '../record/record.ts';
import type { ActiveFactor, StagedFactor } from './stored.ts';

/** Factors that were passed over, because their secret did not open. One of them does not stand in the way of others. */
export interface PassedOver {
  /** Ids of factors, or of a set of backup codes. Reported to the operator as `secret_unreadable`. */
  readonly unreadable?: readonly string[];
}

/** Why what was presented does not prove anything. */
export type Objection =
  /** Wrong: counts as a failure. `guess`: it also fills the slow bucket; `parseSecondFactor` sets it. */
  | ({ readonly outcome: 'wrong'; readonly reason: RefusalReason; readonly guess?: boolean } & PassedOver)
  /** Right once, spent since: refused, not counted. `id`: of the factor that it was right for. */
  | ({ readonly outcome: 'replayed'; readonly reason: RefusalReason; readonly id: string } & PassedOver)
  /** No stored secret opened that the answer could be for: refused, not counted. */
  | ({ readonly outcome: 'unreadable' } & Required<PassedOver>)
  /** Cannot belong to any factor of this user: refused, not counted, nothing computed. */
  | { readonly outcome: 'malformed'; readonly error: MfaError };

/** What an answer is worth against a record. If it is right, `record` is the one in which it is consumed. */
export type Verdict =
  | ({ readonly outcome: 'right'; readonly record: MfaRecord; readonly used: UsedFactor } & PassedOver)
  | Objection;

/** Weighs an answer against a record. Pure and synchronous: it runs again after each lost race. */
export type Weigh = (record: MfaRecord, context: TransitionContext) => Verdict;

/** An answer whose weighing needs slow work first, such as a password hash. It is charged before that work begins. */
export interface SlowCheck {
  /** Call before the attempt is charged, and release in every path. Throws `busy` if the work could not be done now. */
  reserve(userId: string): Lease;
  /** What is known to be wrong without the slow work, or `null`. */
  screen(record: MfaRecord, context: TransitionContext): Objection | null;
  /**
   * Does the slow work against the record as it was charged, in the places that were reserved for it. Resolves with what
   * weighs the result, or with a refusal.
   */
  work(record: MfaRecord, lease: Lease): Promise<Weigh | RefusalReason>;
}

/** Says more of a wrong first answer of a new factor, for the person who sets it up. It counts all the same. */
export type Explain = (record: MfaRecord, context: TransitionContext) => RefusalReason;

/** An answer that a person gave, parsed. */
export type Presented =
  | { readonly weigh: Weigh; readonly slow?: never }
  | { readonly slow: SlowCheck; readonly weigh?: never };

/** A kind of second factor. */
export interface FactorKind {
  /** Its name: `method` in events and results, `kind` in the record. */
  readonly method: string;
  /** The field of an input that carries an answer of this kind. No two kinds share one. */
  readonly field: string;
  /**
   * The field of an input that carries the answer after that one. A kind that has it gives answers short enough to be
   * guessed: wrong ones fill the slow bucket of the user, and once that is full both fields are asked for. Without it, an
   * answer is too long for that.
   */
  readonly nextField?: string;
  /** What an accepted answer adds to `amr` (RFC 8176 §2). */
  readonly amr: readonly string[];
  /** Present if a browser may be trusted after an answer of this kind. */
  readonly mayTrustDevice?: true;
  /** Whether the user can answer with it now. */
  isHeld(record: MfaRecord): boolean;
  /**
   * Parses an answer. Throws `invalid_input` for what cannot be one.
   * @param next - what `nextField` carries; both must then be right, one after the other, and both are consumed
   */
  present(given: unknown, next?: unknown): Presented;
  /** The stored fields that its secret is bound to, beside user, kind and id: change one, and it does not open. */
  readonly boundFields: readonly string[];
}

/** A new factor before its secret is sealed: the stored fields of its kind, and what the user is shown, once. */
export interface DrawnFactor {
  readonly secret: Uint8Array;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly shown: Readonly<Record<string, unknown>>;
}

/** A kind that users enroll and name, and may have several of. Its answers need no slow work. */
export interface EnrolledKind extends FactorKind {
  present(given: unknown, next?: unknown): { readonly weigh: Weigh; readonly explain?: Explain };
  /** The label of a factor that its user gave none. */
  readonly defaultLabel: string;
  /** Checks the fields that its factors add to a {@link StagedFactor}. */
  readonly stagedFields: z.ZodRawShape;
  /** Checks the fields that a factor has beyond those once it is active. */
  readonly activeFields: z.ZodRawShape;
  /**
   * Draws a new factor.
   * @param accountName - as the app shows it: 1 to 254 bytes, no colon, different for each factor of a user
   */
  draw(accountName: string): DrawnFactor;
  /** A staged factor as an active one that was never used: its first answer is weighed against it. */
  unused(staged: StagedFactor): ActiveFactor;
  /** What `status` shows of a factor, beside what it shows of every kind. */
  show(factor: ActiveFactor): Readonly<Record<string, unknown>>;
}

/** What a kind is made with; `issuer` is the name users see in their app. */
export type FactorPorts = Readonly<{ issuer: string; random: RandomSource }>;

/** Makes a kind for one application; `createMfa` calls it once. */
export type FactorKindFactory = (ports: FactorPorts) => EnrolledKind;
