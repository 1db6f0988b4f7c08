/** Prints the findings of `probe` as JSON. `runtimes` runs this file in each runtime. */
import { probe } from './probe.ts';

console.log(JSON.stringify(await probe(false)));
// Some runtimes do not exit while a hashing thread is idle.
process.exit(0);
