/** FactorKind: all that core has to know of a kind of factor. */
import type { $ZodShape } from 'zod/v4/core';
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
  | ({
      readonly outcome: 'wrong';
      /** The code of the refusal. */
      readonly reason: RefusalReason;
      /** Whether it also fills the slow bucket. */
      readonly guess?: boolean;
    } & PassedOver)
  /**
   * Right once and spent since, or no guess: refused, recorded now and then, not counted. `id`: of the factor that it is
   * about.
   */
  | ({
      readonly outcome: 'uncounted';
      /** The code of the refusal. */
      readonly reason: RefusalReason;
      /** The factor that it is about. */
      readonly id: string;
    } & PassedOver)
  /** No stored secret opened that the answer could be for: refused, not counted. */
  | ({ readonly outcome: 'unreadable' } & Required<PassedOver>)
  /** Cannot belong to any factor of this user: refused, not counted, nothing recorded. */
  | {
      readonly outcome: 'malformed';
      /** What the call throws. */
      readonly error: MfaError;
    };

/** What an answer is worth against a record. If it is right, `record` is the one in which it is consumed. */
export type Verdict =
  | ({
      readonly outcome: 'right';
      /** The record in which the answer is consumed. */
      readonly record: MfaRecord;
      /** What was accepted. */
      readonly used: UsedFactor;
    } & PassedOver)
  | Objection;

/** Weighs an answer against a record. Pure and synchronous: it runs again after each lost race. */
export type Weigh = (record: MfaRecord, context: TransitionContext) => Verdict;

/** What slow work may look at beside the record. `now`: when it was charged, in epoch milliseconds. */
export type SlowContext = Pick<TransitionContext, 'userId' | 'secrets' | 'now'>;

/** An answer whose weighing needs slow work first, such as a password hash. It is charged before that work begins. */
export interface SlowCheck {
  /** Call before the attempt is charged, and release in every path. Throws `busy` if the work could not be done now. */
  reserve(userId: string): Lease;
  /**
   * What is known to be wrong without the slow work, or `null`. Runs again after each lost race.
   * @param lease - makes it fit the work; if that is refused, so is the answer
   */
  screen(record: MfaRecord, context: TransitionContext, lease: Lease): Objection | null;
  /**
   * Does the slow work against the record as it was charged, in the places that were reserved for it. Resolves with what
   * weighs the result, or with a refusal.
   */
  work(record: MfaRecord, lease: Lease, context: SlowContext): Promise<Weigh | RefusalReason>;
}

/** What an asynchronous check may look at beside what it checks against. */
export type ExamineContext = Pick<TransitionContext, 'userId' | 'secrets'>;

/**
 * Checks an answer that is no guess, such as a signature, against the record as it is read before the swap. Nothing is
 * charged for it. It resolves with what weighs its finding against the record that the swap meets.
 */
export type Examine = (record: MfaRecord, context: ExamineContext) => Promise<Weigh>;

/** An answer that a person gave, parsed. */
export type Presented =
  | {
      /** Weighs it at once. */
      readonly weigh: Weigh;
      readonly slow?: never;
      readonly examine?: never;
    }
  | {
      /** Weighs it after slow work. */
      readonly slow: SlowCheck;
      readonly weigh?: never;
      readonly examine?: never;
    }
  | {
      /** Weighs it after an asynchronous check. */
      readonly examine: Examine;
      readonly weigh?: never;
      readonly slow?: never;
    };

/** Weighs a first answer against the staged factor. If it is right, `record` has the factor, active, behind all others. */
export type WeighFirst = (staged: StagedFactor, record: MfaRecord, context: TransitionContext) => Verdict;

/** Checks a first answer against the factor that is staged, as `Examine` does. */
export type ExamineFirst = (staged: StagedFactor, context: ExamineContext) => Promise<WeighFirst>;

/** The first answer of a new factor, parsed. It needs no slow work. */
export type PresentedFirst =
  | {
      /** Weighs it at once. */
      readonly weigh: WeighFirst;
      readonly examine?: never;
    }
  | {
      /** Weighs it after an asynchronous check. */
      readonly examine: ExamineFirst;
      readonly weigh?: never;
    };

/** What is asked of the user, and for how long. */
export interface Prompt {
  /** What the answer signs: 32 bytes as base64url. It follows from a challenge token, and from no other. */
  readonly challenge: string;
  /** How long the user has, in milliseconds. */
  readonly timeoutMs: number;
}

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
  /** Whether an answer is bound to the origin that asked for it, so that it is of no use to a page that poses as that one. */
  readonly phishingResistant: boolean;
  /** Present if a browser may be trusted after an answer of this kind. */
  readonly mayTrustDevice?: true;
  /**
   * What an accepted answer adds to `amr` (RFC 8176 §2).
   * @param factor - that was used; absent for a kind without factors
   */
  amr(factor?: ActiveFactor): readonly string[];
  /** Whether the user can answer with it at this instant (epoch milliseconds). */
  isHeld(record: MfaRecord, now: number): boolean;
  /** What a page needs to ask for an answer. A kind that has it gives answers that sign `challenge`. */
  ask?(record: MfaRecord, prompt: Prompt): object;
  /**
   * Parses an answer. Throws `invalid_input` for what cannot be one.
   * @param next - what `nextField` carries; both must then be right, one after the other, and both are consumed
   * @param challenge - what the answer signs, for a kind that has `ask`
   */
  present(given: unknown, next?: unknown, challenge?: string): Presented;
  /** The stored fields that its secret is bound to, beside user, kind and id: change one, and it does not open. */
  readonly boundFields: readonly string[];
}

/** A new factor before its secret is sealed: the stored fields of its kind, and what the user is shown, once. */
export interface DrawnFactor {
  /** In clear: core seals it. */
  readonly secret: Uint8Array;
  /** What the record keeps beside it. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What the user is shown, once. */
  readonly shown: Readonly<Record<string, unknown>>;
}

/** For whom a new factor is drawn. */
export interface Enrollee {
  /** Your id of the user. */
  readonly userId: string;
  /** What the host calls the account, unchecked: see `nameInApp`. */
  readonly accountName: unknown;
  /** The label of the new factor if the user has others; `null` for the first one. */
  readonly label: string | null;
  /** The user's record as it is read when the setup begins. */
  readonly record: MfaRecord;
  /** How long the setup waits for its first answer. */
  readonly timeoutMs: number;
}

/** A kind that users enroll and name, and may have several of. */
export interface EnrolledKind extends FactorKind {
  /** The label of a factor that its user gave none. */
  readonly defaultLabel: string;
  /** Checks the fields that its factors add to a {@link StagedFactor}. */
  readonly stagedFields: $ZodShape;
  /** Checks the fields that a factor has beyond those once it is active. */
  readonly activeFields: $ZodShape;
  /** Draws a new factor. Throws `invalid_input` if this user cannot have one. */
  draw(enrollee: Enrollee): DrawnFactor;
  /** Parses the first answer of a new factor. Throws as `present`. */
  presentFirst(given: unknown, next?: unknown): PresentedFirst;
  /** Present if an answer of this kind names its user, and is a sign-in alone. */
  readonly alone?: AloneSignIn;
  /** Whether the secret of a factor is shorter than new ones may be. A kind without it makes and takes none. */
  isWeak?(factor: ActiveFactor): boolean;
  /** What `status` shows of a factor, beside what it shows of every kind. */
  show(factor: ActiveFactor): Readonly<Record<string, unknown>>;
}

/** How a kind signs in a user of whom nothing is known yet. */
export interface AloneSignIn {
  /** What a page needs to ask for an answer. */
  ask(prompt: Prompt): object;
  /** Parses an answer. Throws as `present`. */
  present(given: unknown, challenge: string): PresentedAlone;
}

/** An answer that names its user. */
export interface PresentedAlone {
  /**
   * Resolves with the user id; `null` if no user is known by what the answer says. Throws `password_required` if it says
   * nothing, and `store_unavailable` if the host does not answer.
   */
  userId(): Promise<string | null>;
  /** Checks the answer against the record of the user that it names. */
  readonly examine: Examine;
}

/** What a kind is made with; `issuer` is the name users see in their app. */
export type FactorPorts = Readonly<{
  /** The name that users see in their app. */
  issuer: string;
  /** Where random bytes come from. */
  random: RandomSource;
}>;

/** Makes a kind for one application; `createMfa` calls it once. */
export type FactorKindFactory = (ports: FactorPorts) => EnrolledKind;
