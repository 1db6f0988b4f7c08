/** TOTP as a factor kind: codes of an authenticator app (RFC 6238). */
import { base32nopad } from '@scure/base';
import type { TransitionContext } from '../../decision.ts';
import { nameInApp } from '../../account-name.ts';
import { invalidInput, type MfaError } from '../../errors.ts';
import { plainCode } from '../../pasted.ts';
import type { RefusalReason } from '../../events.ts';
import type { MfaRecord } from '../../record/record.ts';
import type { EnrolledKind, FactorPorts, Verdict } from '../factor-kind.ts';
import type { ActiveFactor, StagedFactor } from '../stored.ts';
import { matchTotp, timeStep } from './hotp.ts';
import type { TotpOptions } from './options.ts';
import { otpauthUri } from './otpauth-uri.ts';
import { isShortSecret } from './short-secret.ts';
import { TOTP, totpFactorFields, totpSecretFields, type TotpFactor, type TotpSecret } from './stored.ts';

/** How far the clock of a device may be wrong for its first code to be recognized. */
const CLOCK_ERROR_SECONDS = 1800;

/** Makes the kind for one application. */
export function totpKind(options: Required<TotpOptions>, { issuer, random }: FactorPorts): EnrolledKind {
  const { algorithm, digits, periodSeconds, windowSteps, secretBytes } = options;
  return {
    method: TOTP,
    field: 'code',
    nextField: 'nextCode',
    phishingResistant: false,
    mayTrustDevice: true,
    amr: () => ['otp'],
    defaultLabel: 'Authenticator app',
    stagedFields: totpSecretFields,
    activeFields: totpFactorFields,
    isHeld: (record) => record.factors.some(isTotp),
    boundFields: ['algorithm', 'digits', 'periodSeconds'],
    show: (factor) => (isShortSecret(factor) ? { weak: true } : {}),
    isWeak: isShortSecret,

    draw({ accountName, label }) {
      const secret = random(secretBytes);
      const uri = otpauthUri({
        issuer,
        accountName: nameInApp(accountName, label),
        secret,
        algorithm,
        digits,
        periodSeconds,
      });
      return {
        secret,
        fields: { algorithm, digits, periodSeconds },
        shown: { secret: base32nopad.encode(secret), uri },
      };
    },

    present(given, next) {
      const codes = parseCodes(given, next);
      return { weigh: (record, context) => weighCodes(codes, record, windowSteps, context) };
    },

    presentFirst(given, next) {
      const codes = parseCodes(given, next);
      return {
        weigh(staged, record, context) {
          const alone = { ...record, factors: [unused(staged)] };
          const verdict = weighCodes(codes, alone, windowSteps, context);
          if (verdict.outcome === 'wrong') return { ...verdict, reason: explainMiss(codes, alone, context) };
          if (verdict.outcome !== 'right') return verdict;
          return { ...verdict, record: { ...record, factors: [...record.factors, ...verdict.record.factors] } };
        },
      };
    },
  };
}

/** A staged factor as an active one that was never used: its first code is weighed against it. */
function unused(staged: StagedFactor): TotpFactor {
  return { ...(staged as TotpSecret), lastStep: -1, lastUsedAt: staged.createdAt };
}

function isTotp(factor: ActiveFactor): factor is TotpFactor {
  return factor.kind === TOTP;
}

/** One code, or two consecutive ones, the older one first. */
type Codes = readonly [code: string] | readonly [code: string, next: string];

function parseCodes(given: unknown, next: unknown): Codes {
  const code = parseCode('code', given);
  if (next === undefined) return [code];
  const second = parseCode('nextCode', next);
  if (second.length !== code.length) throw invalidInput('nextCode', 'must have as many digits as code');
  return [code, second];
}

function parseCode(field: string, given: unknown): string {
  if (typeof given !== 'string') throw invalidInput(field, 'must be a string');
  const code = plainCode(given);
  if (code === null || !/^[0-9]{6,8}$/.test(code)) throw invalidInput(field, 'must be 6 to 8 digits');
  return code;
}

function weighCodes(
  codes: Codes,
  record: MfaRecord,
  windowSteps: number,
  { userId, now, secrets }: TransitionContext,
): Verdict {
  const factors = record.factors.filter(isTotp);
  const candidates = factors.filter((factor) => factor.digits === codes[0].length);
  if (candidates.length === 0) return { outcome: 'malformed', error: codeLengthError(factors) };

  const unreadable: string[] = [];
  // Every factor is tried before any match is looked at.
  const trials: { readonly factor: TotpFactor; readonly step: number | null }[] = [];
  for (const factor of candidates) {
    const secret = secrets.open(userId, factor);
    if (secret === null) unreadable.push(factor.id);
    else trials.push({ factor, step: matchTotp(secret, codes, factor, now, windowSteps) });
  }
  if (trials.length === 0) return { outcome: 'unreadable', unreadable };

  for (const { factor, step } of trials) {
    if (step === null || step - codes.length < factor.lastStep) continue;
    const consumed: TotpFactor = { ...factor, lastStep: step, lastUsedAt: now };
    return {
      outcome: 'right',
      record: { ...record, factors: record.factors.map((other) => (other === factor ? consumed : other)) },
      used: { method: TOTP, factorId: factor.id },
      unreadable,
    };
  }
  const replayed = trials.find(({ step }) => step !== null);
  return replayed === undefined
    ? { outcome: 'wrong', reason: 'invalid_code', unreadable }
    : { outcome: 'uncounted', reason: 'code_already_used', id: replayed.factor.id, unreadable };
}

/** Looks for a missed code at other times. The HMACs are as many whatever it finds. */
function explainMiss(codes: Codes, record: MfaRecord, { userId, now, secrets }: TransitionContext): RefusalReason {
  for (const factor of record.factors.filter(isTotp)) {
    const secret = secrets.open(userId, factor);
    const steps = Math.ceil(CLOCK_ERROR_SECONDS / factor.periodSeconds);
    const step = secret === null ? null : matchTotp(secret, codes, factor, now, steps);
    if (step !== null) return step > timeStep(now, factor.periodSeconds) ? 'clock_ahead' : 'clock_behind';
  }
  return 'invalid_code';
}

/** The refusal of a code that is well-formed, but of a length that no factor has. */
function codeLengthError(factors: readonly { readonly digits: number }[]): MfaError {
  const lengths = [...new Set(factors.map((factor) => factor.digits))];
  return invalidInput('code', `must have ${lengths.join(' or ')} digits`);
}
