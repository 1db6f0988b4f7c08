/** the time that a requirement leaves to enroll, and when it begins to count. */
import type { Requirement } from '@mfakit/core';
import { outcomeOf } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { lock, stage, type Stage } from '../harness.ts';

const DAY_MS = 86_400_000;

/** An application whose policy a test can edit. */
function underPolicy(edit: (now: number) => Requirement | null): Stage & { policy: Requirement | null } {
  const on = stage({ require: () => whole.policy });
  const whole = { ...on, policy: edit(on.clock()) };
  return whole;
}

const twoWeeks = (now: number): Requirement => ({ from: new Date(now), graceDays: 14, rule: 'staff' });

describe('grace counts from the first sign-in', () => {
  test('to the millisecond', async () => {
    const { mfa, clock, store } = underPolicy(twoWeeks);
    clock.advance({ hours: 100 * 24 });
    const since = clock();
    const enrollBy = new Date(since + 14 * DAY_MS);
    expect(await mfa.begin('ann')).toEqual({ next: 'signed-in', enrollBy, sessionEpoch: 0, seq: 1 });
    clock.set(enrollBy.getTime() - 1);
    expect(await mfa.begin('ann')).toEqual({ next: 'signed-in', enrollBy, sessionEpoch: 0, seq: 1 });
    expect(await mfa.status('ann')).toMatchObject({
      enforcement: { from: enrollBy, rule: 'staff' },
      graceSince: new Date(since),
    });
    clock.set(enrollBy);
    expect((await mfa.begin('ann')).next).toBe('enroll');
    expect(store.commits()).toBe(1);
    expect(await store.record('ann')).toMatchObject({ graceSince: since });
  });

  test('and one event tells it', async () => {
    const { mfa, clock, events } = underPolicy(twoWeeks);
    await mfa.begin('ann', { ip: '192.0.2.1' });
    await mfa.begin('ann');
    const until = clock() + 14 * DAY_MS;
    expect(events).toEqual([
      { userId: 'ann', seq: 1, at: clock(), ip: '192.0.2.1', type: 'grace_started', until, rule: 'staff' },
    ]);
  });

  test('not from one before anything is required', async () => {
    const { mfa, clock, store } = underPolicy((now) => ({ ...twoWeeks(now), from: new Date(now + DAY_MS) }));
    const soonest = new Date(clock() + 15 * DAY_MS);
    expect(await mfa.begin('ann')).toEqual({ next: 'signed-in', enrollBy: soonest, sessionEpoch: 0, seq: 0 });
    clock.advance({ hours: 3 * 24 });
    expect(await mfa.begin('ann')).toMatchObject({ enrollBy: new Date(clock() + 14 * DAY_MS) });
    expect(store.commits()).toBe(1);
  });

  test('not from one that is refused', async () => {
    const on = underPolicy(twoWeeks);
    await lock(on, 'ann');
    expect(await outcomeOf(on.mfa.begin('ann'))).toBe('locked');
    expect(await outcomeOf(on.mfa.begin('bob', {}, { seenSeq: 1 }))).toBe('record_outdated');
    expect(await on.store.record('ann')).not.toHaveProperty('graceSince');
    expect(await on.store.read('bob')).toBeNull();
    await on.mfa.unlock('ann');
    on.clock.advance({ hours: 24 });
    expect(await on.mfa.begin('ann')).toMatchObject({ enrollBy: new Date(on.clock() + 14 * DAY_MS) });
  });

  test('together with what else that sign-in does', async () => {
    const { mfa, events } = underPolicy(twoWeeks);
    await mfa.passwordFailed('ann');
    await mfa.begin('ann');
    expect(events.map(({ type }) => type)).toEqual(['attempt_refused', 'grace_started', 'account_unlocked']);
    expect((await mfa.status('ann')).triesLeft).toBeNull();
  });

  test('a status starts nothing: it says what would be if they signed in now', async () => {
    const { mfa, clock, store } = underPolicy(twoWeeks);
    clock.advance({ hours: 30 * 24 });
    expect((await mfa.status('ann')).enforcement).toEqual({ from: new Date(clock() + 14 * DAY_MS), rule: 'staff' });
    expect(await store.read('ann')).toBeNull();
  });

  test('a clock that was ahead has not made it longer', async () => {
    const { mfa, clock } = underPolicy(twoWeeks);
    const now = clock();
    clock.advance({ hours: 365 * 24 });
    await mfa.begin('ann');
    clock.set(now);
    expect(await mfa.begin('ann')).toMatchObject({ enrollBy: new Date(now + 14 * DAY_MS) });
  });

  test('`forget` forgets it, `reset` does not', async () => {
    const { mfa, clock } = underPolicy(twoWeeks);
    await mfa.begin('ann');
    clock.advance({ hours: 14 * 24 });
    await mfa.reset('ann');
    expect((await mfa.begin('ann')).next).toBe('enroll');
    await mfa.forget('ann');
    expect((await mfa.begin('ann')).next).toBe('signed-in');
  });
});

/** Ann, five days after her grace began. */
async function inGrace(): Promise<Stage & { policy: Requirement | null }> {
  const on = underPolicy(twoWeeks);
  await on.mfa.begin('ann');
  on.clock.advance({ hours: 5 * 24 });
  return on;
}

describe('the deadline is stored nowhere', () => {
  test('a stricter policy bites at the next sign-in', async () => {
    const on = await inGrace();
    on.policy = { ...twoWeeks(on.clock() - 5 * DAY_MS), graceDays: 3 };
    expect((await on.mfa.begin('ann')).next).toBe('enroll');
    on.policy = { ...twoWeeks(on.clock() - 5 * DAY_MS), until: new Date(on.clock()) };
    expect((await on.mfa.begin('ann')).next).toBe('enroll');
    on.policy = { from: new Date(on.clock()) };
    expect((await on.mfa.begin('ann')).next).toBe('enroll');
  });

  test('a laxer one gives no more than it says', async () => {
    const on = await inGrace();
    const since = on.clock() - 5 * DAY_MS;
    on.policy = { ...twoWeeks(since), graceDays: 20 };
    expect(await on.mfa.begin('ann')).toMatchObject({ enrollBy: new Date(since + 20 * DAY_MS) });
    on.policy = { from: new Date(since + 40 * DAY_MS), graceDays: 14 };
    expect(await on.mfa.begin('ann')).toMatchObject({ enrollBy: new Date(since + 40 * DAY_MS) });
    on.policy = null;
    expect(await on.mfa.begin('ann')).not.toHaveProperty('enrollBy');
    on.policy = twoWeeks(since);
    on.clock.advance({ hours: 9 * 24 });
    expect((await on.mfa.begin('ann')).next).toBe('enroll');
  });

  test('what `enforce` stored wins if it is stricter, and then no rule is named', async () => {
    const on = await inGrace();
    const from = new Date(on.clock() + DAY_MS);
    await on.mfa.enforce('ann', { from });
    expect((await on.mfa.status('ann')).enforcement).toEqual({ from });
    await on.mfa.enforce('ann', { from: new Date(on.clock() + 90 * DAY_MS) });
    expect((await on.mfa.status('ann')).enforcement?.rule).toBe('staff');
  });
});

describe('somebody who has a factor has no grace', () => {
  test('the last one cannot be removed from `from` on', async () => {
    const on = underPolicy((now) => ({ ...twoWeeks(now), from: new Date(now + DAY_MS) }));
    const ann = await on.enroll('ann');
    const from = on.policy?.from.getTime() ?? 0;
    on.clock.set(from);
    expect(await outcomeOf(on.mfa.disable('ann', ann.proof()))).toBe('required_by_policy');
    on.clock.set(from - 1);
    expect(await outcomeOf(on.mfa.disable('ann', ann.proof()))).toBe('accepted');
  });

  test('their trusted devices do not count from `from` on', async () => {
    const on = underPolicy(() => null);
    const ann = await on.enroll('ann');
    const trusted = await on.mfa.verify({ token: await on.token('ann'), code: ann.code(), trustDevice: {} });
    const device = trusted.device?.cookie ?? '';
    expect((await on.mfa.begin('ann', {}, { device })).next).toBe('signed-in');
    on.policy = twoWeeks(on.clock());
    expect((await on.mfa.begin('ann', {}, { device })).next).toBe('verify');
  });

  test('once support has taken it away, what is left of the grace since their first sign-in is theirs', async () => {
    const on = underPolicy(twoWeeks);
    await on.enroll('ann');
    expect((await on.mfa.begin('ann')).next).toBe('verify');
    on.clock.advance({ hours: 13 * 24 });
    await on.mfa.reset('ann');
    expect(await on.mfa.begin('ann')).toMatchObject({ next: 'signed-in', enrollBy: new Date(on.clock() + DAY_MS) });
    on.clock.advance({ hours: 24 });
    expect((await on.mfa.begin('ann')).next).toBe('enroll');
  });
});

describe('reminders', () => {
  test('`begin` says so while as many days are left as policy names, the day that has begun included', async () => {
    const { mfa, clock } = underPolicy((now) => ({ ...twoWeeks(now), remindDays: [14, 3, 1] }));
    const said: boolean[] = [];
    for (let day = 0; day < 14; day++) {
      const begun = await mfa.begin('ann');
      said.push('remind' in begun && begun.remind === true);
      clock.advance({ hours: 24 });
    }
    const due = said.flatMap((remind, day) => (remind ? [14 - day] : []));
    expect(due).toEqual([14, 3, 1]);
    expect(await mfa.begin('ann')).not.toHaveProperty('remind');
  });

  test('not of somebody who has a factor', async () => {
    const on = stage({
      require: () => ({ ...twoWeeks(0), remindDays: [14] }),
      trustedDevices: { allowWhenRequired: true },
    });
    const ann = await on.enroll('ann');
    const trusted = await on.mfa.verify({ token: await on.token('ann'), code: ann.code(), trustDevice: {} });
    const begun = await on.mfa.begin('ann', {}, { device: trusted.device?.cookie });
    expect(begun.next).toBe('signed-in');
    expect(begun).not.toHaveProperty('remind');
    expect(begun).not.toHaveProperty('enrollBy');
  });
});

describe('a requirement is read strictly', () => {
  const now = new Date(0);
  test.each<readonly [string, object]>([
    ['from', { from: '2026-01-01' }],
    ['from', {}],
    ['from', { from: new Date(Number.NaN) }],
    ['graceDays', { from: now, graceDays: -1 }],
    ['graceDays', { from: now, graceDays: 366 }],
    ['graceDays', { from: now, graceDays: 1.5 }],
    ['graceDays', { from: now, graceDays: '14' }],
    ['graceDays', { from: now, graceDays: null }],
    ['until', { from: now, until: new Date(-1) }],
    ['until', { from: now, until: 7 }],
    ['remindDays', { from: now, remindDays: [0] }],
    ['remindDays', { from: now, remindDays: 7 }],
    ['remindDays', { from: now, remindDays: Array.from({ length: 11 }, () => 7) }],
    ['maxExemptionDays', { from: now, maxExemptionDays: 0 }],
    ['maxExemptionDays', { from: now, maxExemptionDays: Infinity }],
    ['rule', { from: now, rule: '' }],
    ['rule', { from: now, rule: 'x'.repeat(65) }],
    ['rule', { from: now, rule: 7 }],
  ])('%s of %j is wrong', async (field, wrong) => {
    const { mfa } = stage({ require: () => wrong as Requirement });
    for (const call of [mfa.begin('ann'), mfa.status('ann'), mfa.assertNotLocked('ann')]) {
      await expect(call).rejects.toThrow(new RegExp(`^require: ${field} must be`));
    }
  });
});
