/** Formats figures with three significant digits and a suitable unit. */

/** @param us - microseconds */
export function duration(us: number): string {
  if (us >= 1e6) return `${digits(us / 1e6)} s`;
  if (us >= 1000) return `${digits(us / 1000)} ms`;
  return `${digits(us)} µs`;
}

/** A ratio such as `1.35 ×`. */
export function times(factor: number): string {
  return `${digits(factor)} ×`;
}

/** Operations per second, from microseconds per operation. */
export function perSecond(us: number): string {
  return `${count(Math.round(1e6 / us))}/s`;
}

/** A whole number with commas. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Three significant digits. */
export function digits(value: number): string {
  if (Math.abs(value) >= 1000) return count(value);
  return String(Number(value.toPrecision(3)));
}
