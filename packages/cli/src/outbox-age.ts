/** The age of an outbox: how long its oldest entry may wait until someone should look. */

const LATE_MS = 15 * 60_000;

/** Whether the oldest entry has waited too long. */
export function isLate(oldest: Date | null): boolean {
  return oldest !== null && Date.now() - oldest.getTime() > LATE_MS;
}
