/** Proof: what a person presents, parsed by the kind of factor that its field belongs to. */
import { challengeOf, type Challenge, type ChallengePurpose } from '../crypto/challenge-token.ts';
import { invalidInput, MfaError } from '../errors.ts';
import type { Examine, FactorKind, SlowCheck, Verdict, Weigh } from '../factors/factor-kind.ts';
import type { TransitionContext } from '../decision.ts';
import type { MfaRecord } from '../record/record.ts';
import { asObject, parseToken } from '../input.ts';
import { LIMITS } from '../limits.ts';
import { needsTwoCodes } from '../policies/guesses.ts';

/**
 * The fields that carry an answer, one per kind of factor. A package that brings a further kind adds its own by
 * `declare module '@mfakit/core' { interface FactorInputs { readonly field: Type } }`.
 */
export interface FactorInputs {
  /** A code of an authenticator app, as typed or pasted: 6 to 8 digits; spaces and dashes are ignored. */
  readonly code: string;
  /** A backup code, as typed or pasted: capitals, small letters, spaces and dashes make no difference. */
  readonly backupCode: string;
}

/** Exactly one of the properties of `T`. */
type OneOf<T> = {
  [Field in keyof T]: Readonly<Pick<T, Field> & { [Other in Exclude<keyof T, Field>]?: undefined }>;
}[keyof T];

/**
 * An answer of exactly one kind: `{ code }` or `{ backupCode }`. After a refusal with `two_codes_required`, give the code
 * that the app shows as `code` and the one that it shows next as `nextCode`. Whenever `nextCode` is given, both must be
 * right, and both are spent.
 */
export type SecondFactor = OneOf<FactorInputs> & {
  /** The code that the app shows after `code`; only after a refusal with `two_codes_required`. */
  readonly nextCode?: string | undefined;
};

/** A second factor of a signed-in user. `token`: of `challenge`, with an answer that signs it. It is spent with the answer. */
export type FreshFactor = SecondFactor & {
  /** Of `challenge`, with an answer that signs it; absent for a code. */
  readonly token?: string | undefined;
};

/** Fresh proof of a signed-in user: a second factor, and the password of a user who has one. */
export type Proof = FreshFactor & {
  /** Of a user who has one; 1 to 1,024 characters. */
  readonly password?: string;
};

/** The password alone: enough only from a user who has no second factor yet. */
export type PasswordProof = Readonly<
  {
    /** 1 to 1,024 characters. */
    password: string;
  } & { [Field in keyof FactorInputs]?: undefined }
>;

/**
 * Weighs an answer in an attempt.
 * @param charged - whether the attempt is counted already. The slow bucket was then asked, and the answer judged, in the
 *   swap that charged it: by now the bucket may be full, but this is no further guess.
 */
export type WeighAnswer = (record: MfaRecord, context: TransitionContext, charged: boolean) => Verdict;

/** An answer that can be charged. */
export type ReadyAnswer =
  | { readonly weigh: WeighAnswer; readonly slow?: never }
  | { readonly slow: SlowCheck; readonly weigh?: never };

/** An answer that is to prove something. */
export type PresentedAnswer =
  | (ReadyAnswer & { readonly examine?: never })
  | { readonly examine: Examine; readonly weigh?: never; readonly slow?: never };

/** A proof, parsed; `password` is null if none was given, `challenge` if the answer signs none. */
export type ParsedProof = Readonly<{
  password: string | null;
  presented: PresentedAnswer;
  challenge: Challenge | null;
}>;

/** What a field of an input carries, and the kind that it belongs to. */
type Given<Kind extends FactorKind> = Readonly<{ kind: Kind; answer: unknown; next: unknown }>;

/**
 * @param input - an object with exactly one of the kinds' fields
 * @throws {MfaError} `invalid_input` if it has none or several
 */
export function findAnswer<Kind extends FactorKind>(kinds: readonly Kind[], input: unknown): Given<Kind> {
  const given = asObject('input', input);
  const [kind = kinds[0], other] = kinds.filter(({ field }) => given[field] !== undefined);
  const missing = kinds.length > 1 && kind !== undefined && given[kind.field] === undefined;
  if (kind === undefined || other !== undefined || missing) {
    const [first = '', ...others] = kinds.map(({ field }) => field);
    throw invalidInput(first, `or ${others.join(' or ')} must be given, and only one of them`);
  }
  const { field, nextField } = kind;
  const stray = kinds.find((each) => each.nextField !== undefined && given[each.nextField] !== undefined);
  if (stray?.nextField !== undefined && stray !== kind) {
    throw invalidInput(stray.nextField, `must be given beside ${stray.field} only`);
  }
  return { kind, answer: given[field], next: nextField === undefined ? undefined : given[nextField] };
}

/**
 * An answer that is to prove something: if it can be guessed, the slow bucket of the user applies to it.
 * @param input - an object with exactly one of the kinds' fields
 * @param token - what an answer signs, for kinds that have `ask`
 * @throws {MfaError} as `findAnswer`, or if the answer cannot be one of its kind
 */
export function parseSecondFactor(kinds: readonly FactorKind[], input: unknown, token: string | null): PresentedAnswer {
  const { kind, answer, next } = findAnswer(kinds, input);
  const signed = token === null || kind.ask === undefined ? undefined : challengeOf(token);
  const presented = kind.present(answer, next, signed);
  if (kind.nextField === undefined || presented.weigh === undefined) return presented;
  return { weigh: rationed(presented.weigh, next !== undefined) };
}

/** @param both - whether two consecutive answers were given */
function rationed(weigh: Weigh, both: boolean): WeighAnswer {
  return (record, context, charged) => {
    const { policy, now } = context;
    if (!both && !charged && needsTwoCodes(record.guesses, policy.lockout, now)) {
      return { outcome: 'malformed', error: new MfaError('two_codes_required') };
    }
    const verdict = weigh(record, context);
    return verdict.outcome === 'wrong' ? { ...verdict, guess: true } : verdict;
  };
}

/** What proofs are parsed with. */
export interface ProofParser {
  readonly kinds: readonly FactorKind[];
  /** Whether the host declared that there are no passwords. */
  readonly passwordless: boolean;
  /** Opens a token or refuses it. */
  readonly openToken: (purpose: ChallengePurpose, token: unknown) => Challenge;
}

/**
 * A second factor of a signed-in user.
 * @throws {MfaError} as `parseSecondFactor`; `invalid_token` if the token is none of this user's
 */
export function parseFresh({ kinds, openToken }: ProofParser, userId: string, input: unknown): ParsedProof {
  const { token, ...given } = asObject('input', input);
  const presented = parseSecondFactor(kinds, given, token === undefined ? null : parseToken(token));
  const challenge = token === undefined ? null : openToken('prove', token);
  if (challenge !== null && challenge.userId !== userId) throw new MfaError('invalid_token');
  return { password: null, presented, challenge };
}

/** @throws {MfaError} `proof_required` if a part is missing, `invalid_input` if one is malformed, and as `parseFresh` */
export function parseProof(parser: ProofParser, userId: string, input: unknown): ParsedProof {
  const { password, ...given } = asObject('proof', input ?? {});
  if (parser.kinds.every(({ field }) => given[field] === undefined)) throw new MfaError('proof_required');
  const proof = parseFresh(parser, userId, given);
  if (password === undefined) return proof;
  if (parser.passwordless) throw invalidInput('password', 'is not accepted: there are no passwords here');
  return { ...proof, password: parsePassword(password) };
}

/** @throws {MfaError} `invalid_input` */
export function parsePassword(password: unknown): string {
  if (typeof password !== 'string' || password === '' || password.length > LIMITS.passwordCharacters) {
    throw invalidInput('password', `must be a string of 1 to ${LIMITS.passwordCharacters} characters`);
  }
  return password;
}
