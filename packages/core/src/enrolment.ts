/** Enrolment: the calls setup and confirm. */
import { base32nopad, base64urlnopad } from '@scure/base';
import type { Mfa, SetupResult, SetupSubject, TokenHolder } from './api.ts';
import type { Clock, Commit } from './commit.ts';
import type { HashQueue } from './crypto/hash-queue.ts';
import type { Challenge, ChallengePurpose } from './crypto/challenge-token.ts';
import type { RandomSource } from './crypto/random.ts';
import type { Sealer } from './crypto/sealer.ts';
import { invalidInput } from './errors.ts';
import type { RequestContext } from './events.ts';
import { createBackupCodes } from './factors/backup-codes.ts';
import { asObject, parseAccountName, parseCode, parseLabel, parseProof, parseRequest, parseUserId } from './input.ts';
import type { ResolvedOptions } from './options.ts';
import { otpauthUri } from './otpauth-uri.ts';
import type { Prover } from './prove.ts';
import type { PendingSetup } from './record.ts';
import { confirm } from './transitions/confirm.ts';
import { accept } from './transitions/decision.ts';
import { totpSecretContext } from './transitions/reseal.ts';
import { checkFirstSetup, furtherSetupAttempt, stageFirstSetup } from './transitions/setup.ts';
import { toVerified, type Verified } from './verified.ts';

const DEFAULT_LABEL = 'Authenticator app';

/** 128 random bits, base64url. */
const FACTOR_ID_BYTES = 16;

/** What enrolment works with. */
export interface EnrolmentDependencies {
  readonly options: ResolvedOptions;
  readonly commit: Commit;
  readonly prover: Prover;
  readonly secrets: Sealer;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly hashQueue: HashQueue;
  /** Opens a token or refuses it. */
  readonly openToken: (purpose: ChallengePurpose, token: unknown) => Challenge;
}

/** The user that a call is about, and the enroll token where one names them. */
interface Subject {
  readonly userId: string;
  readonly challenge: Challenge | null;
}

/** Makes the calls setup and confirm. */
export function createEnrolment(dependencies: EnrolmentDependencies): Pick<Mfa, 'setup' | 'confirm'> {
  const { options, commit, prover, secrets, clock, random, hashQueue, openToken } = dependencies;
  const { verifyPassword, totp, issuer } = options;

  function parseSubject(subject: unknown): Subject {
    const { userId, token } = asObject('subject', subject);
    if ((userId === undefined) === (token === undefined))
      throw invalidInput('userId', 'or token must be given, not both');
    if (userId !== undefined) return { userId: parseUserId(userId), challenge: null };
    const challenge = openToken('enroll', token);
    return { userId: challenge.userId, challenge };
  }

  /** A new secret: sealed for the record, and in clear for the one answer that shows it. */
  function draw(userId: string, accountName: string, label: string): { staged: PendingSetup; shown: SetupResult } {
    const now = clock();
    const id = base64urlnopad.encode(random(FACTOR_ID_BYTES));
    const secret = random(totp.secretBytes);
    const { algorithm, digits, periodSeconds } = totp;
    const sealed = secrets.seal(secret, totpSecretContext(userId, id));
    const expiresAt = now + options.setupTtlSeconds * 1000;
    return {
      staged: {
        factor: { kind: 'totp', id, label, secret: sealed, algorithm, digits, periodSeconds, createdAt: now },
        backupCodes: null,
        expiresAt,
        failures: 0,
      },
      shown: {
        factorId: id,
        secret: base32nopad.encode(secret),
        uri: otpauthUri({ issuer, accountName, secret, algorithm, digits, periodSeconds }),
        backupCodes: [],
        expiresAt: new Date(expiresAt),
      },
    };
  }

  async function confirmSetup(
    subject: { readonly userId: string; readonly token?: undefined },
    input: { readonly code: string },
    request?: RequestContext,
  ): Promise<{ readonly factorId: string }>;
  async function confirmSetup(
    subject: { readonly token: string | TokenHolder; readonly userId?: undefined },
    input: { readonly code: string },
    request?: RequestContext,
  ): Promise<Verified & { readonly factorId: string }>;
  async function confirmSetup(
    subject: SetupSubject,
    input: { readonly code: string },
    request?: RequestContext,
  ): Promise<{ readonly factorId: string }> {
    const { userId, challenge } = parseSubject(subject);
    const code = parseCode(asObject('input', input)['code']);
    const { factorId, ...acceptance } = await commit(userId, confirm(code, challenge), parseRequest(request));
    return challenge === null ? { factorId } : { ...toVerified(userId, acceptance, verifyPassword), factorId };
  }

  return {
    async setup(subject, details, request) {
      const { userId, challenge } = parseSubject(subject);
      const { accountName, label, proof: given } = asObject('details', details);
      const { staged, shown } = draw(
        userId,
        parseAccountName(accountName),
        label === undefined ? DEFAULT_LABEL : parseLabel(label),
      );
      const proof = given === undefined ? null : parseProof(given, verifyPassword === 'passwordless');
      const context = parseRequest(request);

      const enabled = await commit(userId, (record) => accept(record.factors.length > 0));
      if (enabled && proof !== null && challenge === null) {
        await prover.prove({ userId, proof, request: context }, furtherSetupAttempt(staged, options.maxFactors));
        return shown;
      }
      await commit(userId, checkFirstSetup(challenge));
      const { codes, set } = await createBackupCodes(userId, options.backupCodes, { random, hashQueue, secrets });
      await commit(userId, stageFirstSetup(challenge, { ...staged, backupCodes: set }), context);
      return { ...shown, backupCodes: codes };
    },

    confirm: confirmSetup,
  };
}
