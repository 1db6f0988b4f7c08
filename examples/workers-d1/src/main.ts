/** Starts the Worker on port 8787, or `PORT`, until it is stopped. */
import { startWorker } from './local.ts';

const { url } = await startWorker(Number(process.env['PORT'] ?? 8787));
console.log(`The Worker answers on ${url}. Its database is in memory. Stop it with Ctrl-C.`);
