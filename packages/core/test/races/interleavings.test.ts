/** Random interleavings: told equals counted equals stored, whatever is called at once and whatever the network does. */
import { fc, test } from '@fast-check/vitest';
import { MFA_CALLS } from '@mfakit/testkit';
import { expect } from 'vitest';
import { CALLS } from './interleavings/calls.ts';
import { interleave } from './interleavings/interleave.ts';

/** `MFAKIT_TEST_LONG=1`: a thousand seeds. */
const SEEDS = process.env['MFAKIT_TEST_LONG'] === '1' ? 1000 : 40;

test.prop([fc.nat()], { numRuns: SEEDS, endOnFailure: true })(
  'told equals counted equals stored',
  async (seed) => {
    const { violations, lines } = await interleave(seed);
    if (violations.length > 0) {
      throw new Error(`Seed ${seed} breaks a rule:\n${violations.join('\n')}\n\nWhat happened:\n${lines.join('\n')}`);
    }
  },
  SEEDS * 1000,
);

test('a seed replays exactly', async () => {
  for (const seed of [1, 2, 3]) {
    const { lines } = await interleave(seed);
    expect((await interleave(seed)).lines).toEqual(lines);
  }
});

test('every call has a place in the bursts', () => {
  const others = ['breakGlass', 'passkeyChallenge', 'passkeySignIn'];
  expect(Object.keys(CALLS).sort()).toEqual([...Object.keys(MFA_CALLS), ...others].sort());
});

test(
  'passkeys are used in every way, and refused in every way that chance can bring about',
  { timeout: 120_000 },
  async () => {
    const missing = new Set([
      ...['confirm', 'passkeySignIn', 'removeFactor', 'stepUp', 'verify'].map((name) => `${name} accepted`),
      'counter_regressed',
      'invalid_assertion',
      'invalid_token',
      'token_used',
      'unknown_credential',
    ]);
    // Seeds bring about other things on other runtimes.
    for (let seed = 1; seed <= 400 && missing.size > 0; seed += 1) {
      for (const { name, credential, outcome } of (await interleave(seed)).calls) {
        if (credential?.kind !== 'assertion' && credential?.kind !== 'registration') continue;
        missing.delete(`${name} ${outcome}`);
        missing.delete(String(outcome));
      }
    }
    expect([...missing]).toEqual([]);
  },
);
