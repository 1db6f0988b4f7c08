/** Every promise of the port, inside workerd, over the binding of a Worker. */
import { memoryStore } from '@mfakit/memory';
import { storeCases } from '@mfakit/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorkerd, type Workerd } from './workerd.ts';

let workerd: Workerd;
beforeAll(async () => {
  workerd = await startWorkerd();
}, 60_000);
afterAll(() => workerd.stop());

/** Only for their names: they run in the Worker. */
const names = storeCases(async () => ({ connections: [memoryStore()] })).map(({ name }) => name);

test.each(names.map((name, index) => [name, index] as const))('%s', async (_name, index) => {
  expect(await workerd.perform(0, { do: 'case', index })).toBe('passed');
});
