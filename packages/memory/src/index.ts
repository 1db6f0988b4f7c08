/** Public names of @mfakit/memory. */
export { memoryStore } from './memory-store.ts';
