/** A connection in a child process keeps the promises that its store keeps, and ends with its process. */
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { storeCases } from '@mfakit/testkit';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStoreProcess, type StoreProcess } from '../src/child-process.ts';

const folder = fileURLToPath(new URL('../node_modules/.cache/mfakit/', import.meta.url));
const program = `${folder}store-process-${process.pid}.mjs`;
let elsewhere: StoreProcess;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  // Node 20 runs no TypeScript.
  const bundle = await rolldown({
    input: fileURLToPath(new URL('child/program.ts', import.meta.url)),
    platform: 'node',
    resolve: { conditionNames: ['@mfakit/source', 'module', 'import', 'node', 'default'] },
  });
  await bundle.write({ file: program, codeSplitting: false });
  await bundle.close();
  elsewhere = await startStoreProcess(program);
});

afterAll(async () => {
  await elsewhere.kill();
  rmSync(program);
});

describe('a sound store in another process', () => {
  const cases = storeCases(async () => {
    const store = await elsewhere.open('sound');
    return { connections: [store], close: () => store.close() };
  });
  for (const { name, run } of cases) test(name, run);
});

test('what a store throws is thrown here, and what it does not answer is no `null`', async () => {
  await expect(elsewhere.open('missing')).rejects.toThrow('There is no such database.');
  expect(await (await elsewhere.open('silent')).read('alice')).toBeUndefined();
});

test('a call that is under way when its process is killed rejects, and so does every later one', async () => {
  const mortal = await startStoreProcess(program);
  const store = await mortal.open('hanging');
  const [call] = await Promise.allSettled([store.read('alice'), mortal.kill()]);
  expect(call).toMatchObject({ status: 'rejected', reason: { message: 'The process of the store has ended.' } });
  await expect(store.scan({ limit: 1 })).rejects.toThrow('The process of the store has ended.');
});
