/** Day fields: a day as the browser's own date field holds it, and the instant at which it begins where its reader is. */

/** Days that somebody is given if nobody chooses a day. */
const DEFAULT_DAYS = 14;

/** What a field shows at first: two weeks from now. */
export function defaultDay(): string {
  const day = new Date();
  day.setDate(day.getDate() + DEFAULT_DAYS);
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** @returns `null` if the field holds no day */
export function beginningOf(day: string): Date | null {
  const instant = new Date(`${day}T00:00`);
  return Number.isNaN(instant.getTime()) ? null : instant;
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
