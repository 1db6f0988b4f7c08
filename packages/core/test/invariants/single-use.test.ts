/** Invariant 1 where neighbouring time steps share their digits, and across restarts. */
import { describe, expect, test } from 'vitest';
import { harness, refusal, type Harness } from '../harness.ts';

/** The key of RFC 4226, appendix D. Its values for the counters 910737 and 910738 are both 911617. */
const RFC_SECRET = new TextEncoder().encode('12345678901234567890');
const FIRST_STEP = 910_737;
const SHARED_CODE = '911617';
const STEP_MS = 30_000;

/** An application whose every secret is the one of the RFC. */
function rfcApplication(): Harness {
  return harness({
    random: (bytes) =>
      bytes === RFC_SECRET.length ? RFC_SECRET.slice() : crypto.getRandomValues(new Uint8Array(bytes)),
  });
}

describe('R-29: a code that two neighbouring steps share', () => {
  test.each([
    ['in the first of them', 0, [1]],
    ['in the second of them', 1, [1, 2]],
  ])('accepted %s, it is spent for both', async (_when, at, later) => {
    const app = rfcApplication();
    app.clock.set((FIRST_STEP - 10) * STEP_MS);
    await app.enrol('ann');
    app.clock.set((FIRST_STEP + at) * STEP_MS);
    expect(await refusal(app.mfa.stepUp('ann', { code: SHARED_CODE }))).toBe('accepted');
    for (const step of later) {
      app.clock.set((FIRST_STEP + step) * STEP_MS);
      expect(await refusal(app.mfa.stepUp('ann', { code: SHARED_CODE }))).toBe('code_already_used');
    }
  });

  test('it is spent by confirm too', async () => {
    const app = rfcApplication();
    app.clock.set(FIRST_STEP * STEP_MS);
    await app.mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
    await app.mfa.confirm({ userId: 'ann' }, { code: SHARED_CODE });
    app.clock.advance({ seconds: 30 });
    expect(await refusal(app.mfa.stepUp('ann', { code: SHARED_CODE }))).toBe('code_already_used');
  });
});

describe('R-28, R-32: what was spent stays spent', () => {
  test('after a restart, and with the clock set back', async () => {
    const app = harness();
    const ann = await app.enrol('ann');
    const code = ann.code();
    await app.mfa.stepUp('ann', { code });
    expect(await refusal(app.another().stepUp('ann', { code }))).toBe('code_already_used');
    app.clock.set(app.clock() - STEP_MS);
    expect(await refusal(app.another().stepUp('ann', { code }))).toBe('code_already_used');
    expect(await refusal(app.another().stepUp('ann', { code: ann.code() }))).toBe('code_already_used');
  });

  test('no older code follows a newer one', async () => {
    const app = harness();
    const ann = await app.enrol('ann');
    await app.mfa.stepUp('ann', { code: ann.phone.code(app.clock() + STEP_MS) });
    expect(await refusal(app.mfa.stepUp('ann', { code: ann.code() }))).toBe('code_already_used');
  });

  test('hundreds of sign-ins leave the record as large as it was', async () => {
    const app = harness();
    const ann = await app.enrol('ann');
    const size = async (): Promise<number> => JSON.stringify(await app.options.store.read('ann')).length;
    const sizes: number[] = [];
    for (let i = 0; i < 300; i++) {
      await app.mfa.verify({ token: await app.token('ann'), code: ann.code() });
      app.clock.advance({ seconds: 30 });
      sizes.push(await size());
    }
    // Spent tokens are remembered for their five minutes, then forgotten.
    const settled = sizes.slice(100);
    expect(Math.max(...settled) - Math.min(...settled)).toBeLessThan(80);
  });
});
