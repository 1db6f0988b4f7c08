/** ImportedFactor, parsed, and the TOTP factor that it becomes. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64urlnopad } from '@scure/base';
import { invalidInput } from '../../errors.ts';
import type { ImportWarning } from '../../import/imported-user.ts';
import { asObject, parseBytes, parseInstant, parseWhole } from '../../input.ts';
import { parseLabel } from '../../label.ts';
import type { FactorSecrets } from '../factor-secrets.ts';
import type { ActiveFactor } from '../stored.ts';
import { timeStep } from './hotp.ts';
import { MIN_SECRET_BYTES } from './short-secret.ts';
import { TOTP, type TotpFactor, type TotpParameters } from './stored.ts';

const SECRET_BYTES = { min: 10, max: 64 };

/** How far ahead the clock of the source may be. Beyond that, `lastStep` is no time step of this period. */
const AHEAD_MS = 86_400_000;

const ID_BYTES = 16;

/** A factor of another system. */
export interface ParsedTotp extends TotpParameters {
  readonly id: string;
  readonly secret: Uint8Array;
  /** `undefined`: as the kind calls it. */
  readonly label: string | undefined;
  /** Epoch milliseconds; `null`: unknown. */
  readonly createdAt: number | null;
  /** `null`: unknown. */
  readonly lastStep: number | null;
  readonly driftSteps: number;
}

/**
 * @param owner - the user and the source: with `externalId` they give the factor its id, so that it keeps it
 * @param now - epoch milliseconds
 * @throws {MfaError} `invalid_input`
 */
export function parseImportedTotp(field: string, given: unknown, owner: readonly string[], now: number): ParsedTotp {
  const parts = asObject(field, given);
  const { algorithm = 'SHA1', digits = 6, externalId, label, createdAt, lastStep, driftSteps } = parts;
  if (typeof externalId !== 'string' || externalId === '' || externalId.length > 255) {
    throw invalidInput(`${field}.externalId`, 'must be a string of 1 to 255 characters');
  }
  if (algorithm !== 'SHA1' && algorithm !== 'SHA256' && algorithm !== 'SHA512') {
    throw invalidInput(`${field}.algorithm`, 'must be SHA1, SHA256 or SHA512');
  }
  if (digits !== 6 && digits !== 7 && digits !== 8) throw invalidInput(`${field}.digits`, 'must be 6, 7 or 8');
  const periodSeconds = parseWhole(`${field}.periodSeconds`, parts['periodSeconds'] ?? 30, 1, 120);
  const latest = timeStep(now + AHEAD_MS, periodSeconds);
  return {
    id: base64urlnopad.encode(sha256(utf8ToBytes(JSON.stringify([...owner, externalId]))).subarray(0, ID_BYTES)),
    secret: parseBytes(`${field}.secret`, parts['secret'], SECRET_BYTES.min, SECRET_BYTES.max),
    algorithm,
    digits,
    periodSeconds,
    label: label === undefined ? undefined : parseLabel(label, `${field}.label`),
    createdAt: createdAt === undefined ? null : parseInstant(`${field}.createdAt`, createdAt),
    lastStep: lastStep === undefined ? null : parseLastStep(`${field}.lastStep`, lastStep, latest),
    driftSteps: driftSteps === undefined ? 0 : parseDrift(`${field}.driftSteps`, driftSteps),
  };
}

function parseLastStep(field: string, lastStep: unknown, latest: number): number {
  const sound = Number.isInteger(lastStep) && Number(lastStep) >= -1 && Number(lastStep) <= latest;
  if (!sound) throw invalidInput(field, 'must be -1, or a time step of this period that is not days ahead');
  return Number(lastStep);
}

function parseDrift(field: string, steps: unknown): number {
  if (!Number.isSafeInteger(steps)) throw invalidInput(field, 'must be a whole number');
  return Number(steps);
}

/** What a factor is recognized by when it comes again; all of it but how it was used. */
export function printOf({ id, secret, algorithm, digits, periodSeconds, label, createdAt }: ParsedTotp): string {
  return JSON.stringify([id, bytesToHex(secret), algorithm, digits, periodSeconds, label ?? null, createdAt]);
}

/** What an operator should know about a factor. */
export function warningsOf(
  { secret, lastStep, driftSteps }: ParsedTotp,
  windowSteps: number,
): readonly ImportWarning[] {
  return [
    ...(secret.length < MIN_SECRET_BYTES ? (['short_secret'] as const) : []),
    ...(lastStep === null ? (['last_use_unknown'] as const) : []),
    ...(Math.abs(driftSteps) > windowSteps ? (['drift'] as const) : []),
  ];
}

/** What a factor is made with. */
export interface Takeover {
  readonly userId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly windowSteps: number;
  readonly label: string;
  /** The factors that it takes the place of. */
  readonly former: readonly ActiveFactor[];
  readonly secrets: FactorSecrets;
}

/** The factor. It accepts no code of a time up to which the source, or one of the former factors, has accepted one. */
export function takeOver(
  given: ParsedTotp,
  { userId, now, windowSteps, label, former, secrets }: Takeover,
): TotpFactor {
  const { id, algorithm, digits, periodSeconds, secret } = given;
  const known = given.lastStep ?? timeStep(now, periodSeconds) + windowSteps;
  const lastStep = Math.max(known, ...former.map((factor) => lastStepOf(factor as TotpFactor, periodSeconds)));
  const createdAt = given.createdAt ?? now;
  const lastUsedAt = Math.max(createdAt, Math.min((given.lastStep ?? -1) * periodSeconds * 1000, now));
  const owner = { kind: TOTP, id, algorithm, digits, periodSeconds } as const;
  return { ...owner, label, createdAt, lastUsedAt, lastStep, secret: secrets.seal(userId, owner, secret) };
}

/** The last step of another period that lies, even in part, within what a factor has used up. */
function lastStepOf(factor: TotpFactor, periodSeconds: number): number {
  return Math.ceil(((factor.lastStep + 1) * factor.periodSeconds) / periodSeconds) - 1;
}

/** The factor, if the source has accepted a later code of it since; otherwise the same one. */
export function withLaterStep(factor: ActiveFactor, given: readonly ParsedTotp[]): ActiveFactor {
  const { lastStep } = factor as TotpFactor;
  const later = given.find(({ id }) => id === factor.id)?.lastStep ?? -1;
  return factor.kind === TOTP && later > lastStep ? ({ ...factor, lastStep: later } as TotpFactor) : factor;
}
