/** The program of a store process: memory stores by name, one of which is broken in ways that only a process shows. */
import { memoryStore } from '@mfakit/memory';
import { serveStores } from '../../src/child-process.ts';

serveStores(async (name) => {
  if (name === 'missing') throw new Error('There is no such database.');
  const store = memoryStore();
  if (name === 'silent') return { store: { ...store, read: async () => undefined as unknown as null } };
  if (name === 'hanging') return { store: { ...store, read: () => new Promise<never>(() => undefined) } };
  return { store };
});
