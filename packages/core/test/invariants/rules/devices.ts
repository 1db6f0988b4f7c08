/** What a trusted device must not do: it clears no failure, proves nothing, and does not sign in whoever must use MFA. */
import { expect } from 'vitest';
import type { Rule } from './rule.ts';

/** R-81, of every sign-in by a device, and of every copy that was found. */
export const devicesClaimNothing: Rule = ({ step, events, before, after, now }) => {
  // The sign-in may be the one at which the grace begins to count.
  const types = events.map(({ type }) => type).filter((type) => type !== 'grace_started');
  if (!types.includes('device_used')) return;
  expect([step.call, types], 'devices: a sign-in and nothing else').toEqual(['begin', ['device_used']]);
  const [was, is] = [before?.record, after?.record];
  expect([is?.lockout, is?.guesses, is?.factors], 'devices: nothing is cleared').toEqual([
    was?.lockout,
    was?.guesses,
    was?.factors,
  ]);
  expect(was?.factors.length, 'devices: a second factor is spared').toBeGreaterThan(0);
  const required = Math.max(was?.enforcement?.from ?? Infinity, was?.exemptUntil ?? -Infinity);
  expect(required, 'devices: MFA is required').toBeGreaterThan(now);
};
