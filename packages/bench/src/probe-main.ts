/** Prints what `probe` finds as JSON: what `runtimes` runs in each runtime. */
import { probe } from './probe.ts';

console.log(JSON.stringify(await probe(false)));
// Not every runtime ends while a hashing thread is idle.
process.exit(0);
