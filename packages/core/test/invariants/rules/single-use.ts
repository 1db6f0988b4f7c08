/** Invariants 1 and 2: no time step and no backup code succeeds twice. */
import { expect } from 'vitest';
import { matchedStep } from '../model.ts';
import type { World } from '../world.ts';
import { usedFactorId, wasEnabled, type Rule } from './rule.ts';

/** Invariant 1. `otpauth` finds the step, from the code and the device that was shown the secret. */
export function oneSuccessPerStep({ drawers }: World): Rule {
  const highest = new Map<string, number>();
  return ({ user, outcome, presented, events, step, now }) => {
    const used = usedFactorId(events);
    if (outcome !== 'accepted' || presented === null || !('code' in presented) || used === null) return;
    const device = drawers[user].devices.findLast(({ factorId }) => factorId === used);
    const matched = device === undefined ? null : matchedStep(device, presented.nextCode ?? presented.code, now);
    if (matched === null) throw new Error(`invariant 1: ${step.call} accepted a code that no device of the user shows`);
    const before = highest.get(used) ?? -Infinity;
    expect(matched, `invariant 1: ${step.call} accepted a step twice, or went back`).toBeGreaterThan(before);
    highest.set(used, matched);
  };
}

/** Invariant 2. */
export function backupCodesOnce({ drawers }: World): Rule {
  const spent = new Set<string>();
  return (observation) => {
    const { user, outcome, presented, step } = observation;
    if (outcome !== 'accepted' || presented === null || !('backupCode' in presented)) return;
    // These two check no backup code: a first setup asks for no proof.
    if (step.call === 'confirm' || (step.call === 'setup' && !wasEnabled(observation))) return;
    const { backupCode } = presented;
    expect(drawers[user].backupCodes, 'invariant 2: not a code of this user').toContain(backupCode);
    expect(spent, 'invariant 2: a backup code was accepted twice').not.toContain(backupCode);
    spent.add(backupCode);
  };
}
