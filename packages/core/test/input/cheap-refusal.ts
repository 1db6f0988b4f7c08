/** Cheap refusals: malformed input must cost nothing. For tests that mock `@noble/hashes/hmac.js`. */
import { MfaError } from '@mfakit/core';
import type { CallInput } from '@mfakit/testkit';
import { expect } from 'vitest';
import { stage, type Stage } from '../harness.ts';
import { hmacCount } from '../hmac-count.ts';

/** More than anyone types. */
export const MEGABYTE = 1_000_000;

/** The user `ann` has a factor, and a second one that waits; `eve` must enroll. */
export interface Prepared extends Stage {
  /** Accepted by the calls for `ann`, except by `confirm`: the code is not from the waiting factor. */
  readonly input: CallInput;
  /** Right for `ann`, like the backup codes. */
  readonly code: string;
  readonly backupCodes: readonly string[];
  readonly verifyToken: string;
  /** A token of `eve`. */
  readonly enrollToken: string;
}

/** Prepares both users. */
export async function prepare(): Promise<Prepared> {
  const on = stage();
  const { mfa, clock } = on;
  const ann = await on.enroll('ann');
  await mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: ann.proof() });
  clock.advance({ seconds: 30 });
  await mfa.enforce('eve');
  const [code, verifyToken] = [ann.code(), await on.token('ann')];
  const input: CallInput = {
    userId: 'ann',
    token: verifyToken,
    secondFactor: { code },
    proof: ann.proof(),
    setupCode: code,
    factorId: ann.factorId,
  };
  return { ...on, input, code, backupCodes: ann.backupCodes, verifyToken, enrollToken: await on.token('eve') };
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

/** Values, each with a name for the title of a test. */
export function named<T>(values: readonly T[]): readonly (readonly [string, T])[] {
  return values.map((value) => {
    const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
    return [text.length > 24 ? `${text.slice(0, 20)}… (${text.length})` : text, value];
  });
}
