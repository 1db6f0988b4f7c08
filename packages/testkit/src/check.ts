/** Assertions that name the broken promise. */
import { firstDifference, quote } from './describe.ts';

/**
 * Fails the case unless `kept`.
 * @param promise - the promise as a sentence
 */
export function check(kept: boolean, promise: string): asserts kept {
  if (!kept) throw new Error(`Broken promise: ${promise}`);
}

/**
 * Fails the case unless both are the same plain JSON, whatever the order of object keys.
 * @param promise - the promise as a sentence
 */
export function checkEqual(actual: unknown, expected: unknown, promise: string): void {
  const found = difference(actual, expected, 'answer');
  check(found === null, `${promise}\n  ${found ?? ''}`);
}

/** Says where two values first differ; `null` if they are equal. */
function difference(actual: unknown, expected: unknown, path: string): string | null {
  if (Object.is(actual, expected)) return null;
  if (typeof actual === 'string' && typeof expected === 'string') {
    const place = `first at character ${firstDifference(actual, expected)} of ${expected.length}`;
    return `${path}: expected ${quote(expected, actual)}, got ${quote(actual, expected)}, which differs ${place}`;
  }
  if (!isObject(actual) || !isObject(expected) || Array.isArray(actual) !== Array.isArray(expected)) {
    return `${path}: expected ${show(expected)}, got ${show(actual)}`;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const place = `${path}.${key}`;
    if (!Object.hasOwn(actual, key)) return `${place}: expected ${show(expected[key])}, got nothing`;
    // JSON has no undefined, so a present key whose value is undefined was never stored.
    if (!Object.hasOwn(expected, key)) return `${place}: expected nothing, got ${show(actual[key])}`;
    const found = difference(actual[key], expected[key], place);
    if (found !== null) return found;
  }
  return null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** A value as text, cut to a readable length. */
export function show(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  const text = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value));
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
