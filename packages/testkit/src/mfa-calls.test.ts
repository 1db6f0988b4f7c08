import type { MfaStore } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { expect, test } from 'vitest';
import { callsTaking, MFA_CALLS, provenBy, type CallName } from './mfa-calls.ts';
import { outcomeOf } from './outcome.ts';
import { randomKey } from './processes.ts';
import { readyForCalls } from './ready-for-calls.ts';
import { TEST_PASSWORD, testApplication } from './test-application.ts';

const NAMES = Object.keys(MFA_CALLS) as CallName[];

/** A store that remembers which of its methods were called. */
function recording(store: MfaStore): { readonly store: MfaStore; readonly called: Set<string> } {
  const called = new Set<string>();
  const methods = (['read', 'commit', 'events', 'scan'] as const).map((name) => [
    name,
    (...input: never[]): unknown => {
      called.add(name);
      return (store[name] as (...given: never[]) => unknown)(...input);
    },
  ]);
  return { store: Object.fromEntries(methods) as MfaStore, called };
}

test.each(NAMES)('%s is accepted, and calls the methods of the store that its row names', async (name) => {
  const { store, called } = recording(memoryStore());
  const oldKey = randomKey();
  const application = testApplication({ store, keys: [oldKey] });
  const { input } = await readyForCalls(application, 'ann');
  const mfa = application.another({ keys: [randomKey(), oldKey] });
  const told = application.events.length;
  called.clear();
  expect(await outcomeOf(MFA_CALLS[name].run(mfa, input))).toBe('accepted');
  expect([...called].sort()).toEqual([...MFA_CALLS[name].uses].sort());
  expect(application.events.length > told).toBe(MFA_CALLS[name].uses.includes('commit'));
});

test('setup and confirm act for the holder of an enroll token', async () => {
  const application = testApplication();
  const { input } = await readyForCalls(application, 'ann');
  await application.mfa.enforce('eve');
  const held = { ...input, enrollToken: await application.token('eve') };
  await MFA_CALLS.setup.run(application.mfa, held);
  expect(application.events.at(-1)).toMatchObject({ type: 'setup_started', userId: 'eve' });
  expect(await outcomeOf(MFA_CALLS.confirm.run(application.mfa, held))).toBe('invalid_code');
});

test('the calls that take an input are found', () => {
  expect(callsTaking('proof')).toEqual(['setup', 'disable', 'removeFactor', 'regenerate']);
  expect(callsTaking('secondFactor')).toEqual(['verify', 'stepUp']);
  expect(callsTaking('userId')).toHaveLength(21);
});

test('evidence goes where a call looks for it', async () => {
  const { input } = await readyForCalls(testApplication(), 'ann');
  const factor = { backupCode: 'ABCD-EFGH' };
  expect(provenBy(input, factor)).toEqual({
    ...input,
    secondFactor: factor,
    proof: { ...factor, password: TEST_PASSWORD },
  });
  expect(provenBy(input, factor, 'wrong').proof).toEqual({ ...factor, password: 'wrong' });
  expect(provenBy(input, factor, null).proof).toEqual(factor);
});
