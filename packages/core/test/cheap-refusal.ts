/** Cheap refusals: what malformed input must cost, which is nothing. For tests that mock `@noble/hashes/hmac.js`. */
import { MfaError } from '@mfakit/core';
import { expect } from 'vitest';
import { PASSWORD } from './harness.ts';
import { hmacCount } from './hmac-count.ts';
import { stage, type Stage } from './refusal-cases.ts';

/** More than anyone types. */
export const MEGABYTE = 1_000_000;

/** The user `ann` has a factor, and a second one that waits; `eve` must enrol. */
export interface Prepared extends Stage {
  readonly code: string;
  readonly verifyToken: string;
  readonly enrollToken: string;
}

/** Brings both users there. */
export async function prepare(): Promise<Prepared> {
  const on = stage();
  const { mfa, clock } = on;
  const ann = await on.enrol('ann');
  await mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: { password: PASSWORD, code: ann.code() } });
  clock.advance({ seconds: 30 });
  await mfa.enforce('eve');
  return { ...on, code: ann.code(), verifyToken: await on.token('ann'), enrollToken: await on.token('eve') };
}

/** Everything that a refusal could cost. */
function spent(on: Prepared): readonly number[] {
  return [hmacCount(), on.hashes(), on.passwordChecks(), on.store.commits(), on.events.length];
}

/** Expects a refusal that cost nothing: no HMAC, no hash, no password check, nothing written, no event. */
export async function expectCheapRefusal(on: Prepared, code: string, call: () => Promise<unknown>): Promise<MfaError> {
  const before = spent(on);
  const error: unknown = await call().then(
    () => 'accepted',
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MfaError);
  if (!(error instanceof MfaError)) throw new Error('unreachable');
  expect(error.code).toBe(code);
  expect(spent(on)).toEqual(before);
  return error;
}

/** Values with a name for a test's title each. */
export function named<T>(values: readonly T[]): readonly (readonly [string, T])[] {
  return values.map((value) => {
    const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
    return [text.length > 24 ? `${text.slice(0, 20)}… (${text.length})` : text, value];
  });
}
