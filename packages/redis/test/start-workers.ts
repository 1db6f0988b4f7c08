/** startWorkers: processes that share one Redis, or one cluster. */
import { join } from 'node:path';
import { startProcesses, type Processes } from '../../postgres/test/processes.ts';
import type { Task } from './worker.ts';

/** @param count - how many */
export async function startWorkers(count: number): Promise<Processes<Task>> {
  return startProcesses(join(import.meta.dirname, 'worker.ts'), ['ioredis'], count);
}
