/** Hasher program: prints what the probe finds, for runtimes that run TypeScript from a command line. */
import { probeHasher } from './hasher-probe.ts';

console.log(JSON.stringify(await probeHasher()));
