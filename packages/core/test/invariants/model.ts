/** Model: what each step must result in, according to the design. It uses no core, and checks codes with `otpauth`. */
import type { User } from './steps.ts';
import { virtualAuthenticator } from '@mfakit/testkit';

/** The limits of the application under test: small, so that random lives reach them. */
export const LIMITS = {
  lockout: { maxFailures: 3, durationSeconds: 60, maxDurationSeconds: 100, hardLimit: 8 },
  maxFactors: 2,
  challengeTtlSeconds: 300,
  setupTtlSeconds: 600,
} as const;

/** A device that shows codes. */
export interface Device {
  readonly factorId: string;
  readonly digits: number;
  readonly code: (epochMs: number) => string;
}

/** @param uri - what the device scanned */
export function device(factorId: string, uri: string): Device {
  const phone = virtualAuthenticator(uri);
  return { factorId, digits: phone.code(0).length, code: (epochMs) => phone.code(epochMs) };
}

const STEP_MS = 30_000;

/** The highest time step that has this code, at most one step from now. */
export function matchedStep({ code }: Device, typed: string, now: number): number | null {
  const current = Math.floor(now / STEP_MS);
  return [current + 1, current, current - 1].find((step) => code(step * STEP_MS) === typed) ?? null;
}

export interface ModelToken {
  readonly text: string;
  readonly user: User;
  readonly purpose: 'verify' | 'enroll';
  readonly expiresAt: number;
  /** The `era` of its user when it was issued. */
  readonly era: number;
  spent: boolean;
}

/** What the model knows about a user. Codes are in clear, because the user has them too. */
export interface ModelUser {
  factors: { readonly device: Device; lastStep: number }[];
  pending: { device: Device; expiresAt: number; failures: number; codes: readonly string[] | null } | null;
  codes: readonly string[];
  failures: number;
  /** Those failures that may have been wrong passwords. */
  passwordFailures: number;
  lockedUntil: number | null;
  enforcedFrom: number | null;
  /** Grows with every change of factors. */
  era: number;
}

export function newUser(): ModelUser {
  return {
    factors: [],
    pending: null,
    codes: [],
    failures: 0,
    passwordFailures: 0,
    lockedUntil: null,
    enforcedFrom: null,
    era: 0,
  };
}

/** A copy to restore later. */
export function copyUser(user: ModelUser): ModelUser {
  return {
    ...user,
    factors: user.factors.map((factor) => ({ ...factor })),
    pending: user.pending && { ...user.pending },
  };
}

/** What a call must result in. `writes`: something is committed, even if it is only an event. */
export interface Verdict {
  readonly outcome: string;
  readonly writes: boolean;
}

const refused = (outcome: string, writes = false): Verdict => ({ outcome, writes });
const ACCEPTED: Verdict = { outcome: 'accepted', writes: true };

export type Presented = { readonly code: string } | { readonly backupCode: string };

/** An attempt: `barrier` refuses without evidence, `crash` kills the slow work. */
export interface ModelAttempt {
  readonly factor: Presented;
  readonly password: 'right' | 'wrong' | null;
  readonly crash: boolean;
  readonly barrier: string | null;
  /** Whether it proves both factors. A second factor alone leaves wrong passwords counted. */
  readonly full: boolean;
  readonly apply: (user: ModelUser) => void;
}

export const isLocked = (user: ModelUser, now: number): boolean => user.lockedUntil !== null && now < user.lockedUntil;
export const isEnforced = (user: ModelUser, now: number): boolean =>
  user.enforcedFrom !== null && now >= user.enforcedFrom;

function countFailure(user: ModelUser, now: number, password: boolean): void {
  const { maxFailures, durationSeconds, maxDurationSeconds, hardLimit } = LIMITS.lockout;
  user.failures += 1;
  if (password) user.passwordFailures += 1;
  const seconds = Math.min(durationSeconds * 2 ** (user.failures / maxFailures - 1), maxDurationSeconds);
  user.lockedUntil = user.failures % maxFailures === 0 ? now + seconds * 1000 : null;
  if (user.failures >= hardLimit) user.lockedUntil = Infinity;
}

function clearFailures(user: ModelUser, full: boolean): void {
  if (full) user.passwordFailures = 0;
  user.failures = user.passwordFailures;
  user.lockedUntil = null;
}

/** Plays an attempt: verify, stepUp, disable, removeFactor, regenerate, and setup with proof. */
export function attempt(
  user: ModelUser,
  now: number,
  { factor, password, crash, barrier, full, apply }: ModelAttempt,
): Verdict {
  if (barrier !== null) return refused(barrier);
  if (user.factors.length === 0) return refused('not_enabled');
  if (isLocked(user, now)) return refused('locked');
  const consume = 'code' in factor ? weighCode(user, factor.code, now) : weighBackupCode(user, factor.backupCode);
  if ('code' in factor && typeof consume === 'string') {
    if (consume === 'invalid_code') countFailure(user, now, false);
    return refused(consume, consume !== 'invalid_input');
  }
  if (password !== null || 'backupCode' in factor) {
    countFailure(user, now, password !== null);
    if (crash) return refused(password === null ? 'busy' : 'store_unavailable', true);
    if (password === 'wrong') return refused('invalid_password', true);
    if (typeof consume === 'string') return refused(consume, true);
  }
  if (typeof consume !== 'string') consume();
  clearFailures(user, full);
  apply(user);
  return ACCEPTED;
}

function weighCode(user: ModelUser, typed: string, now: number): string | (() => void) {
  const candidates = user.factors.filter(({ device: { digits } }) => digits === typed.length);
  if (candidates.length === 0) return 'invalid_input';
  const trials = candidates.map((factor) => ({ factor, step: matchedStep(factor.device, typed, now) }));
  for (const { factor, step } of trials) {
    if (step === null || step <= factor.lastStep) continue;
    return () => {
      factor.lastStep = step;
    };
  }
  return trials.some(({ step }) => step !== null) ? 'code_already_used' : 'invalid_code';
}

function weighBackupCode(user: ModelUser, typed: string): string | (() => void) {
  if (!user.codes.includes(typed)) return 'invalid_backup_code';
  return () => {
    user.codes = user.codes.filter((code) => code !== typed);
  };
}

export function begin(user: ModelUser, now: number): Verdict & { readonly next?: 'signed-in' | 'verify' | 'enroll' } {
  if (isLocked(user, now)) return refused('locked');
  if (user.factors.length > 0) return { outcome: 'accepted', writes: false, next: 'verify' };
  if (isEnforced(user, now)) return { outcome: 'accepted', writes: false, next: 'enroll' };
  const writes = user.failures > 0;
  clearFailures(user, true);
  return { outcome: 'accepted', writes, next: 'signed-in' };
}

export function isOpen(token: ModelToken | null, purpose: 'verify' | 'enroll', now: number): token is ModelToken {
  return token !== null && token.purpose === purpose && now < token.expiresAt && !token.spent;
}

/** Why an enroll token is refused. */
export function enrollBarrier(user: ModelUser, token: ModelToken | null, now: number): string | null {
  if (!isOpen(token, 'enroll', now)) return 'invalid_token';
  if (user.factors.length > 0) return 'already_enabled';
  if (token.era !== user.era) return 'invalid_token';
  if (!isEnforced(user, now)) return 'enforcement_not_pending';
  return isLocked(user, now) ? 'locked' : null;
}

export function confirm(user: ModelUser, now: number, typed: string, token: ModelToken | 'forged' | null): Verdict {
  const barrier = token === null ? null : enrollBarrier(user, token === 'forged' ? null : token, now);
  if (barrier !== null) return refused(barrier);
  const { pending } = user;
  if (pending === null) return refused(user.factors.length > 0 ? 'already_enabled' : 'setup_not_started');
  if (now >= pending.expiresAt) return refused('setup_expired');
  if (typed.length !== pending.device.digits) return refused('invalid_input');
  const lastStep = matchedStep(pending.device, typed, now);
  if (lastStep === null) {
    pending.failures += 1;
    if (pending.failures >= LIMITS.lockout.maxFailures) user.pending = null;
    return refused('invalid_code', true);
  }
  user.factors.push({ device: pending.device, lastStep });
  user.codes = pending.codes ?? user.codes;
  user.pending = null;
  user.era += 1;
  if (token !== null) clearFailures(user, true);
  return ACCEPTED;
}

export function passwordFailed(user: ModelUser, now: number): Verdict {
  if (isLocked(user, now)) return refused('locked');
  countFailure(user, now, true);
  return ACCEPTED;
}

export function unlock(user: ModelUser): Verdict {
  const writes = user.failures > 0 || user.lockedUntil !== null;
  clearFailures(user, true);
  return { outcome: 'accepted', writes };
}

export function removeFactors(user: ModelUser, left: ModelUser['factors']): void {
  user.factors = left;
  if (left.length === 0) user.codes = [];
  user.pending = null;
  user.era += 1;
}

export function reset(user: ModelUser): Verdict {
  removeFactors(user, []);
  return ACCEPTED;
}
