/** Break-glass: it lifts a requirement for minutes, loudly, and nothing else. */
import type { RequestContext } from '@mfakit/core';
import { outcomeOf, TEST_PASSWORD } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { lock, stage } from '../harness.ts';

const WHY = { actor: 'staff-7', reason: 'Ticket 4711: the mail server is down' };
const MINUTE_MS = 60_000;

describe('break-glass', () => {
  test.each(['enforce', 'require'] as const)('lifts what %s demands, to the millisecond', async (by) => {
    const { mfa, clock } = stage(by === 'require' ? { require: 'all' } : {});
    if (by === 'enforce') await mfa.enforce('ann');
    expect((await mfa.begin('ann')).next).toBe('enroll');
    await mfa.breakGlass('ann', { minutes: 15 }, WHY);
    const end = new Date(clock() + 15 * MINUTE_MS);
    expect(await mfa.begin('ann')).toMatchObject({ next: 'signed-in', enrollBy: end });
    expect(await mfa.status('ann')).toMatchObject({ enforcement: { from: end }, exemptUntil: end });
    clock.set(end.getTime() - 1);
    expect((await mfa.begin('ann')).next).toBe('signed-in');
    clock.set(end);
    expect((await mfa.begin('ann')).next).toBe('enroll');
    expect(await mfa.status('ann')).not.toHaveProperty('exemptUntil');
  });

  test('has an event of its own, each time', async () => {
    const { mfa, clock, events } = stage({ require: 'all' });
    await mfa.breakGlass('ann', { minutes: 60 }, { ip: '192.0.2.1', ...WHY });
    await mfa.breakGlass('ann', { minutes: 60 }, WHY);
    const until = clock() + 60 * MINUTE_MS;
    const told = { userId: 'ann', at: clock(), type: 'break_glass', until, ...WHY };
    expect(events).toEqual([
      { ...told, seq: 1, ip: '192.0.2.1' },
      { ...told, seq: 2 },
    ]);
  });

  test('does not shorten an exemption', async () => {
    const { mfa, clock, events } = stage({ require: 'all' });
    const until = new Date(clock() + 86_400_000);
    await mfa.exempt('ann', { until });
    await mfa.breakGlass('ann', { minutes: 1 }, WHY);
    expect((await mfa.status('ann')).exemptUntil).toEqual(until);
    expect(events.at(-1)?.type).toBe('break_glass');
  });

  test('is taken back by `exempt` without an end', async () => {
    const { mfa } = stage({ require: 'all' });
    await mfa.breakGlass('ann', { minutes: 60 }, WHY);
    await mfa.exempt('ann');
    expect((await mfa.begin('ann')).next).toBe('enroll');
  });

  test('is no way past a factor, nor does it wake trusted devices', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const trusted = await on.mfa.verify({ token: await on.token('ann'), code: ann.code(), trustDevice: {} });
    const device = trusted.device?.cookie ?? '';
    await on.mfa.enforce('ann');
    const before = await on.store.record('ann');
    expect(await outcomeOf(on.mfa.breakGlass('ann', { minutes: 60 }, WHY))).toBe('already_enabled');
    expect(await on.store.record('ann')).toEqual(before);
    expect((await on.mfa.begin('ann', {}, { device })).next).toBe('verify');
    // A lost phone: the factor goes first, by support.
    await on.mfa.reset('ann', WHY);
    expect((await on.mfa.begin('ann', {}, { device })).next).toBe('enroll');
    await on.mfa.breakGlass('ann', { minutes: 60 }, WHY);
    expect((await on.mfa.begin('ann', {}, { device })).next).toBe('signed-in');
  });

  test('does not help past a factor that was enrolled while it runs', async () => {
    const on = stage({ require: 'all' });
    await on.mfa.breakGlass('ann', { minutes: 60 }, WHY);
    await on.enroll('ann');
    expect((await on.mfa.begin('ann')).next).toBe('verify');
  });

  test('lifts no lock', async () => {
    const on = stage({ require: 'all' });
    await lock(on, 'ann');
    await on.mfa.breakGlass('ann', { minutes: 60 }, WHY);
    expect(await outcomeOf(on.mfa.begin('ann'))).toBe('locked');
  });

  test.each([0, 61, 1.5, -1, '15', null, undefined, Number.NaN])('%j minutes are refused', async (minutes) => {
    const { mfa, store } = stage();
    await expect(mfa.breakGlass('ann', { minutes: minutes as number }, WHY)).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'minutes',
    });
    expect(store.commits()).toBe(0);
  });

  test.each([undefined, null, 7, {}, { actor: 'staff-7' }, { reason: undefined }])(
    'as is a request without a reason: %j',
    async (request) => {
      const { mfa, store } = stage();
      const call = mfa.breakGlass('ann', { minutes: 15 }, request as never);
      await expect(call).rejects.toMatchObject({ code: 'invalid_input', field: request === 7 ? 'request' : 'reason' });
      expect(store.commits()).toBe(0);
    },
  );

  test.each([undefined, null, 7])('as are options that are no object: %j', async (options) => {
    const call = stage().mfa.breakGlass('ann', options as never, WHY);
    await expect(call).rejects.toMatchObject({ code: 'invalid_input', field: 'options' });
  });
});

describe('why staff acts', () => {
  test('is in the events of what only staff does', async () => {
    const on = stage();
    await lock(on, 'ann');
    on.events.length = 0;
    await on.mfa.enforce('ann', {}, WHY);
    await on.mfa.exempt('ann', {}, WHY);
    await on.mfa.exempt('ann', { until: new Date(on.clock() + 1) }, WHY);
    await on.mfa.unlock('ann', WHY);
    await on.mfa.reset('ann', WHY);
    expect(on.events.map((event) => [event.type, 'reason' in event ? event.reason : null])).toEqual(
      ['enforced', 'exempted', 'exempted', 'account_unlocked', 'reset'].map((type) => [type, WHY.reason]),
    );
  });

  test('and in no other: a refusal keeps its own', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    on.events.length = 0;
    await on.mfa.passwordFailed('ann', WHY);
    await outcomeOf(on.mfa.stepUp('ann', { code: ann.wrongCode() }, WHY));
    await on.mfa.regenerate('ann', { password: TEST_PASSWORD, code: ann.code() }, WHY);
    expect(on.events.flatMap((event) => ('reason' in event ? [event.reason] : []))).toEqual([
      'invalid_password',
      'invalid_code',
    ]);
    expect(JSON.stringify(on.events)).not.toContain('4711');
  });

  test.each(['', '  ', 'x'.repeat(501), 'two\nlines', '\u0000', '\uD800', 7, null, {}])(
    '%j is none, and refused',
    async (reason) => {
      const { mfa, store } = stage();
      const request = { reason } as RequestContext;
      for (const call of [mfa.enforce('ann', {}, request), mfa.exempt('ann', {}, request), mfa.reset('ann', request)]) {
        await expect(call).rejects.toMatchObject({ code: 'invalid_input', field: 'reason' });
      }
      expect(store.commits()).toBe(0);
    },
  );

  test('may be 500 characters long', async () => {
    const { mfa, events } = stage();
    const reason = 'é'.repeat(500);
    await mfa.reset('ann', { reason });
    expect(events).toMatchObject([{ type: 'reset', reason }]);
  });
});

describe('an exemption from a requirement', () => {
  const DAY_MS = 86_400_000;
  const capped = { from: new Date(0), maxExemptionDays: 30 };

  test('is no longer than the requirement allows', async () => {
    const { mfa, clock, store } = stage({ require: () => capped });
    const longest = new Date(clock() + 30 * DAY_MS);
    const call = mfa.exempt('ann', { until: new Date(longest.getTime() + 1) });
    await expect(call).rejects.toMatchObject({ code: 'invalid_input', field: 'until' });
    await expect(call).rejects.toThrow('until must be at most 30 days from now.');
    expect(await store.read('ann')).toBeNull();
    await mfa.exempt('ann', { until: longest });
    expect(await mfa.begin('ann')).toMatchObject({ next: 'signed-in', enrollBy: longest });
  });

  test('is none without an end: that lifts what `enforce` stored, and an earlier exemption', async () => {
    const { mfa, clock } = stage({ require: () => capped });
    await mfa.exempt('ann', { until: new Date(clock() + DAY_MS) });
    await mfa.exempt('ann');
    expect((await mfa.begin('ann')).next).toBe('enroll');
  });

  test('is bounded by nothing if nothing bounds it', async () => {
    const { mfa } = stage({ require: 'all' });
    const until = new Date(8.64e15);
    await mfa.exempt('ann', { until });
    expect((await mfa.status('ann')).exemptUntil).toEqual(until);
  });
});
