/** Invariant 7: what voids a challenge token, and that nothing revives it. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { outcomeOf, TEST_PASSWORD, testApplication, virtualAuthenticator } from '@mfakit/testkit';

describe('R-52, R-53, invariant 7: a challenge token', () => {
  test('R-27 is void after one of two factors was removed', async () => {
    const app = testApplication();
    const ann = await app.enroll('ann');
    const [first = '', second = '', third = ''] = ann.backupCodes;
    const setup = { accountName: 'ann', proof: { password: TEST_PASSWORD, backupCode: first } };
    const { uri } = await app.mfa.setup({ userId: 'ann' }, setup);
    const phone = virtualAuthenticator(uri);
    await app.mfa.confirm({ userId: 'ann' }, { code: phone.code(app.clock()) });
    const token = await app.token('ann');
    await app.mfa.removeFactor('ann', ann.factorId, { password: TEST_PASSWORD, backupCode: second });
    expect(await outcomeOf(app.mfa.verify({ token, backupCode: third }))).toBe('invalid_token');
    app.clock.advance({ seconds: 30 });
    const fresh = await app.token('ann');
    expect(await outcomeOf(app.mfa.verify({ token: fresh, code: phone.code(app.clock()) }))).toBe('accepted');
  });

  test('succeeds once though the clock is set back after it has expired', async () => {
    const app = testApplication();
    const ann = await app.enroll('ann');
    const [backupCode = ''] = ann.backupCodes;
    const token = await app.token('ann');
    await app.mfa.verify({ token, code: ann.code() });
    app.clock.advance({ seconds: 301 });
    await app.mfa.verify({ token: await app.token('ann'), code: ann.code() });
    app.clock.set(app.clock() - 10_000);
    expect(await outcomeOf(app.mfa.verify({ token, backupCode }))).toBe('token_used');
  });

  test.prop([fc.nat(), fc.nat({ max: 63 })], { numRuns: 100 })('is void with any character changed', async (at, to) => {
    const app = testApplication();
    const ann = await app.enroll('ann');
    const token = await app.token('ann');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const place = at % token.length;
    fc.pre(token[place] !== alphabet[to]);
    const forged = token.slice(0, place) + (alphabet[to] ?? '') + token.slice(place + 1);
    expect(await outcomeOf(app.mfa.verify({ token: forged, code: ann.code() }))).toBe('invalid_token');
    expect(await outcomeOf(app.mfa.verify({ token, code: ann.code() }))).toBe('accepted');
  });
});
