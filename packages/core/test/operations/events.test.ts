import type { EventSink, MfaEvent } from '@mfakit/core';
import {
  MFA_CALLS,
  outcomeOf,
  readyForCalls,
  TEST_PASSWORD,
  virtualAuthenticator,
  type CallName,
} from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { KEY_A, KEY_B, stage, type Stage } from '../harness.ts';

/** Calls of every kind, one after the other. */
async function script(on: Stage): Promise<void> {
  const { mfa, clock, enroll, token } = on;
  const request = { ip: '192.0.2.1', userAgent: 'Test/1' };
  const ann = await enroll('ann');
  await mfa.verify({ token: await token('ann'), code: ann.code() }, request);
  await outcomeOf(mfa.stepUp('ann', { code: ann.code() }, request));
  await outcomeOf(mfa.stepUp('ann', { code: ann.wrongCode() }, request));
  await outcomeOf(mfa.stepUp('ann', { backupCode: 'ZZZZ-ZZZZ' }, request));
  await outcomeOf(mfa.disable('ann', { password: 'wrong', backupCode: ann.backupCodes[0] ?? '' }, request));
  await mfa.passwordFailed('ann', request);
  await mfa.unlock('ann', request);
  clock.advance({ seconds: 30 });
  const proof = ann.proof();
  const { uri } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof }, request);
  const { factorId } = await mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(clock()) }, request);
  clock.advance({ seconds: 30 });
  await mfa.removeFactor('ann', factorId, ann.proof(), request);
  await mfa.regenerate('ann', { password: TEST_PASSWORD, backupCode: ann.backupCodes[0] ?? '' }, request);
  await mfa.enforce('ann', {}, request);
  await mfa.exempt('ann', {}, request);
  clock.advance({ seconds: 30 });
  await mfa.disable('ann', ann.proof(), request);
  await mfa.setup({ userId: 'ann' }, { accountName: 'ann' }, request);
  await mfa.reset('ann', request);
}

const EXPECTED = [
  'setup_started',
  'factor_added',
  'verified',
  'attempt_refused', // replayed
  'attempt_refused', // wrong
  'attempt_charged',
  'attempt_refused', // backup code
  'attempt_charged',
  'attempt_refused', // password
  'attempt_refused', // the host's own login
  'account_unlocked',
  'attempt_charged',
  'setup_started',
  'factor_added',
  'attempt_charged',
  'factor_removed',
  'attempt_charged',
  'backup_codes_regenerated',
  'enforced',
  'exempted',
  'attempt_charged',
  'disabled',
  'setup_started',
  'reset',
];

test('R-24, R-65, invariant 10: every change is one event, told to the store and to the sink alike', async () => {
  const on = stage();
  await script(on);
  const stored = (await on.mfa.history('ann', { limit: 200 })).toReversed();
  expect(stored.map(({ type }) => type)).toEqual(EXPECTED);
  expect(on.events).toEqual(stored);
  expect(stored.map(({ seq }) => seq)).toEqual(EXPECTED.map((_, i) => i + 1));
  expect(stored.every(({ userId }) => userId === 'ann')).toBe(true);
});

test('R-65 every attempt tells the time in UTC, the user, the operation, the outcome and where it came from', async () => {
  const on = stage();
  await script(on);
  const attempts = on.events.filter(({ type }) => type === 'attempt_refused');
  expect(
    attempts.map((event) =>
      'operation' in event && 'reason' in event ? [event.operation, event.reason, event.failures] : [],
    ),
  ).toEqual([
    ['stepUp', 'code_already_used', 0],
    ['stepUp', 'invalid_code', 1],
    ['stepUp', 'invalid_backup_code', 2],
    ['disable', 'invalid_password', 3],
    ['login', 'invalid_password', 4],
  ]);
  const asked = on.events.slice(2);
  expect(asked.every(({ ip, userAgent }) => ip === '192.0.2.1' && userAgent === 'Test/1')).toBe(true);
  expect(on.events.slice(0, 2).some((event) => 'ip' in event || 'userAgent' in event)).toBe(false);
  expect(on.events.every(({ at }) => Number.isSafeInteger(at) && at <= on.clock())).toBe(true);
  // Plain JSON: the same after a round trip.
  expect(JSON.parse(JSON.stringify(on.events))).toEqual(on.events);
});

const CHANGING = (Object.keys(MFA_CALLS) as CallName[]).filter((name) => MFA_CALLS[name].uses.includes('commit'));

test.each(CHANGING)(
  'R-65 what %s changes is told to the sink and to the store, with where it came from',
  async (name) => {
    const on = stage();
    const { input } = await readyForCalls(on, 'ann');
    const mfa = on.another({ keys: [KEY_B, KEY_A] });
    const told = on.events.length;
    const request = { ip: '192.0.2.1', userAgent: 'Test/1' };
    await MFA_CALLS[name].run(mfa, { ...input, request });
    const events = on.events.slice(told);
    expect(events.length).toBeGreaterThan(0);
    const context = MFA_CALLS[name].takes.includes('request') ? request : {};
    for (const { ip, userAgent, at, userId } of events) {
      expect({ ...(ip !== undefined && { ip }), ...(userAgent !== undefined && { userAgent }) }).toEqual(context);
      expect([at, userId]).toEqual([on.clock(), 'ann']);
    }
    // A user who is forgotten leaves no history.
    const stored = (await mfa.history('ann', { limit: 200 })).toReversed();
    expect(stored).toEqual(name === 'forget' ? [] : on.events);
  },
);

describe('a sink changes no outcome', () => {
  const sinks: readonly (readonly [string, EventSink])[] = [
    [
      'throws',
      () => {
        throw new Error('sink');
      },
    ],
    ['rejects', () => Promise.reject(new Error('sink'))],
    ['hangs', () => new Promise(() => undefined)],
    ['changes the event', (event) => void Object.assign(event, { type: 'forged', userId: 'eve' })],
  ];
  test.each(sinks)('that %s', async (_name, onEvent) => {
    const on = stage();
    const mfa = on.another({ onEvent });
    await script({ ...on, mfa, enroll: on.enroll, token: on.token });
    const stored = (await mfa.history('ann', { limit: 200 })).toReversed();
    expect(stored.map(({ type }) => type)).toEqual(EXPECTED);
  });

  test('and is told of nothing before it is stored, and of nothing that was refused', async () => {
    const on = stage();
    const seen: { readonly event: MfaEvent; readonly stored: Promise<readonly MfaEvent[]> }[] = [];
    const mfa = on.another({
      onEvent: (event) => {
        seen.push({ event, stored: on.store.events(event.userId, { limit: 1 }) });
      },
    });
    await mfa.enforce('ann');
    on.store.fail('commit', new Error('disk full'));
    expect(await outcomeOf(mfa.exempt('ann'))).toBe('store_unavailable');
    expect(seen).toHaveLength(1);
    expect(await seen[0]?.stored).toEqual([seen[0]?.event]);
  });
});

describe('R-65 the request context', () => {
  test('is cut to length and made printable, and refuses nobody', async () => {
    const { mfa, events } = stage();
    await mfa.enforce('ann', {}, { ip: '1'.repeat(5000), userAgent: `a\0b\u001B[31m\uD800${'x'.repeat(5000)}` });
    const [event] = events;
    expect(event?.ip).toBe('1'.repeat(64));
    expect(event?.userAgent).toBe(`a\uFFFDb\uFFFD[31m\uFFFD${'x'.repeat(256 - 9)}`);
    expect(event?.userAgent).toHaveLength(256);
  });

  test('is cut between characters, not within one', async () => {
    const { mfa, events } = stage();
    await mfa.enforce('ann', {}, { userAgent: `${'x'.repeat(255)}\u{1F600}` });
    // No half of a character is left over.
    expect(events[0]?.userAgent).toBe(`${'x'.repeat(255)}\uFFFD`);
  });

  test('holds what it was given, and nothing where it was given nothing', async () => {
    const { mfa, events } = stage();
    await mfa.enforce('ann', {}, { ip: '2001:db8::1', userAgent: undefined });
    await mfa.exempt('ann', {});
    expect(events.map(({ ip, userAgent }) => [ip, userAgent])).toEqual([
      ['2001:db8::1', undefined],
      [undefined, undefined],
    ]);
  });
});

test('history pages from the newest, without a gap or a double', async () => {
  const { mfa } = stage();
  for (let n = 0; n < 30; n++) {
    await mfa.enforce('ann');
    await mfa.exempt('ann');
  }
  expect(await mfa.history('ann')).toHaveLength(50);
  expect(await mfa.history('nobody')).toEqual([]);
  const seqs: number[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await mfa.history('ann', { limit: 7, ...(before !== undefined && { before }) });
    seqs.push(...page.map(({ seq }) => seq));
    before = page.at(-1)?.seq;
    if (page.length < 7) break;
  }
  expect(seqs).toEqual(Array.from({ length: 60 }, (_, i) => 60 - i));
  expect(await mfa.history('ann', { before: 1 })).toEqual([]);
});
