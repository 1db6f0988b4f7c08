/** Enrollment: the calls setup and confirm. */
import { base64urlnopad } from '@scure/base';
import type { Mfa, SetupSubject, StagedSetup } from './api.ts';
import { parseFactor, parseProof } from './attempts/proof.ts';
import type { Prover } from './attempts/prove.ts';
import type { Challenge, ChallengePurpose } from './crypto/challenge-token.ts';
import type { RandomSource } from './crypto/random.ts';
import type { Clock, Decide } from './decide.ts';
import { invalidInput } from './errors.ts';
import type { RequestContext } from './events.ts';
import type { EnrolledKind } from './factors/factor-kind.ts';
import type { FactorKinds } from './factors/factor-kinds.ts';
import type { FactorSecrets } from './factors/factor-secrets.ts';
import { asObject, parseAccountName, parseLabel, parseRequest, parseUserId } from './input.ts';
import type { ResolvedOptions } from './options.ts';
import type { MfaRecord, PendingSetup } from './record/record.ts';
import { confirm } from './transitions/confirm.ts';
import { firstSetup, furtherSetupAttempt } from './transitions/setup.ts';
import { toVerified } from './verified.ts';

/** 128 random bits, base64url. */
const FACTOR_ID_BYTES = 16;

/** What enrollment works with. */
export interface EnrollmentDependencies {
  readonly options: ResolvedOptions;
  readonly kinds: FactorKinds;
  readonly decide: Decide;
  /** The user's record as it is now. */
  readonly peek: (userId: string) => Promise<MfaRecord>;
  readonly prover: Prover;
  readonly secrets: FactorSecrets;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Opens a token or refuses it. */
  readonly openToken: (purpose: ChallengePurpose, token: unknown) => Challenge;
}

/** Makes the calls setup and confirm. */
export function createEnrollment(dependencies: EnrollmentDependencies): Pick<Mfa, 'setup' | 'confirm'> {
  const { options, kinds, decide, peek, prover, secrets, clock, random, openToken } = dependencies;
  const { verifyPassword } = options;

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

  /** A new secret: sealed for the record, and in clear for the one answer that shows it. */
  function draw(
    userId: string,
    kind: EnrolledKind,
    { accountName, label }: { readonly accountName: string; readonly label: string },
  ): { readonly staged: PendingSetup; readonly shown: StagedSetup } {
    const now = clock();
    const { secret, fields, shown } = kind.draw(accountName);
    const owner = { ...fields, kind: kind.method, id: base64urlnopad.encode(random(FACTOR_ID_BYTES)) };
    const factor = { ...owner, label, createdAt: now, secret: secrets.seal(userId, owner, secret) };
    const expiresAt = now + options.setupTtlSeconds * 1000;
    return {
      staged: { factor, backupCodes: null, password: false, expiresAt, failures: 0 },
      shown: { ...shown, factorId: owner.id, backupCodes: [], expiresAt: new Date(expiresAt) },
    };
  }

  async function stage(subject: SetupSubject, details: unknown, request?: RequestContext): Promise<StagedSetup> {
    const { userId, challenge } = parseSubject(subject);
    const { kind: method, accountName, label, proof: given } = asObject('details', details);
    const kind = parseKind(method);
    const { staged, shown } = draw(userId, kind, {
      accountName: parseAccountName(accountName),
      label: label === undefined ? kind.defaultLabel : parseLabel(label),
    });
    const proof = given === undefined ? null : parseProof(kinds.all, given, verifyPassword === 'passwordless');
    const context = parseRequest(request);

    const { factors, epoch } = await peek(userId);
    if (factors.length > 0 && proof !== null && challenge === null) {
      const pending = { ...staged, password: proof.password !== null };
      await prover.prove({ userId, proof, request: context }, furtherSetupAttempt(pending, epoch));
      return shown;
    }
    await decide(userId, firstSetup(challenge, epoch, null), context);
    const { codes, set } = await kinds.backupCodes.create(userId, secrets);
    await decide(userId, firstSetup(challenge, epoch, { ...staged, backupCodes: set }), context);
    return { ...shown, backupCodes: codes };
  }

  async function activate(
    subject: SetupSubject,
    input: unknown,
    request?: RequestContext,
  ): Promise<{ readonly factorId: string }> {
    const { userId, challenge } = parseSubject(subject);
    const { kind, presented } = parseFactor(kinds.enrolled, input);
    const accepted = await decide(userId, confirm(kind, presented.weigh, challenge), parseRequest(request));
    const factorId = accepted.result.used.factorId ?? '';
    return challenge === null ? { factorId } : { ...toVerified(kinds.all, userId, accepted, verifyPassword), factorId };
  }

  return {
    // What the default kind shows is a SetupResult; of another kind the caller says what it shows.
    setup: stage as Mfa['setup'],
    confirm: activate as Mfa['confirm'],
  };
}
