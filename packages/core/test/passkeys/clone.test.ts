/** R-75, invariants 3 and 4: counters of keys that stay on their device, and what may change of those that are synced. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { outcomeOf, type BentResponse, type SoftwareKeyOptions } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage } from '../harness.ts';
import { enrollPasskey, signedAlone, signedProof, signedVerify, withPasskeys } from './passkey-harness.ts';

async function ann(made: SoftwareKeyOptions = {}) {
  const on = stage(withPasskeys());
  const user = await enrollPasskey(on, 'ann', made);
  const use = async (bent?: BentResponse, key = user.key) =>
    outcomeOf(on.mfa.stepUp('ann', await signedProof(on, 'ann', key, bent)));
  const passkey = async () => (await on.store.record('ann')).factors[0] as unknown as Record<string, unknown>;
  return { on, ...on, ...user, use, passkey };
}

describe('a key that stays on its device', () => {
  test('cloned: whichever copy is behind is refused, told in an event, and nothing of it is kept', async () => {
    const { on, key, use, events, passkey } = await ann();
    const copy = key.clone();
    expect(await use()).toBe('accepted');
    const before = await passkey();
    expect(await use({}, copy)).toBe('counter_regressed');
    expect(await passkey()).toEqual(before);
    expect(events.at(-1)).toMatchObject({
      type: 'attempt_refused',
      operation: 'stepUp',
      reason: 'counter_regressed',
      failures: 0,
    });
    // It catches up, and then the other one is behind.
    expect(await use({}, copy)).toBe('accepted');
    expect(await use()).toBe('counter_regressed');
    expect((await on.store.record('ann')).lockout.failures).toBe(0);
  });

  test('the same counter twice, and one that starts over at 0, are refused', async () => {
    const { use } = await ann();
    expect(await use({ signCount: 7 })).toBe('accepted');
    expect(await use({ signCount: 7 })).toBe('counter_regressed');
    expect(await use({ signCount: 0 })).toBe('counter_regressed');
    expect(await use({ signCount: 8 })).toBe('accepted');
    expect(await use({ signCount: 0xffff_ffff })).toBe('accepted');
  });

  test('one that counts nothing, and one that begins to', async () => {
    const on = stage(withPasskeys());
    const { key } = await enrollPasskey(on, 'ann');
    await on.store.edit('ann', (record) => ({
      ...record,
      factors: record.factors.map((factor) => ({ ...factor, signCount: 0 })),
    }));
    const use = async (signCount: number) =>
      outcomeOf(on.mfa.stepUp('ann', await signedProof(on, 'ann', key, { signCount })));
    expect(await use(0)).toBe('accepted');
    expect(await use(0)).toBe('accepted');
    expect(await use(3)).toBe('accepted');
    expect(await use(0)).toBe('counter_regressed');
  });

  test('what is kept is the counter that was told, not one more', async () => {
    const { use, passkey } = await ann();
    await use({ signCount: 41 });
    expect(await passkey()).toMatchObject({ signCount: 41 });
  });

  propertyTest.prop([fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 12 })], { numRuns: 30 })(
    'invariant 3: accepted counters strictly grow',
    async (counters) => {
      const { use } = await ann();
      const accepted = [1];
      for (const signCount of counters) {
        const outcome = await use({ signCount });
        expect(outcome).toBe(signCount > (accepted.at(-1) ?? 0) ? 'accepted' : 'counter_regressed');
        if (outcome === 'accepted') accepted.push(signCount);
      }
    },
  );

  test('its refusals are told once in half a minute, and never counted', async () => {
    const { on, use, events, clock } = await ann();
    clock.advance({ seconds: 30 - ((clock() / 1000) % 30) });
    const start = events.length;
    for (let i = 0; i < 25; i++) expect(await use({ signCount: 1 })).toBe('counter_regressed');
    expect(events.slice(start).map(({ type }) => type)).toEqual(['attempt_refused']);
    expect((await on.store.record('ann')).lockout.failures).toBe(0);
  });
});

describe('a key that can be synced', () => {
  test('its counters are never compared, and 0 is kept for ever', async () => {
    const { use, passkey } = await ann({ backupEligible: true });
    for (const signCount of [9, 9, 3, 0, 100, 1]) {
      expect(await use({ signCount })).toBe('accepted');
      expect(await passkey()).toMatchObject({ signCount: 0 });
    }
  });

  test('nor is one that a row holds all the same', async () => {
    const { on, use, passkey } = await ann({ backupEligible: true });
    await on.store.edit('ann', (record) => ({
      ...record,
      factors: record.factors.map((factor) => ({ ...factor, signCount: 9 })),
    }));
    expect(await use({ signCount: 3 })).toBe('accepted');
    expect(await passkey()).toMatchObject({ signCount: 0 });
  });

  test('its backup state may change, and is kept', async () => {
    const { mfa, use, passkey } = await ann({ backupEligible: true });
    for (const backedUp of [true, false, true]) {
      expect(await use({ backedUp })).toBe('accepted');
      expect(await passkey()).toMatchObject({ backedUp });
      expect((await mfa.status('ann')).factors[0]).toMatchObject({ backedUp });
    }
  });
});

describe('invariant 4: whether it can be synced never changes', () => {
  test.each([true, false])(
    'registered as %s: the other refuses, with an event, and is not counted',
    async (registered) => {
      const { on, key, use, events, passkey } = await ann({ backupEligible: registered });
      const start = events.length;
      expect(await use({ backupEligible: !registered, signCount: 50 })).toBe('backup_eligibility_changed');
      expect(events.slice(start)).toEqual([
        expect.objectContaining({ type: 'attempt_refused', reason: 'backup_eligibility_changed', failures: 0 }),
      ]);
      expect(await passkey()).toMatchObject({ backupEligible: registered });
      const alone = await signedAlone(on, key, { backupEligible: !registered, signCount: 60 });
      expect(await outcomeOf(on.mfa.passkeySignIn(alone))).toBe('backup_eligibility_changed');
      expect(await outcomeOf(on.mfa.verify(await signedVerify(on, 'ann', key, { signCount: 70 })))).toBe('accepted');
    },
  );
});
