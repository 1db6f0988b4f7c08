/** Spans: each call is below what called it, and what it asks is below the call, also where calls wait for each other. */
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { createMfa } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { outcomeOf, testApplication, type TestApplication } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { observed, type Observed } from './telemetry.ts';

/** An application whose spans so far are forgotten by `fresh`. */
function application(): TestApplication & {
  readonly telemetry: Observed;
  readonly fresh: () => readonly ReadableSpan[];
} {
  const telemetry = observed();
  const { observe, onEvent } = telemetry;
  let seen = 0;
  return {
    ...testApplication({ observe, onEvent }),
    telemetry,
    fresh() {
      const spans = telemetry.spans().slice(seen);
      seen += spans.length;
      return spans;
    },
  };
}

/** Runs work within a span of the caller, as a route would. */
async function within<T>({ tracer }: Observed, name: string, work: () => Promise<T>): Promise<T> {
  const span = tracer.startSpan(name);
  return context.with(trace.setSpan(context.active(), span), work).finally(() => span.end());
}

/** The spans as `name < parent`, in the order of their ends. */
function tree(spans: readonly ReadableSpan[]): readonly string[] {
  const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  return spans.map(({ name, parentSpanContext }) =>
    parentSpanContext === undefined ? name : `${name} < ${names.get(parentSpanContext.spanId) ?? 'unknown'}`,
  );
}

test('a call is a child of its caller, and its questions to the store are children of the call', async () => {
  const { another, enroll, token, telemetry, fresh } = application();
  const ann = await enroll('ann');
  const held = await token('ann');
  fresh();
  // A process that has not seen the user: it reads first.
  const other = another({ observe: telemetry.observe });
  await within(telemetry, 'POST /verify', () => other.verify({ token: held, code: ann.code() }));
  const spans = fresh();
  expect(tree(spans)).toEqual([
    'mfakit.store.read < mfakit.verify',
    'mfakit.store.commit < mfakit.verify',
    'mfakit.verify < POST /verify',
    'POST /verify',
  ]);
  expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
  expect(spans.slice(0, 3).map(({ attributes }) => attributes)).toEqual(
    Array.from({ length: 3 }, () => ({ 'mfakit.outcome': 'ok' })),
  );
});

test('without a caller a call begins a trace', async () => {
  const { mfa, fresh } = application();
  await mfa.status('ann');
  expect(tree(fresh())).toEqual(['mfakit.store.read < mfakit.status', 'mfakit.status']);
});

test('calls of one user that wait for each other keep their own parents', async () => {
  const { mfa, enroll, telemetry, fresh } = application();
  const ann = await enroll('ann');
  fresh();
  const routes = Array.from({ length: 8 }, (_, i) => `route ${i}`);
  await Promise.all(
    routes.map((name) =>
      within(telemetry, name, () => outcomeOf(mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))),
    ),
  );
  const spans = fresh();
  for (const name of routes) {
    const traceId = spans.find((span) => span.name === name)?.spanContext().traceId;
    const ours = tree(spans.filter((span) => span.spanContext().traceId === traceId));
    expect(ours).toContain(`mfakit.stepUp < ${name}`);
    expect(ours).toContain('mfakit.store.commit < mfakit.stepUp');
    expect(ours).toContain('mfakit.hash < mfakit.stepUp');
    expect(ours.filter((text) => text.endsWith('unknown'))).toEqual([]);
  }
});

test('what the store itself traces is below its span', async () => {
  const { options, telemetry, fresh } = application();
  const store = memoryStore();
  const traced = createMfa({
    ...options,
    store: {
      ...store,
      read: async (userId) => {
        await Promise.resolve();
        return within(telemetry, 'SELECT', () => store.read(userId));
      },
    },
  });
  await traced.status('ann');
  expect(tree(fresh())).toEqual(['SELECT < mfakit.store.read', 'mfakit.store.read < mfakit.status', 'mfakit.status']);
});

test('a sweep has a span for each page, below whoever asks for the page; the next page is read ahead', async () => {
  const { mfa, enroll, telemetry, fresh } = application();
  await enroll('ann');
  fresh();
  await within(telemetry, 'job', async () => {
    for await (const { scanned } of mfa.rekey()) expect(scanned).toBe(1);
  });
  expect(tree(fresh())).toEqual([
    'mfakit.store.scan < mfakit.rekey',
    'mfakit.store.scan < mfakit.rekey',
    'mfakit.rekey < job',
    'mfakit.rekey < job',
    'job',
  ]);
});

test('what users do wrong is no error of the server; what it could not do is', async () => {
  const { mfa, enroll, fresh, another, telemetry } = application();
  const ann = await enroll('ann');
  fresh();
  await outcomeOf(mfa.stepUp('ann', { code: ann.wrongCode() }));
  const last = (): ReadableSpan | undefined => fresh().at(-1);
  expect(last()).toMatchObject({
    name: 'mfakit.stepUp',
    attributes: { 'mfakit.outcome': 'invalid_code' },
    status: { code: SpanStatusCode.UNSET },
  });
  const { observe } = telemetry;
  const down = another({
    observe,
    store: { read: boom, commit: boom, events: boom, scan: boom },
  });
  await outcomeOf(down.status('ann'));
  const [store, call] = fresh();
  expect(store).toMatchObject({ attributes: { 'mfakit.outcome': 'fault' }, status: { code: SpanStatusCode.ERROR } });
  expect(call).toMatchObject({
    attributes: { 'mfakit.outcome': 'store_unavailable' },
    status: { code: SpanStatusCode.ERROR },
  });
});

async function boom(): Promise<never> {
  throw new Error('down');
}
