/** Metrics: their names, units and labels, how many label sets there can be, and that none names anybody. */
import { MFA_CALLS, outcomeOf, provenBy, readyForCalls, testApplication, type CallName } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { CODES, OPERATIONS, REASONS, tellEverything, TYPES } from './everything.ts';
import { outboxMetrics } from '@mfakit/opentelemetry';
import { lengthOf, observed, type Observed } from './telemetry.ts';

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
    'mfakit.outbox.pending',
    'mfakit.outbox.parked',
    'mfakit.outbox.age s',
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

test('the outbox is counted whenever metrics are collected, and its age is in seconds', async () => {
  const telemetry = observed();
  let oldest: Date | null = new Date(Date.now() - 20_000);
  outboxMetrics({ stats: async () => ({ waiting: oldest === null ? 0 : 2, parked: 1, oldest }) }, telemetry);
  const values = async (): Promise<readonly unknown[]> =>
    (await telemetry.metrics()).map(({ dataPoints }) => dataPoints[0]?.value);
  const [pending, parked, age] = await values();
  expect([pending, parked, Math.round(Number(age))]).toEqual([2, 1, 20]);
  oldest = null;
  expect(await values()).toEqual([0, 1, 0]);
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
