/** What a trusted device must not do: it clears no failure, proves nothing, and does not sign in whoever must use MFA. */
import { expect } from 'vitest';
import type { Rule } from './rule.ts';

/** R-81, of every sign-in by a device, and of every copy that was found. */
export const devicesClaimNothing: Rule = ({ step, events, before, after, now }) => {
  const types = events.map(({ type }) => type);
  if (!types.includes('device_used')) return;
  expect([step.call, types], 'devices: a sign-in and nothing else').toEqual(['begin', ['device_used']]);
  const [was, is] = [before?.record, after?.record];
  expect([is?.lockout, is?.guesses, is?.factors], 'devices: nothing is cleared').toEqual([
    was?.lockout,
    was?.guesses,
    was?.factors,
  ]);
  expect(was?.factors.length, 'devices: a second factor is spared').toBeGreaterThan(0);
  expect(was?.enforcement?.from ?? Infinity, 'devices: MFA is required').toBeGreaterThan(now);
};
