import { readFileSync } from 'node:fs';
import type { EventDetail, MfaEvent } from '@mfakit/core';
import { testApplication } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { ENGLISH, NOT_TOLD, noticeFor, TOLD, type Notice, type NoticeContext } from '../src/index.ts';

const CONTEXT: NoticeContext = { application: 'Acme', contact: '+1 555 0100, day and night' };
const AT = Date.UTC(2026, 10, 27, 17, 14);
const proven = { method: 'totp', factorId: 'f1' } as const;

/** An event of a request. */
const event = (detail: EventDetail, more: Partial<MfaEvent> = {}): MfaEvent =>
  ({ userId: 'u-1', seq: 7, at: AT, ip: '192.0.2.7', userAgent: 'Mozilla/5.0', ...more, ...detail }) as MfaEvent;

const refused = event({ type: 'attempt_refused', operation: 'verify', reason: 'invalid_code', failures: 3 });
const earlier = [
  { ...refused, seq: 6, at: AT - 1000 },
  { ...refused, seq: 5, at: AT - 3_600_000 },
] as const;

/** One of each that is told, with what the host adds. */
const EACH: Readonly<Record<string, readonly [MfaEvent, Partial<NoticeContext>?]>> = {
  'the first factor': [event({ type: 'factor_added', factorId: 'f1', kind: 'totp', first: true })],
  'a further factor': [
    event({ type: 'factor_added', factorId: 'f2', kind: 'webauthn', first: false }),
    { name: 'Ann’s key', place: 'Oslo', timeZone: 'Europe/Oslo', url: 'acme.example/security' },
  ],
  'a factor of a kind of the application': [
    event({ type: 'factor_added', factorId: 'f2', kind: 'card', first: false }),
  ],
  'a factor removed': [event({ type: 'factor_removed', factorId: 'f1', kind: 'totp', provenBy: proven })],
  'switched off': [event({ type: 'disabled', provenBy: proven })],
  'reset by support': [event({ type: 'reset' }, { actor: 'support-7' })],
  'backup codes renewed': [event({ type: 'backup_codes_regenerated', count: 10, provenBy: proven })],
  'a backup code used': [backupCodeUsed(7)],
  'a backup code used, few left': [backupCodeUsed(1)],
  'the last backup code used': [backupCodeUsed(0)],
  'a third wrong code after the password': [refused, { recent: earlier }],
  'a passkey that may be a copy': [
    event({ type: 'attempt_refused', operation: 'stepUp', reason: 'counter_regressed', failures: 1 }),
  ],
  locked: [event({ type: 'account_locked', until: AT + 1_800_000, failures: 10 })],
  'locked until support helps': [event({ type: 'account_locked', until: null, failures: 100 })],
  'unlocked by support': [event({ type: 'account_unlocked', by: 'support' }, { actor: 'support-7' })],
  required: [event({ type: 'enforced', from: AT + 14 * 86_400_000 }, { actor: 'admin' })],
  'break-glass': [event({ type: 'break_glass', until: AT + 900_000, reason: 'on call' }, { actor: 'ops-1' })],
  'a browser trusted': [event({ type: 'device_trusted', deviceId: 'd1', method: 'totp' }), { name: 'Firefox' }],
  'a trusted browser copied': [event({ type: 'device_forgotten', deviceId: 'd1', by: 'reuse' })],
  'a new password': [event({ type: 'password_changed' })],
  erased: [event({ type: 'forgotten' })],
};

function backupCodeUsed(left: number): MfaEvent {
  return event({
    type: 'verified',
    operation: 'verify',
    failures: 0,
    backupCodesRemaining: left,
    method: 'backup_code',
    factorId: null,
  });
}

function told(...[each, more]: readonly [MfaEvent, Partial<NoticeContext>?]): Notice {
  const notice = noticeFor(each, { ...CONTEXT, ...more });
  if (notice === null) throw new Error(`${each.type} is told to nobody.`);
  return notice;
}

test('every text, as it is sent', async () => {
  const texts = Object.entries(EACH).map(([name, each]) => {
    const { kind, to, critical, subject, lines } = told(...each);
    const head = `== ${name}: ${kind}, to ${to}${critical ? ', critical' : ''}`;
    return [head, `Subject: ${subject}`, ...lines].join('\n\n');
  });
  await expect(`${texts.join('\n\n\n')}\n`).toMatchFileSnapshot('notices.txt');
});

describe.each(Object.entries(EACH))('%s', (_name, each) => {
  test('tells the instant with its zone, what to do, and whom to call', () => {
    const notice = told(...each);
    const text = notice.lines.join('\n');
    expect(text).toContain(each[1]?.timeZone === undefined ? '17:14 UTC' : '18:14 (Europe/Oslo, UTC+01:00)');
    expect(notice.repudiate.contact).toBe(CONTEXT.contact);
    // Break-glass is told to those whom others call.
    if (notice.to === 'security') return;
    expect(text).toContain(CONTEXT.contact);
    expect(text).toMatch(/If (?:this was|you)|Open Acme yourself|This can happen/);
    expect(text).toContain('never ask for a password or a code');
    expect(text).not.toMatch(/u-1|support-7|Mozilla|f1\b|d1\b/);
  });

  test('needs a contact and the name of the application', () => {
    for (const field of ['contact', 'application'] as const) {
      for (const wrong of [undefined, '', ' ']) {
        const context = { ...CONTEXT, [field]: wrong } as NoticeContext;
        expect(() => noticeFor(each[0], context)).toThrow(`${field} must be a text`);
      }
    }
  });
});

test('what others have chosen becomes no link and no line of its own', () => {
  const evil = event(
    { type: 'factor_added', factorId: 'f2', kind: 'totp', first: false },
    { ip: 'http://evil.example', userAgent: 'https://evil.example/pay' },
  );
  const notice = told(evil, { name: 'call us\r\nBcc: x@evil.example https://evil.example/', place: 'Oslo\nBcc: a' });
  const text = [notice.subject, ...notice.lines].join('|');
  expect(text).toContain('“call us Bcc x evil example https evil example”');
  expect(text).not.toMatch(/[\r\n]|evil\.example|@evil/);
  expect(told(evil, { application: 'A\r\nBcc: x' }).subject).not.toMatch(/[\r\n]/);
  for (const ip of ['2001:db8::7', '::ffff:192.0.2.7', '192.0.2.7']) {
    expect(told({ ...evil, ip }).lines.join()).toContain(`From: ${ip}.`);
  }
  // An address of support's own is none of the user's.
  expect(told({ ...evil, ip: '192.0.2.7', actor: 'support-7' }).lines.join()).not.toContain('192.0.2.7');
});

test('R-42 the third wrong code of a day after the right password is told, and no other', () => {
  const kindWith = (recent: readonly MfaEvent[]): string | null =>
    noticeFor(refused, { ...CONTEXT, recent })?.kind ?? null;
  const [one, two] = earlier;
  expect(kindWith([])).toBeNull();
  expect(kindWith([one])).toBeNull();
  expect(kindWith([one, two])).toBe('password-known');
  // The event itself, and what came after it, may be in the history already.
  expect(kindWith([{ ...refused, seq: 8 }, refused, one, two])).toBe('password-known');
  expect(kindWith([one, two, { ...refused, seq: 4 }])).toBeNull();
  expect(kindWith([one, { ...two, at: AT - 86_400_001 }])).toBeNull();
  const stepUp = event({ type: 'attempt_refused', operation: 'stepUp', reason: 'invalid_code', failures: 3 });
  expect(kindWith([one, { ...stepUp, seq: 5 }])).toBeNull();
  expect(noticeFor(stepUp, { ...CONTEXT, recent: [one, two] })).toBeNull();
});

test('sentences can be replaced', () => {
  const texts = {
    hello: () => 'Det gjelder sikkerheten.',
    disabled: () => ({ subject: 'slått av', what: 'Totrinns pålogging er slått av.' }),
  };
  const notice = told(event({ type: 'disabled', provenBy: proven }), { texts });
  expect(notice.subject).toBe('Acme: slått av');
  expect(notice.lines.slice(0, 2)).toEqual(['Det gjelder sikkerheten.', 'Totrinns pålogging er slått av.']);
  expect(notice.lines[3]).toBe(ENGLISH.ifNotYou({ ...CONTEXT, url: null, at: '', from: null, name: null }));
});

test('an unknown time zone is refused', () => {
  expect(() => noticeFor(refused, { ...CONTEXT, recent: earlier, timeZone: 'Mars/Base' })).toThrow(RangeError);
});

describe('completeness', () => {
  const source = readFileSync(new URL('../../core/src/events.ts', import.meta.url), 'utf8');
  const types = [...source.matchAll(/readonly type: '(\w+)'/g)].map(([, type = '']) => type);
  const patterns = TOLD.map((pattern) => (typeof pattern === 'string' ? { type: pattern } : pattern));
  const whole = patterns.filter((pattern) => Object.keys(pattern).length === 1).map(({ type }) => type);

  test('R-24 each type of event is told, or there is a reason why not', () => {
    expect(types.length).toBeGreaterThan(20);
    const named = new Set<string>(patterns.map(({ type }) => type));
    const reasons = new Set(Object.keys(NOT_TOLD));
    expect(types.filter((type) => !named.has(type) && !reasons.has(type))).toEqual([]);
    // A type of which only some events are told has a reason for the others, and no other told type has one.
    expect([...named].filter((type) => reasons.has(type)).toSorted()).toEqual(
      [...named].filter((type) => !new Set<string>(whole).has(type)).toSorted(),
    );
    expect([...named, ...reasons].filter((type) => !types.includes(type))).toEqual([]);
  });

  test('what the list takes is what notices are made of', () => {
    const made = new Set(Object.values(EACH).map(([{ type }]) => type));
    expect([...made].toSorted()).toEqual([...new Set(patterns.map(({ type }) => type))].toSorted());
    for (const type of Object.keys(NOT_TOLD)) {
      expect(noticeFor({ userId: 'u', seq: 1, at: AT, type } as MfaEvent, CONTEXT)).toBeNull();
    }
  });
});

test('no secret and no code is in any notice of a whole life', async () => {
  const events: MfaEvent[] = [];
  const application = testApplication({ onEvent: (each) => void events.push(each) });
  const user = await application.enroll('ann');
  const { mfa, clock } = application;
  const codes = [...user.backupCodes];
  clock.advance({ seconds: 60 });
  for (let tries = 0; tries < 3; tries += 1) {
    const begun = await mfa.begin('ann');
    if (begun.next !== 'verify') throw new Error('Ann has a second factor.');
    await mfa.verify({ token: begun.token, code: user.wrongCode() }).catch(() => undefined);
  }
  const begun = await mfa.begin('ann');
  if (begun.next !== 'verify') throw new Error('Ann has a second factor.');
  await mfa.verify({ token: begun.token, backupCode: codes[0] ?? '' });
  await mfa.reset('ann');
  await mfa.forget('ann');
  const notices = events.flatMap((each) => noticeFor(each, { ...CONTEXT, recent: events.toReversed() }) ?? []);
  expect(notices.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['factor-added', 'password-known', 'code-used', 'mfa-off', 'forgotten']),
  );
  const text = JSON.stringify(notices);
  const canaries = [...codes, ...codes.map((code) => code.replaceAll('-', '')), user.code(), 'ann'];
  expect(canaries.length).toBeGreaterThan(10);
  expect(canaries.filter((canary) => text.includes(canary))).toEqual([]);
});
