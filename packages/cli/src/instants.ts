/** Instants and numbers on the command line. */
import { usage } from './failure.ts';

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** With a zone: without one, the instant would depend on the machine. */
const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * An instant: `2027-01-31`, `2027-01-31T08:00Z`, or a distance from now such as `30d`, `12h` or `15m`.
 * @param sign - 1: a distance leads into the future; -1: into the past
 */
export function parseInstant(flag: string, text: string, sign: 1 | -1): Date {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const at =
    count === undefined
      ? ISO.test(text)
        ? Date.parse(text)
        : NaN
      : Date.now() + sign * Number(count) * (UNIT_MS[unit] ?? NaN);
  if (Number.isNaN(at))
    throw usage(`${flag} must be an instant such as 2027-01-31T08:00Z, or a distance such as 30d, 12h or 15m.`);
  return new Date(at);
}

/** A whole number between two others. */
export function parseWhole(flag: string, text: string, least: number, most: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most)) throw usage(`${flag} must be a whole number from ${least} to ${most}.`);
  return value;
}
