/** Limits of the application whose calls interleave: small, so that random bursts reach them. */

export const LIMITS = {
  lockout: { maxFailures: 4, durationSeconds: 30, maxDurationSeconds: 60, hardLimit: 12, slowLimit: 12, slowDays: 1 },
  maxFactors: 2,
  challengeTtlSeconds: 60,
  setupTtlSeconds: 90,
  // So long that no wrong code is right by chance.
  totp: { digits: 8 },
} as const;

/** How far the clocks of two processes, or of one and the truth, may be apart: a skew, and a jitter at every look. */
export const CLOCKS_OFF_MS = 5_000;
