/** runtimes: runs the probe and the suite of core in every supported runtime. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bench, Findings, Scale, Target } from '../bench.ts';
import { duration, times } from '../format.ts';
import { probe, type Probe } from '../probe.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const LOOP_LIMIT_US = 10_000;
const NATIVE_LIMIT = 1.2;

interface Runtime {
  readonly name: string;
  /** A command that runs the file whose name follows it. */
  readonly command: readonly [string, ...string[]];
}

const nodes = [20, 22, 24, 26].map((version): Runtime => {
  return { name: `Node ${version}`, command: ['npx', '--yes', '-p', `node@${version}`, 'node'] };
});
const RUNTIMES: readonly Runtime[] = [
  ...nodes,
  // `--bun`: without it, Bun runs a file with node if the first line of the file asks for node.
  { name: 'Bun 1.4.5', command: ['npx', '--yes', 'bun@1.4.5', '--bun'] },
  { name: 'Deno 2.9.6', command: ['npx', '--yes', 'deno@2.9.6', 'run', '--allow-all', '--node-modules-dir=manual'] },
];

async function run({ smoke }: Scale): Promise<Findings> {
  const rows = smoke
    ? [{ name: 'this one', suite: 'not run', ...(await probe(true)) }]
    : RUNTIMES.map((runtime) => ({ name: runtime.name, ...probeIn(runtime), suite: suiteIn(runtime) }));
  return {
    text: [
      'A probe runs in each runtime, fetched from the npm registry: it takes a user from enrolment to the end with the ' +
        'default hasher, and measures, all through public names: `match` is a difference of whole calls, as in the first ' +
        'table of this page, and one hash is an attempt with a wrong backup code. The whole suite of the core runs there too. The runtimes do not run side by side: ' +
        'compare orders of magnitude.',
    ],
    tables: [
      {
        head: [
          '',
          'hasher',
          'match',
          '`verify`',
          'wrong backup code',
          '`setup`, ten codes',
          'to ten hashes alone',
          "loop's p99 delay meanwhile",
          'life of a user',
          'suite of the core',
        ],
        rows: rows.map((row) => [
          row.name,
          row.hasher,
          duration(row.matchUs),
          duration(row.verifyUs),
          duration(row.wrongCodeUs),
          duration(row.setupUs),
          row.setupToRaw === null ? '' : times(row.setupToRaw),
          duration(row.setupDelayUs),
          row.failure ?? 'as it should be',
          row.suite,
        ]),
      },
    ],
    targets: rows
      .filter(({ name }) => name.startsWith('Node'))
      .flatMap(({ name, hasher, setupDelayUs, setupToRaw }): readonly Target[] => {
        const work = `ten backup codes at setup, ${name} (${hasher})`;
        const loop: Target = {
          work,
          target: "the loop's p99 delay stays under 10 ms",
          figure: duration(setupDelayUs),
          met: setupDelayUs < LOOP_LIMIT_US,
          bound: 'two hashing threads on two cores leave none to the loop: the scheduler makes it wait for a slice',
        };
        if (setupToRaw === null) return [loop];
        const target = `at most ${NATIVE_LIMIT} × its raw time`;
        return [loop, { work, target, figure: times(setupToRaw), met: setupToRaw <= NATIVE_LIMIT }];
      }),
  };
}

function probeIn({ name, command }: Runtime): Probe {
  const [program, ...args] = command;
  const file = fileURLToPath(new URL('../probe-main.js', import.meta.url));
  const { stdout, stderr } = spawnSync(program, [...args, file], { encoding: 'utf8', cwd: root, timeout: 300_000 });
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`${name}: ${stderr.slice(-2000)}`);
  return JSON.parse(line) as Probe;
}

function suiteIn({ command }: Runtime): string {
  const [program, ...args] = command;
  const suite = ['node_modules/vitest/vitest.mjs', 'run', 'packages/core', '--reporter=json'];
  const { stdout } = spawnSync(program, [...args, ...suite], {
    encoding: 'utf8',
    cwd: root,
    timeout: 600_000,
    maxBuffer: 1e9,
  });
  const report = /^\{"numTotal.*$/m.exec(stdout)?.[0];
  if (report === undefined) return 'did not run';
  const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(report) as Readonly<Record<string, number>>;
  return `${passed} passed, ${failed} failed`;
}

/** The benchmark. */
export const runtimes: Bench = { name: 'runtimes', title: 'Runtimes', run };
