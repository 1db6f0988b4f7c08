/** Enrollment: the calls setup and confirm. */
import { base64urlnopad } from '@scure/base';
import { distinctLabel } from './account-name.ts';
import type { Mfa, SetupSubject, StagedSetup } from './api.ts';
import { findAnswer, parsePassword, parseProof, type ParsedProof, type ProofParser } from './attempts/proof.ts';
import type { Passwords } from './attempts/passwords.ts';
import type { Prover } from './attempts/prove.ts';
import type { Challenge } from './crypto/challenge-token.ts';
import type { RandomSource } from './crypto/random.ts';
import type { Clock, Committed, Decide } from './decide.ts';
import { invalidInput, MfaError } from './errors.ts';
import type { RequestContext } from './events.ts';
import { sealPending } from './factors/backup-codes/backup-code-kind.ts';
import type { EnrolledKind, Enrollee, ExamineFirst, Verdict, WeighFirst } from './factors/factor-kind.ts';
import type { FactorKinds } from './factors/factor-kinds.ts';
import type { FactorSecrets } from './factors/factor-secrets.ts';
import { asObject, parseInstant, parseRequest, parseUserId } from './input.ts';
import { parseLabel } from './label.ts';
import type { ResolvedOptions } from './options.ts';
import type { MfaRecord, PendingSetup } from './record/record.ts';
import {
  confirm,
  type Activation,
  type CodesToHash,
  type Confirmation,
  type HashedCodes,
} from './transitions/confirm.ts';
import { firstSetup, firstSetupAttempt, furtherSetupAttempt } from './transitions/setup.ts';
import { createTurns } from './turns.ts';
import { firstFactorOf, toVerified, type Verified } from './verified.ts';

/** 128 random bits, base64url. */
const FACTOR_ID_BYTES = 16;

/** How old a sign-in may be for its user to add a first factor without the password. As `requireMfa` asks by default. */
const RECENT_MS = 15 * 60_000;

/** The same for a user who has no password to prove anything with later. */
const RECENT_WITHOUT_PASSWORD_MS = 10 * 60_000;

/** How far the clock of the server that signed the user in may be ahead of ours. */
const SKEW_MS = 5_000;

const PASSWORD_REQUIRED = 'The sign-in is too long ago: the password is needed to add a first factor.';

/** What enrollment works with. */
export interface EnrollmentDependencies {
  readonly options: ResolvedOptions;
  readonly kinds: FactorKinds;
  readonly decide: Decide;
  /** The user's record as it is now. */
  readonly peek: (userId: string) => Promise<MfaRecord>;
  readonly passwords: Passwords;
  readonly prover: Prover;
  readonly secrets: FactorSecrets;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly parser: ProofParser;
}

/** Makes the calls setup and confirm. */
export function createEnrollment(dependencies: EnrollmentDependencies): Pick<Mfa, 'setup' | 'confirm'> {
  const { options, kinds, decide, peek, passwords, prover, secrets, clock, random, parser } = dependencies;
  const { passwordless, openToken } = parser;
  /** Of parallel confirmations of one user, one hashes; the others then find what it left. */
  const inTurn = createTurns();

  /** The user that a call is about, and the enroll token if one names them. */
  function parseSubject(subject: unknown): { readonly userId: string; readonly challenge: Challenge | null } {
    const { userId, token } = asObject('subject', subject);
    if ((userId === undefined) === (token === undefined))
      throw invalidInput('userId', 'or token must be given, not both');
    if (userId !== undefined) return { userId: parseUserId(userId), challenge: null };
    const challenge = openToken('enroll', token);
    return { userId: challenge.userId, challenge };
  }

  function parseKind(kind: unknown): EnrolledKind {
    const found = kind === undefined ? kinds.enrolled[0] : kinds.enrolled.find(({ method }) => method === kind);
    if (found === undefined) throw invalidInput('kind', 'must be the method of a kind that can be enrolled');
    return found;
  }

  /**
   * A new secret: sealed for the record, and in clear for the one answer that shows it.
   * @param latest - when an enroll token ends, its setup does
   */
  function draw(
    kind: EnrolledKind,
    enrollee: Omit<Enrollee, 'timeoutMs'>,
    name: string,
    latest: number,
  ): { readonly staged: PendingSetup; readonly shown: StagedSetup } {
    const now = clock();
    const { userId } = enrollee;
    const expiresAt = Math.min(now + options.setupTtlSeconds * 1000, latest);
    const { secret, fields, shown } = kind.draw({ ...enrollee, timeoutMs: Math.max(expiresAt - now, 0) });
    const owner = { ...fields, kind: kind.method, id: base64urlnopad.encode(random(FACTOR_ID_BYTES)) };
    const factor = { ...owner, label: name, createdAt: now, secret: secrets.seal(userId, owner, secret) };
    return {
      staged: { factor, backupCodes: null, password: false, expiresAt, failures: 0 },
      shown: { ...shown, factorId: owner.id, backupCodes: [], expiresAt: new Date(expiresAt) },
    };
  }

  /**
   * What a user without a factor must do before adding one, if the sign-in is too old or claims to be in the future.
   * @param signedInAt - `null` if the host does not tell
   */
  async function askedOf(
    userId: string,
    signedInAt: number | null,
    password: string | null,
  ): Promise<'password' | 'sign-in' | null> {
    if (passwordless) return null;
    if (password !== null) return 'password'; // what is given is checked, and its check says whether there is one
    if (signedInAt === null) return null;
    const age = clock() - signedInAt;
    if (age >= -SKEW_MS && age <= RECENT_WITHOUT_PASSWORD_MS) return null;
    const stale = age < -SKEW_MS || age > RECENT_MS;
    if (!(await passwords.has(userId))) return 'sign-in';
    return stale ? 'password' : null;
  }

  /** The proof as its setup needs it: with a factor, or the password alone of a user who has none. */
  function parseSetupProof(
    userId: string,
    given: unknown,
  ): { readonly full: ParsedProof | null; readonly password: string | null } {
    if (given === undefined) return { full: null, password: null };
    const parts = asObject('proof', given ?? {});
    const alone = parts['password'] !== undefined && kinds.all.every(({ field }) => parts[field] === undefined);
    const full = alone ? null : parseProof(parser, userId, given);
    if (!alone) return { full, password: full?.password ?? null };
    if (passwordless) throw invalidInput('password', 'is not accepted: there are no passwords here');
    return { full, password: parsePassword(parts['password']) };
  }

  async function stage(subject: SetupSubject, details: unknown, request?: RequestContext): Promise<StagedSetup> {
    const { userId, challenge } = parseSubject(subject);
    const { kind: method, accountName, label, proof: given, signedInAt } = asObject('details', details);
    const kind = parseKind(method);
    const asked = label === undefined ? kind.defaultLabel : parseLabel(label);
    const { full: proof, password } = parseSetupProof(userId, given);
    const since = signedInAt === undefined ? null : parseInstant('signedInAt', signedInAt);
    const context = parseRequest(request);
    if (proof?.password === null && (await passwords.has(userId))) throw new MfaError('proof_required');

    const record = await peek(userId);
    const { factors, epoch } = record;
    const name = distinctLabel(
      asked,
      factors.map((factor) => factor.label),
    );
    const enrollee = { userId, accountName, label: factors.length > 0 ? name : null, record };
    const { staged, shown } = draw(kind, enrollee, name, challenge?.expiresAt ?? Infinity);
    if (factors.length > 0 && challenge === null) {
      if (proof !== null) {
        const pending = { ...staged, password: proof.password !== null };
        await prover.prove({ userId, proof, request: context }, furtherSetupAttempt(pending, epoch));
        return shown;
      }
      if (password !== null) throw new MfaError('proof_required'); // the password alone is not enough
    }
    const { drawn, shown: backupCodes } = kinds.backupCodes.draw();
    const first = { ...staged, backupCodes: sealPending(userId, drawn, secrets) };
    const asks = challenge === null && factors.length === 0 ? await askedOf(userId, since, password) : null;
    if (asks === 'sign-in') throw new MfaError('sign_in_required');
    if (asks === 'password') {
      if (password === null) throw new MfaError('proof_required', { message: PASSWORD_REQUIRED });
      const attempt = firstSetupAttempt(epoch, { ...first, password: true });
      await prover.provePassword({ userId, password, request: context }, attempt);
    } else {
      await decide(userId, firstSetup(challenge, epoch, first), context);
    }
    return { ...shown, backupCodes };
  }

  async function activate(
    subject: SetupSubject,
    input: unknown,
    request?: RequestContext,
  ): Promise<Verified & { readonly factorId: string }> {
    const { userId, challenge } = parseSubject(subject);
    const { factorId, ...given } = asObject('input', input);
    const { kind, answer, next } = findAnswer(kinds.enrolled, given);
    const presented = kind.presentFirst(answer, next);
    if (factorId !== undefined && typeof factorId !== 'string') throw invalidInput('factorId', 'must be a string');
    const context = parseRequest(request);
    const weigh = presented.weigh ?? (await examineFirst(userId, kind, presented.examine));
    const confirmation = { kind, weigh, factorId: factorId ?? null, challenge };
    const { result, record } = await inTurn(userId, 'user', () => confirmHashed(userId, confirmation, context));
    const signsIn = challenge === null ? null : await firstFactorOf(userId, passwords);
    const firstFactor = result.password ? 'password' : signsIn;
    const verified = toVerified(kinds.all, userId, { result, record }, firstFactor);
    return { ...verified, factorId: result.used.factorId ?? '' };
  }

  /** Checks a first answer against the setup that waits now. If another one waits later, the answer is none for that. */
  async function examineFirst(userId: string, kind: EnrolledKind, examine: ExamineFirst): Promise<WeighFirst> {
    const examined = (await peek(userId)).pending?.factor;
    const anew: Verdict = { outcome: 'malformed', error: new MfaError('contention') };
    if (examined?.kind !== kind.method) return () => anew;
    const weigh = await examine(examined, { userId, secrets });
    return (staged, record, context) => (staged.id === examined.id ? weigh(staged, record, context) : anew);
  }

  /** The codes are hashed after a right answer only, and outside of any swap. */
  async function confirmHashed(
    userId: string,
    confirmation: Confirmation,
    request: RequestContext,
  ): Promise<Committed<Activation>> {
    let hashed: HashedCodes | null = null;
    for (;;) {
      const lane = hashed === null ? 'user' : 'settle';
      const decided: Committed<Activation | CodesToHash> = await decide(
        userId,
        confirm(confirmation, hashed),
        request,
        lane,
      );
      const { result, record } = decided;
      if ('used' in result) return { result, record };
      // The first time, or if another setup waits by now and the answer is right for it too.
      const { factorId, drawn, at } = result;
      const lease = kinds.backupCodes.reserveSet(userId, drawn.symbols.length);
      try {
        hashed = { factorId, at, set: await kinds.backupCodes.hashSet(userId, drawn, lease, secrets) };
      } finally {
        lease.release();
      }
    }
  }

  return {
    // What the default kind shows is a SetupResult; of another kind the caller says what it shows.
    setup: stage as Mfa['setup'],
    confirm: activate,
  };
}
