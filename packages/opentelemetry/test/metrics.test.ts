/** Metrics: their names, units and labels, how many label sets there can be, and that none names anybody. */
import { readFileSync } from 'node:fs';
import type { CallOutcome, HashOutcome, MfaEvent, ObservedCall, StoreOutcome, StoreOperation } from '@mfakit/core';
import { MFA_CALLS, outcomeOf, provenBy, readyForCalls, testApplication, type CallName } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { lengthOf, observed, type Observed } from './telemetry.ts';

const core = (file: string): string => readFileSync(new URL(`../../core/src/${file}`, import.meta.url), 'utf8');

/** The members of a union of texts, as its source has them. */
function membersOf(source: string, type: string): readonly string[] {
  const [, union = ''] = new RegExp(`export type ${type} =([\\s\\S]*?);\n`).exec(source) ?? [];
  return [...union.matchAll(/^ {2}\| '(\w+)'| '(\w+)'/gm)].map(([, a, b]) => a ?? b ?? '');
}

const CODES = [...core('errors.ts').matchAll(/^ {2}(\w+): '/gm)].map(([, code = '']) => code);
const EVENTS = core('events.ts');
const TYPES = [...EVENTS.matchAll(/readonly type: '(\w+)'/g)].map(([, type = '']) => type);
const OPERATIONS = membersOf(EVENTS, 'Operation');
const REASONS = membersOf(EVENTS, 'RefusalReason');
const METHODS = ['totp', 'backup_code', 'webauthn'];

type Of<Type> = Extract<MfaEvent, { readonly type: Type }>;
/** What fewer events have than there are words. */
const SIGN_INS = ['verify', 'signIn', 'stepUp', 'confirm'] satisfies Of<'verified'>['operation'][];
const UNLOCKED = ['support', 'success'] satisfies Of<'account_unlocked'>['by'][];
const FORGOTTEN = ['user', 'support', 'reuse', 'limit'] satisfies Of<'device_forgotten'>['by'][];

const nothing = (): void => undefined;

/** Tells a bridge everything that there could ever be. */
function tellEverything({ observe, onEvent }: Observed): void {
  for (const name of Object.keys(testApplication().mfa) as ObservedCall[]) {
    for (const code of ['ok', 'fault', ...CODES] as CallOutcome[]) observe.call(name, nothing)?.(code, 1);
  }
  for (const operation of ['read', 'commit', 'events', 'scan', 'check'] as StoreOperation[]) {
    for (const outcome of ['ok', 'fault'] as StoreOutcome[]) observe.store(operation, nothing)?.(outcome, 1);
  }
  observe.store('commit', nothing)?.('lost', 1);
  for (const jobs of [1, 10]) {
    for (const outcome of ['ok', 'busy', 'hasher_unavailable'] as HashOutcome[])
      observe.hash(jobs, nothing)?.(outcome, 1);
  }
  for (const type of TYPES) {
    const by = type === 'account_unlocked' ? UNLOCKED : FORGOTTEN;
    for (const operation of type === 'verified' ? SIGN_INS : OPERATIONS) {
      for (const reason of REASONS) {
        for (const method of METHODS) {
          for (const hand of by) void onEvent({ type, operation, reason, method, by: hand } as unknown as MfaEvent);
        }
      }
    }
  }
}

test('the sources of the labels were found', () => {
  expect(CODES.length).toBeGreaterThan(35);
  expect(TYPES.length).toBeGreaterThan(18);
  expect(OPERATIONS).toEqual(expect.arrayContaining(['login', 'verify', 'regenerate']));
  expect(REASONS).toEqual(expect.arrayContaining(['invalid_code', 'clock_behind', 'backup_eligibility_changed']));
});

test('there are at most 300 label sets, whatever happens', async () => {
  const telemetry = observed();
  tellEverything(telemetry);
  const metrics = await telemetry.metrics();
  const sets = metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints.length] as const);
  const total = sets.reduce((sum, [, count]) => sum + count, 0);
  expect({ total, sets, few: total > 150 && total <= 300 }).toMatchObject({ few: true });
});

function labels(points: readonly { readonly attributes: object }[]): readonly string[] {
  return [...new Set(points.flatMap(({ attributes }) => Object.keys(attributes)))].toSorted((a, b) =>
    a.localeCompare(b),
  );
}

test('the metrics have these names, units and labels', async () => {
  const telemetry = observed();
  tellEverything(telemetry);
  const found = (await telemetry.metrics()).map(({ descriptor: { name, unit }, dataPoints }) =>
    `${name} ${unit} ${labels(dataPoints).join(',')}`.trim(),
  );
  expect(found).toEqual([
    'mfakit.events  method,operation,reason,type',
    'mfakit.call.duration s call,outcome',
    'mfakit.call.errors  code',
    'mfakit.store.duration s operation,outcome',
    'mfakit.hash.duration s outcome,work',
    'mfakit.hash.queued',
  ]);
});

test('durations are seconds, as long as their spans, in buckets that tell them apart', async () => {
  const telemetry = observed();
  const slow = testApplication({
    ...pick(telemetry),
    store: {
      read: () => new Promise((resolve) => setTimeout(() => resolve(null), 60)),
      commit: async () => true,
      events: async () => [],
      scan: async () => [],
    },
  });
  await slow.mfa.status('ann');
  const [span] = telemetry.spans();
  const read = (await telemetry.metrics()).find(({ descriptor }) => descriptor.name === 'mfakit.store.duration');
  const value = read?.dataPoints[0]?.value as {
    readonly sum: number;
    readonly buckets: { readonly boundaries: readonly number[]; readonly counts: readonly number[] };
  };
  expect(value.sum).toBeGreaterThan(0.05);
  expect(Math.abs(value.sum - lengthOf(span ?? { duration: [0, 0] }) / 1000)).toBeLessThan(0.02);
  const filled = value.buckets.counts.findIndex((count) => count > 0);
  expect(value.buckets.boundaries[filled - 1]).toBeGreaterThanOrEqual(0.05);
});

test('what waits for a digest is counted while it waits, and no longer', async () => {
  const telemetry = observed();
  const { observe } = telemetry;
  const { hashes, enroll } = testApplication(pick(telemetry));
  await enroll('ann');
  expect(hashes()).toBe(10);
  const queued = async (): Promise<unknown> =>
    (await telemetry.metrics()).find(({ descriptor }) => descriptor.name === 'mfakit.hash.queued')?.dataPoints[0]
      ?.value;
  expect(await queued()).toBe(0);
  const end = observe.hash(10, () => undefined);
  expect(await queued()).toBe(10);
  end?.('busy', 1);
  expect(await queued()).toBe(0);
});

test.each(Object.keys(MFA_CALLS) as CallName[])(
  '%s: no label and no span names a user or holds a secret',
  async (name) => {
    for (const way of ['accepted', 'refused', 'down'] as const) {
      const telemetry = observed();
      const on = testApplication(pick(telemetry));
      const { user, input } = await readyForCalls(on, 'canary-user');
      const token = await on.token('canary-user');
      const request = { ip: '192.0.2.99', userAgent: 'canary-agent', actor: 'canary-actor' };
      const wrong = provenBy({ ...input, setupCode: user.wrongCode(), token: `${token}x` }, { code: user.wrongCode() });
      const mfa =
        way === 'down' ? on.another({ store: { read: boom, commit: boom, events: boom, scan: boom } }) : on.mfa;
      await outcomeOf(MFA_CALLS[name].run(mfa, { ...(way === 'refused' ? wrong : { ...input, token }), request }));
      const spans = telemetry.spans().map((span) => [span.name, span.attributes, span.events, span.status]);
      const text = JSON.stringify([spans, await telemetry.exposition()]);
      expect(text).toContain('mfakit.store.commit');
      const { secret, factorId, backupCodes } = user;
      const secrets = [secret, factorId, token, input.deviceId ?? '', ...backupCodes, '192.0.2.99', 'canary'];
      expect([way, secrets.filter((each) => text.includes(each))]).toEqual([way, []]);
    }
  },
);

/** The two options alone. */
function pick({ observe, onEvent }: Observed): Pick<Observed, 'observe' | 'onEvent'> {
  return { observe, onEvent };
}

async function boom(): Promise<never> {
  throw new Error('down');
}
