/** Public names of @mfakit/testkit/child-process: connections in a process of their own, on Node and Bun. */
export { serveStores } from './serve-stores.ts';
export type { ServedStore } from './serve-stores.ts';
export { startStoreProcess } from './store-process.ts';
export type { StoreProcess } from './store-process.ts';
