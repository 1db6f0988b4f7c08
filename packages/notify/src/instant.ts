/** instantText: an instant with its zone, so that nobody has to guess whose clock is meant. */

/**
 * Such as `27 November 2026, 18:14 (Europe/Berlin, UTC+01:00)`. Put together here: how a locale joins its parts changes
 * from one release of a runtime to the next.
 * @param at - epoch milliseconds
 * @throws {RangeError} if the zone is unknown
 */
export function instantText(at: number, timeZone = 'UTC'): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const offset = part('timeZoneName').replace('GMT', 'UTC');
  const zone = timeZone === 'UTC' ? 'UTC' : `(${timeZone}, ${offset})`;
  return `${part('day')} ${part('month')} ${part('year')}, ${part('hour')}:${part('minute')} ${zone}`;
}
