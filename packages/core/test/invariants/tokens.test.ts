/** Invariant 7: one purpose, one user, one success, five minutes. */
import { fc, test } from '@fast-check/vitest';
import { virtualAuthenticator } from '@mfakit/testkit';
import { describe, expect } from 'vitest';
import { harness, PASSWORD, refusal } from '../harness.ts';

describe('R-52, R-53, invariant 7: a challenge token', () => {
  test('lasts until its last millisecond, and not into the next', async () => {
    const app = harness();
    const ann = await app.enrol('ann');
    const [backupCode = '', another = ''] = ann.backupCodes;
    const issued = [await app.token('ann'), await app.token('ann')];
    app.clock.advance({ seconds: 299, milliseconds: 999 });
    expect(await refusal(app.mfa.verify({ token: issued[0] ?? '', backupCode }))).toBe('accepted');
    app.clock.advance({ milliseconds: 1 });
    expect(await refusal(app.mfa.verify({ token: issued[1] ?? '', backupCode: another }))).toBe('invalid_token');
  });

  test('is good for its own user only, whoever presents it', async () => {
    const app = harness();
    const ann = await app.enrol('ann');
    const bob = await app.enrol('bob');
    const token = await app.token('ann');
    const [backupCode = ''] = bob.backupCodes;
    expect(await refusal(app.mfa.verify({ token, code: bob.code() }))).toBe('invalid_code');
    expect(await refusal(app.mfa.verify({ token, backupCode }))).toBe('invalid_backup_code');
    expect((await app.mfa.verify({ token, code: ann.code() })).userId).toBe('ann');
    expect((await app.mfa.status('bob')).backupCodesRemaining).toBe(10);
  });

  test('is good for its own purpose only', async () => {
    const app = harness();
    await app.enrol('ann');
    await app.mfa.enforce('bob');
    const [verify, enroll] = [await app.token('ann'), await app.token('bob')];
    expect(await refusal(app.mfa.setup({ token: verify }, { accountName: 'ann' }))).toBe('invalid_token');
    expect(await refusal(app.mfa.confirm({ token: verify }, { code: '123456' }))).toBe('invalid_token');
    expect(await refusal(app.mfa.verify({ token: enroll, code: '123456' }))).toBe('invalid_token');
  });

  test.each(['disable', 'removeFactor', 'reset', 'a further factor'])('R-27: is void after %s', async (change) => {
    const app = harness();
    const ann = await app.enrol('ann');
    const proof = { password: PASSWORD, code: ann.code() };
    const token = await app.token('ann');
    if (change === 'disable') await app.mfa.disable('ann', proof);
    if (change === 'removeFactor') await app.mfa.removeFactor('ann', ann.factorId, proof);
    if (change === 'reset') await app.mfa.reset('ann');
    if (change === 'a further factor') {
      const { uri } = await app.mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof });
      await app.mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(app.clock()) });
      app.clock.advance({ seconds: 30 });
    }
    const now = change === 'a further factor' ? ann : await app.enrol('ann');
    expect(await refusal(app.mfa.verify({ token, code: now.code() }))).toBe('invalid_token');
  });

  test('R-27: is void after one of two factors was removed', async () => {
    const app = harness();
    const ann = await app.enrol('ann');
    const [first = '', second = '', third = ''] = ann.backupCodes;
    const setup = { accountName: 'ann', proof: { password: PASSWORD, backupCode: first } };
    const { uri } = await app.mfa.setup({ userId: 'ann' }, setup);
    const phone = virtualAuthenticator(uri);
    await app.mfa.confirm({ userId: 'ann' }, { code: phone.code(app.clock()) });
    const token = await app.token('ann');
    await app.mfa.removeFactor('ann', ann.factorId, { password: PASSWORD, backupCode: second });
    expect(await refusal(app.mfa.verify({ token, backupCode: third }))).toBe('invalid_token');
    app.clock.advance({ seconds: 30 });
    const fresh = await app.token('ann');
    expect(await refusal(app.mfa.verify({ token: fresh, code: phone.code(app.clock()) }))).toBe('accepted');
  });

  test('succeeds once though the clock is set back after it has expired', async () => {
    const app = harness();
    const ann = await app.enrol('ann');
    const [backupCode = ''] = ann.backupCodes;
    const token = await app.token('ann');
    await app.mfa.verify({ token, code: ann.code() });
    app.clock.advance({ seconds: 301 });
    await app.mfa.verify({ token: await app.token('ann'), code: ann.code() });
    app.clock.set(app.clock() - 10_000);
    expect(await refusal(app.mfa.verify({ token, backupCode }))).toBe('invalid_token');
  });

  test.prop([fc.nat(), fc.nat({ max: 63 })], { numRuns: 100 })('is void with any character changed', async (at, to) => {
    const app = harness();
    const ann = await app.enrol('ann');
    const token = await app.token('ann');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const place = at % token.length;
    fc.pre(token[place] !== alphabet[to]);
    const forged = token.slice(0, place) + (alphabet[to] ?? '') + token.slice(place + 1);
    expect(await refusal(app.mfa.verify({ token: forged, code: ann.code() }))).toBe('invalid_token');
    expect(await refusal(app.mfa.verify({ token, code: ann.code() }))).toBe('accepted');
  });
});
