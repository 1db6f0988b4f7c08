/** `npm run bench [-- NAME...] [--write] [--smoke] [--seconds N] [--against COMMIT]`: runs benchmarks, prints them, keeps the results. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';
import { BENCHES, ON_REQUEST } from './benches.ts';
import { thisMachine } from './machine.ts';
import { page, section, type KeptResult } from './markdown.ts';
import { keepResult, readResult } from './results.ts';

const ROOT = new URL('../../../', import.meta.url);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '60' },
    against: { type: 'string' },
  },
});
const known = [...BENCHES, ...ON_REQUEST];
const unknown = positionals.filter((name) => !known.some((bench) => bench.name === name));
if (unknown.length > 0) {
  throw new Error(`No benchmark ${unknown.join(', ')}. There are: ${known.map(({ name }) => name).join(' ')}`);
}
if (values.write && values.smoke) throw new Error('A smoke run measures nothing that is worth keeping.');

const chosen = positionals.length === 0 ? BENCHES : known.filter(({ name }) => positionals.includes(name));
const [first] = chosen;
if (first !== undefined && chosen.length === 1) await runHere(first);
else for (const { name } of chosen) runApart(name);
// Idle threads and sockets of a peer must not keep the process alive.
process.exit(0);

/** Runs in a process of its own, so that no benchmark inherits the heap or the compiler caches of another. */
function runApart(name: string): void {
  const flags = process.argv.slice(2).filter((argument) => !positionals.includes(argument));
  const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name, ...flags], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`${name} failed`);
}

async function runHere(bench: Bench): Promise<void> {
  const machine = thisMachine();
  const findings = await bench.run({
    smoke: values.smoke,
    seconds: Number(values.seconds),
    against: values.against ?? null,
  });
  console.log(`${section(bench.title, findings)}\n`);
  if (!values.write) return;
  const written = keepResult(bench.name, { machine, findings });
  const results = known.flatMap((other): KeptResult[] => {
    const result = readResult(other.name);
    return result === null ? [] : [{ bench: other, ...result }];
  });
  const file = fileURLToPath(new URL('docs/benchmarks.md', ROOT));
  writeFileSync(file, page(results));
  spawnSync(fileURLToPath(new URL('node_modules/.bin/oxfmt', ROOT)), [file, written], { stdio: 'inherit' });
}
