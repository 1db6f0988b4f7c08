/** Model: what each step must result in, according to the design. It uses no core, and checks codes with `otpauth`. */
import type { User } from './steps.ts';
import { virtualAuthenticator } from '@mfakit/testkit';

/** The limits of the application under test: small, so that random lives reach them. */
export const LIMITS = {
  lockout: { maxFailures: 3, durationSeconds: 60, maxDurationSeconds: 100, hardLimit: 8, slowLimit: 5, slowDays: 1 },
  maxFactors: 2,
  trustedDevices: { days: 1, max: 2 },
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

/** The highest time step within one of now that shows the second code, the step before it showing the first. */
function matchedPair({ code }: Device, [first, second]: readonly [string, string], now: number): number | null {
  const current = Math.floor(now / STEP_MS);
  const shows = (step: number): boolean => code(step * STEP_MS) === second && code((step - 1) * STEP_MS) === first;
  return [current + 1, current, current - 1].find(shows) ?? null;
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

/** A trusted device. */
export interface ModelDevice {
  /** Every cookie that was given for it, oldest first. */
  readonly cookies: string[];
  readonly era: number;
  readonly expiresAt: number;
  lastUsedAt: number;
  failures: number;
}

/** What policy demands of a user. */
export interface ModelDemand {
  readonly from: number;
  readonly graceDays: number;
  /** `Infinity`: there is no hard deadline. */
  readonly until: number;
}

/** What the model knows about a user. Codes are in clear, because the user has them too. */
export interface ModelUser {
  factors: { readonly device: Device; lastStep: number }[];
  pending: { device: Device; expiresAt: number; failures: number; codes: readonly string[] | null } | null;
  /** Whether wrong codes ended the last setup. */
  voided: boolean;
  codes: readonly string[];
  failures: number;
  /** Those failures that may have been wrong passwords. */
  passwordFailures: number;
  /** Whether some came from a living session. */
  inSession: boolean;
  lockedUntil: number | null;
  /** The slow bucket, as full as it was at an instant. */
  guesses: { readonly level: number; readonly at: number };
  /** The factors whose replay was recorded in a half minute. */
  replays: { readonly slot: number; readonly ids: readonly string[] };
  /** In the order in which the record has them. */
  devices: readonly ModelDevice[];
  /** Whether nothing was written since the user was forgotten. */
  forgotten: boolean;
  enforcedFrom: number | null;
  /** The host's, not the record's: it outlives `forget`. */
  demand: ModelDemand | null;
  /** When the user first signed in while something was demanded. */
  graceSince: number | null;
  exemptUntil: number | null;
  /** Grows with every change of factors. */
  era: number;
}

export function newUser(): ModelUser {
  return {
    factors: [],
    pending: null,
    voided: false,
    codes: [],
    failures: 0,
    passwordFailures: 0,
    inSession: false,
    lockedUntil: null,
    guesses: { level: 0, at: 0 },
    replays: { slot: 0, ids: [] },
    devices: [],
    forgotten: false,
    enforcedFrom: null,
    demand: null,
    graceSince: null,
    exemptUntil: null,
    era: 0,
  };
}

/** A copy to restore later. */
export function copyUser(user: ModelUser): ModelUser {
  return {
    ...user,
    factors: user.factors.map((factor) => ({ ...factor })),
    pending: user.pending && { ...user.pending },
    devices: user.devices.map((each) => ({ ...each })),
  };
}

/** What a call must result in. `writes`: something is committed, even if it is only an event. */
export interface Verdict {
  readonly outcome: string;
  readonly writes: boolean;
}

const refused = (outcome: string, writes = false): Verdict => ({ outcome, writes });
const ACCEPTED: Verdict = { outcome: 'accepted', writes: true };

export type Presented = { readonly code: string; readonly nextCode?: string } | { readonly backupCode: string };

/** An attempt: `barrier` refuses without evidence, `crash` kills the slow work. */
export interface ModelAttempt {
  readonly factor: Presented;
  readonly password: 'right' | 'wrong' | null;
  readonly crash: boolean;
  readonly barrier: string | null;
  /** Whether it proves both factors. A second factor alone leaves wrong passwords counted. */
  readonly full: boolean;
  /** Whether it needs a living session. */
  readonly inSession: boolean;
  readonly apply: (user: ModelUser) => void;
}

export const isLocked = (user: ModelUser, now: number): boolean => user.lockedUntil !== null && now < user.lockedUntil;
/** From when on MFA is required: a user without a factor has the days of grace, counted from the first sign-in. */
export function requiredFrom(user: ModelUser, now: number): number | null {
  const { enforcedFrom, demand, graceSince, exemptUntil, factors } = user;
  if (enforcedFrom === null && demand === null) return null;
  let demanded = Infinity;
  if (demand !== null) {
    const { from, graceDays, until } = demand;
    const firstSignIn = Math.min(graceSince ?? Infinity, Math.max(now, from));
    const asked = graceDays === 0 || factors.length > 0 ? from : Math.max(from, firstSignIn + graceDays * 86_400_000);
    demanded = Math.min(asked, until);
  }
  return Math.max(Math.min(enforcedFrom ?? Infinity, demanded), exemptUntil ?? -Infinity);
}
export const isEnforced = (user: ModelUser, now: number): boolean => now >= (requiredFrom(user, now) ?? Infinity);

/** Whether a sign-in starts the grace. One that a clock started that was ahead is started again. */
function startGrace(user: ModelUser, now: number): boolean {
  const { demand, graceSince } = user;
  if (demand === null || demand.graceDays === 0 || now < demand.from) return false;
  if (graceSince !== null && graceSince <= now) return false;
  user.graceSince = now;
  return true;
}

/** A lock of wrong logins alone leaves a session alone. */
export const isSessionLocked = (user: ModelUser, now: number): boolean =>
  isLocked(user, now) && (user.inSession || user.lockedUntil === Infinity || user.passwordFailures < user.failures);

function levelOf({ guesses: { level, at } }: ModelUser, now: number): number {
  const { slowLimit, slowDays } = LIMITS.lockout;
  return Math.max(0, level - (Math.max(0, now - at) * slowLimit) / (slowDays * 86_400_000));
}

function countFailure(user: ModelUser, now: number, password: boolean, inSession: boolean): void {
  const { maxFailures, durationSeconds, maxDurationSeconds, hardLimit } = LIMITS.lockout;
  user.failures += 1;
  if (password) user.passwordFailures += 1;
  const seconds = Math.min(durationSeconds * 2 ** (user.failures / maxFailures - 1), maxDurationSeconds);
  if (inSession) user.inSession = true;
  const running = isLocked(user, now) ? user.lockedUntil : null;
  user.lockedUntil = user.failures % maxFailures === 0 ? Math.max(now + seconds * 1000, running ?? 0) : running;
  if (user.failures >= hardLimit) user.lockedUntil = Infinity;
}

function clearFailures(user: ModelUser, full: boolean, now = 0): void {
  const { maxFailures, hardLimit } = LIMITS.lockout;
  const lockedAt = user.failures >= hardLimit ? hardLimit : user.failures - (user.failures % maxFailures);
  const runsOn = !full && isLocked(user, now) && user.passwordFailures > 0 && user.passwordFailures >= lockedAt;
  if (full) user.passwordFailures = 0;
  user.failures = user.passwordFailures;
  user.inSession = false;
  if (!runsOn) user.lockedUntil = null;
}

/** Whether a replay is written: once in half a minute for each factor. */
function recordsReplay(user: ModelUser, factorId: string, now: number): boolean {
  const slot = Math.max(Math.floor(now / 30_000), user.replays.slot);
  const ids = slot === user.replays.slot ? user.replays.ids : [];
  if (ids.includes(factorId)) return false;
  user.replays = { slot, ids: [...ids, factorId] };
  return true;
}

/** Plays an attempt: verify, stepUp, disable, removeFactor, regenerate, and setup with proof. */
export function attempt(
  user: ModelUser,
  now: number,
  { factor, password, crash, barrier, full, inSession, apply }: ModelAttempt,
): Verdict {
  if (barrier !== null) return refused(barrier);
  if (user.factors.length === 0) return refused('not_enabled');
  if (inSession ? isSessionLocked(user, now) : isLocked(user, now)) return refused('locked');
  const isCode = 'code' in factor;
  if (isCode && factor.nextCode === undefined && levelOf(user, now) + 1 > LIMITS.lockout.slowLimit) {
    return refused('two_codes_required');
  }
  const consume = isCode ? weighCode(user, factor, now) : weighBackupCode(user, factor.backupCode);
  if (isCode && typeof consume !== 'function') {
    if (consume === 'invalid_code') {
      countFailure(user, now, false, inSession);
      const level = Math.min(levelOf(user, now) + 1, LIMITS.lockout.slowLimit);
      user.guesses = { level, at: Math.max(user.guesses.at, now) };
    }
    if (typeof consume === 'string') return refused(consume, consume !== 'invalid_input');
    return refused('code_already_used', recordsReplay(user, consume.replayed, now));
  }
  if (password !== null || !isCode) {
    countFailure(user, now, password !== null, inSession);
    if (crash) return refused(password === null ? 'busy' : 'store_unavailable', true);
    if (password === 'wrong') return refused('invalid_password', true);
    if (typeof consume === 'string') {
      // The password was right.
      if (password !== null) user.passwordFailures -= 1;
      return refused(consume, true);
    }
  }
  if (typeof consume === 'function') consume();
  clearFailures(user, full, now);
  apply(user);
  return ACCEPTED;
}

/** Plays the setup of a user without a factor who gives the password: of all that they give, nothing else is looked at. */
export function passwordAlone(
  user: ModelUser,
  now: number,
  { password, crash }: { readonly password: 'right' | 'wrong'; readonly crash: boolean },
): Verdict {
  if (isLocked(user, now)) return refused('locked');
  countFailure(user, now, true, true);
  if (crash) return refused('store_unavailable', true);
  if (password === 'wrong') return refused('invalid_password', true);
  clearFailures(user, true);
  return ACCEPTED;
}

function weighCode(
  user: ModelUser,
  { code, nextCode }: { readonly code: string; readonly nextCode?: string },
  now: number,
): string | { readonly replayed: string } | (() => void) {
  if (nextCode !== undefined && nextCode.length !== code.length) return 'invalid_input';
  const candidates = user.factors.filter(({ device: { digits } }) => digits === code.length);
  if (candidates.length === 0) return 'invalid_input';
  const trials = candidates.map((factor) => ({
    factor,
    step:
      nextCode === undefined
        ? matchedStep(factor.device, code, now)
        : matchedPair(factor.device, [code, nextCode], now),
  }));
  const first = nextCode === undefined ? 0 : 1;
  for (const { factor, step } of trials) {
    if (step === null || step - first <= factor.lastStep) continue;
    return () => {
      factor.lastStep = step;
    };
  }
  const replayed = trials.find(({ step }) => step !== null);
  return replayed === undefined ? 'invalid_code' : { replayed: replayed.factor.device.factorId };
}

function weighBackupCode(user: ModelUser, typed: string): string | (() => void) {
  if (!user.codes.includes(typed)) return 'invalid_backup_code';
  return () => {
    user.codes = user.codes.filter((code) => code !== typed);
  };
}

/** The devices that are trusted still. */
export function aliveDevices(user: ModelUser, now: number): readonly ModelDevice[] {
  return user.devices.filter(({ era, expiresAt }) => era === user.era && now < expiresAt);
}

/** The device that a cookie is of, and how good the cookie is. */
function recognize(user: ModelUser, now: number, cookie: string | undefined) {
  if (cookie === undefined || user.factors.length === 0 || isEnforced(user, now)) return null;
  const trusted = aliveDevices(user, now).find(({ cookies }) => cookies.includes(cookie));
  if (trusted === undefined || trusted.failures >= 10) return null;
  const age = trusted.cookies.length - 1 - trusted.cookies.indexOf(cookie);
  const recent = age === 1 && Math.abs(now - trusted.lastUsedAt) < 60_000;
  return { trusted, age, good: age === 0 || recent };
}

/** A trusted device is locked like a session. */
export function isLockedFor(user: ModelUser, now: number, cookie: string | undefined): boolean {
  return recognize(user, now, cookie)?.good === true ? isSessionLocked(user, now) : isLocked(user, now);
}

/** A device is trusted after the code of an app. Its cookie is not known before the call. */
export function trust(user: ModelUser, now: number): ModelDevice {
  const { days, max } = LIMITS.trustedDevices;
  const trusted = { cookies: [], era: user.era, expiresAt: now + days * 86_400_000, lastUsedAt: now, failures: 0 };
  const others = aliveDevices(user, now).toSorted((a, b) => b.lastUsedAt - a.lastUsedAt);
  user.devices = [trusted, ...others.slice(0, max - 1)];
  return trusted;
}

export function forgetDevices(user: ModelUser, left: readonly ModelDevice[]): Verdict {
  const writes = user.devices.some(({ era }) => era === user.era);
  user.devices = left;
  return { outcome: 'accepted', writes };
}

export function begin(
  user: ModelUser,
  now: number,
  cookie: string | undefined,
): Verdict & { readonly next?: 'signed-in' | 'verify' | 'enroll'; readonly rotated?: ModelDevice } {
  const found = recognize(user, now, cookie);
  if (isLockedFor(user, now, cookie)) return refused('locked');
  const started = startGrace(user, now);
  if (found !== null) {
    const { trusted, age, good } = found;
    if (!good) {
      user.devices = user.devices.filter((other) => other !== trusted);
      return { outcome: 'accepted', writes: true, next: 'verify' };
    }
    if (age === 0) trusted.lastUsedAt = now;
    const series = trusted.cookies[0]?.slice(0, 22) ?? '';
    const writes = age === 0 || trusted.failures > 0 || recordsReplay(user, series, now);
    trusted.failures = 0;
    return {
      outcome: 'accepted',
      writes: writes || started,
      next: 'signed-in',
      ...(age === 0 && { rotated: trusted }),
    };
  }
  if (user.factors.length > 0) return { outcome: 'accepted', writes: started, next: 'verify' };
  if (isEnforced(user, now)) return { outcome: 'accepted', writes: started, next: 'enroll' };
  const writes = user.failures > 0 || started;
  clearFailures(user, true);
  return { outcome: 'accepted', writes, next: 'signed-in' };
}

/** Why a token is refused before anything else. What it has completed is remembered, even of a user who was forgotten. */
export function whyClosed(
  user: ModelUser,
  token: ModelToken | null,
  purpose: 'verify' | 'enroll',
  now: number,
): string | null {
  if (token === null || token.purpose !== purpose || now >= token.expiresAt) return 'invalid_token';
  return token.spent ? 'token_used' : null;
}

/** Why an enroll token is refused. */
export function enrollBarrier(user: ModelUser, token: ModelToken | null, now: number): string | null {
  if (token === null) return 'invalid_token';
  const closed = whyClosed(user, token, 'enroll', now);
  if (closed !== null) return closed;
  if (user.factors.length > 0) return 'already_enabled';
  if (token.era !== user.era) return 'invalid_token';
  if (!isEnforced(user, now)) return 'enforcement_not_pending';
  return isLocked(user, now) ? 'locked' : null;
}

/** What a wrong first code is called: one of another time within half an hour shows that the clock of the device is wrong. */
function missed({ code }: Device, typed: string, now: number): string {
  const current = Math.floor(now / STEP_MS);
  const steps = Array.from({ length: 121 }, (_, i) => current + 60 - i);
  const step = steps.find((each) => code(each * STEP_MS) === typed);
  return step === undefined ? 'invalid_code' : step > current ? 'clock_ahead' : 'clock_behind';
}

/** `crash` kills the slow work: hashing the codes that come with a first factor. Neither code nor setup is spent then. */
export function confirm(
  user: ModelUser,
  now: number,
  {
    typed,
    token,
    crash,
  }: { readonly typed: string; readonly token: ModelToken | 'forged' | null; readonly crash: boolean },
): Verdict {
  const barrier = token === null ? null : enrollBarrier(user, token === 'forged' ? null : token, now);
  if (barrier !== null) return refused(barrier);
  const { pending } = user;
  if (pending === null && user.voided) return refused('setup_voided');
  if (pending === null) return refused(user.factors.length > 0 ? 'already_enabled' : 'setup_not_started');
  if (now >= pending.expiresAt) return refused('setup_expired');
  if (typed.length !== pending.device.digits) return refused('invalid_input');
  const lastStep = matchedStep(pending.device, typed, now);
  if (lastStep === null) {
    pending.failures += 1;
    if (pending.failures >= LIMITS.lockout.maxFailures) {
      user.pending = null;
      user.voided = true;
    }
    return refused(missed(pending.device, typed, now), true);
  }
  if (crash && pending.codes !== null) return refused('busy');
  user.factors.push({ device: pending.device, lastStep });
  user.codes = pending.codes ?? user.codes;
  user.pending = null;
  user.era += 1;
  if (token !== null && token !== 'forged') {
    token.spent = true;
    clearFailures(user, true);
  }
  return ACCEPTED;
}

export function passwordFailed(user: ModelUser, now: number, cookie: string | undefined): Verdict {
  if (isLockedFor(user, now, cookie)) return refused('locked');
  const found = recognize(user, now, cookie);
  if (found?.good === true) found.trusted.failures += 1;
  countFailure(user, now, true, false);
  return ACCEPTED;
}

export function unlock(user: ModelUser): Verdict {
  const writes = user.failures > 0 || user.lockedUntil !== null || user.guesses.level > 0;
  clearFailures(user, true);
  user.guesses = { level: 0, at: 0 };
  return { outcome: 'accepted', writes };
}

export function passwordChanged(user: ModelUser): Verdict {
  user.era += 1;
  user.failures -= user.passwordFailures;
  user.passwordFailures = 0;
  if (user.failures === 0) clearFailures(user, true);
  return ACCEPTED;
}

export function forget(user: ModelUser): Verdict {
  const writes = !user.forgotten;
  if (writes) Object.assign(user, newUser(), { era: user.era + 1, forgotten: true, demand: user.demand });
  return { outcome: 'accepted', writes };
}

/** `exempt` without an end. */
export function exempt(user: ModelUser): Verdict {
  const writes = user.enforcedFrom !== null || user.exemptUntil !== null;
  user.enforcedFrom = null;
  user.exemptUntil = null;
  return { outcome: 'accepted', writes };
}

export function breakGlass(user: ModelUser, now: number, minutes: number): Verdict {
  if (user.factors.length > 0) return refused('already_enabled');
  user.exemptUntil = Math.max(user.exemptUntil ?? -Infinity, now + minutes * 60_000);
  return ACCEPTED;
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
