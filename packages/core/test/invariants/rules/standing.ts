/** Invariants 6 and 7: an active factor stays until a proof removes it, and a token does one thing once. */
import type { TotpFactor } from '@mfakit/core';
import { expect } from 'vitest';
import { wasEnabled, type Rule } from './rule.ts';

/** Invariant 6. */
export const removedByProofOnly: Rule = ({ step, outcome, before, after, presented, events }) => {
  // This application has no factors of another kind.
  const [was, is] = [before, after].map((stored) => (stored?.record.factors ?? []) as readonly TotpFactor[]) as [
    readonly TotpFactor[],
    readonly TotpFactor[],
  ];
  const updates = events.some((event) => event.type === 'imported' && event.outcome === 'updated');
  if (updates) {
    // Only what the same source brought, and nobody has touched since.
    const record = before?.record;
    expect(record?.imported?.epoch, 'invariant 6: an import replaced what was changed here').toBe(record?.epoch);
    expect(record?.imported?.setId, 'invariant 6: an import replaced new codes').toBe(record?.backupCodes?.id);
    for (const { id, lastStep } of was) {
      expect(is.find((each) => each.id === id)?.lastStep, 'invariant 6: lastStep fell').toBeGreaterThanOrEqual(
        lastStep,
      );
    }
    return;
  }
  for (const factor of was) {
    const kept = is.find(({ id }) => id === factor.id);
    if (kept === undefined) {
      const mayRemove = step.call === 'disable' || step.call === 'removeFactor';
      const proven = mayRemove && step.password === 'right' && presented !== null;
      const removed = outcome === 'accepted' && (step.call === 'reset' || step.call === 'forget' || proven);
      expect(removed, `invariant 6: ${step.call} (${outcome}) removed a factor`).toBe(true);
    } else {
      expect(kept.lastStep, 'invariant 6: lastStep fell').toBeGreaterThanOrEqual(factor.lastStep);
      expect(constant(kept), 'invariant 6: a factor was replaced').toEqual(constant(factor));
      if (outcome !== 'accepted') expect(kept.secret, 'invariant 6: a secret was replaced').toBe(factor.secret);
    }
  }
  const [oldSet, newSet] = [before?.record.backupCodes, after?.record.backupCodes];
  if (was.length > 0 && is.length > 0 && oldSet?.id !== newSet?.id) {
    expect([step.call, outcome], 'invariant 6: backup codes were replaced').toEqual(['regenerate', 'accepted']);
  }
};

/** What never changes in a factor. The secret changes whenever it is resealed. */
function constant({ id, kind, label, algorithm, digits, periodSeconds, createdAt }: TotpFactor): unknown {
  return { id, kind, label, algorithm, digits, periodSeconds, createdAt };
}

/** Invariant 7. */
export function tokensOnce(): Rule {
  const used = new Set<string>();
  return (observation) => {
    const { step, outcome, token, now, user } = observation;
    if (!('token' in step) || step.token === null || outcome !== 'accepted') return;
    if (token === null) throw new Error('invariant 7: a token was accepted that was never issued');
    expect(token.purpose, 'invariant 7: purpose').toBe(step.call === 'verify' ? 'verify' : 'enroll');
    expect(token.user, 'invariant 7: user').toBe(user);
    expect(now, 'invariant 7: five minutes').toBeLessThan(token.expiresAt);
    if (step.call === 'setup') return; // a confirm follows, which completes the token
    expect(used, 'invariant 7: a token succeeded twice').not.toContain(token.text);
    used.add(token.text);
    expect(wasEnabled(observation), 'invariant 7: purpose').toBe(step.call === 'verify');
  };
}
