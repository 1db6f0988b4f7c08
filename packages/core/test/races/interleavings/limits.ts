/** Limits of the application whose calls interleave: small, so that random bursts reach them. */

import type { MfaRecord } from '@mfakit/core';

export const LIMITS = {
  lockout: { maxFailures: 4, durationSeconds: 30, maxDurationSeconds: 60, hardLimit: 12, slowLimit: 12, slowDays: 1 },
  maxFactors: 2,
  challengeTtlSeconds: 60,
  setupTtlSeconds: 90,
  // So long that no wrong code is right by chance.
  totp: { digits: 8 },
} as const;

/** What policy demands of one of the users: a factor, and a day to enroll from the first sign-in on. */
const NEWCOMER = 'cleo';
const DEMAND = { from: new Date(0), graceDays: 1, rule: 'newcomers' } as const;

/** The option `require`. */
export const require = (userId: string): typeof DEMAND | null => (userId === NEWCOMER ? DEMAND : null);

/** From when on MFA is required of a user, by a clock that shows `now`. */
export function requiredFrom(userId: string, record: MfaRecord | null, now: number): number {
  const stored = record?.enforcement?.from ?? Infinity;
  const enrolled = (record?.factors.length ?? 0) > 0;
  const since = Math.min(record?.graceSince ?? Infinity, now);
  const demanded = userId !== NEWCOMER ? Infinity : enrolled ? 0 : since + DEMAND.graceDays * 86_400_000;
  return Math.max(Math.min(stored, demanded), record?.exemptUntil ?? 0);
}

/** How far the clocks of two processes, or of one and the truth, may be apart: a skew, and a jitter at every look. */
export const CLOCKS_OFF_MS = 5_000;
