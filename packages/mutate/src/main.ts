/** `npm run mutate [-- OPTION...]`: changes the sources of a package one place at a time, and tells what no test notices. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { changedLines, copyTree, listed, type Copy } from './copy.ts';
import { judgedOf, withoutJudged, type Judged } from './judged.ts';
import { apply, mutantsOf, type Mutant } from './mutants.ts';
import { createOrder, type Order } from './order.ts';
import { sample } from './sample.ts';
import { readSettings, type Settings } from './settings.ts';
import { createWarm } from './warm/warm.ts';
import { runSuite, type Run, type SuiteOptions } from './suite.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** The unchanged tests may take this long. */
const BASELINE_LIMIT_MS = 30 * 60_000;

/** Given to each run beside twice the time of the unchanged tests. */
const SPARE_MS = 30_000;

/** A change, and its place in the sample. */
type Chosen = Mutant & { readonly number: number };

/** Of all the sources that the settings name, the changes to try. */
function choose({ package: name, files, since, sample: size, seed, only }: Settings): readonly Chosen[] {
  const folder = `packages/${name}/src`;
  const lines = since === undefined ? null : changedLines(ROOT, since);
  const mutants = listed(ROOT, folder)
    .filter((file) => /(?<!\.test|\.d)\.ts$/.test(file) && files.test(file))
    .sort()
    .flatMap((file) => mutantsOf(file, readFileSync(join(ROOT, file), 'utf8')));
  const judgements = judgedOf(ROOT, name).filter(({ file }) => files.test(file));
  const { left, judged, stale } = withoutJudged(mutants, judgements);
  if (stale.length > 0) {
    throw new Error(`Judged, and no longer a change that can be made:\n${stale.map(describe).join('\n')}`);
  }
  if (judged > 0) console.log(`Left out, because they are judged to change nothing: ${judged}`);
  const within = left.filter(({ file, line }) => lines === null || lines.get(file)?.has(line) === true);
  const chosen = sample(within, size, seed);
  return chosen
    .map((mutant, i) => ({ ...mutant, number: i + 1 }))
    .filter(({ number }) => only === null || only.has(number));
}

function describe({ file, line, operator, before, after }: Omit<Judged, 'why'> & { readonly line?: number }): string {
  return `${file}${line === undefined ? '' : `:${line}`} ${operator}\n  - ${before}\n  + ${after}`;
}

/** Runs the tests of a copy with one change in it, and takes the change out again. */
async function runWith(mutant: Mutant, options: SuiteOptions): Promise<Run> {
  const path = join(options.folder, mutant.file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, apply(source, mutant));
  try {
    return await runSuite(options);
  } finally {
    writeFileSync(path, source);
  }
}

/** Runs the tests without any change. */
async function runUnchanged(settings: Settings, { folder }: Copy): Promise<Run & { readonly failing: string[] }> {
  const all = { folder, project: settings.package, order: [], limitMs: BASELINE_LIMIT_MS };
  const { baseline } = settings;
  const kept = baseline !== undefined && existsSync(baseline);
  const run = kept
    ? (JSON.parse(readFileSync(baseline, 'utf8')) as Run)
    : await runSuite({ ...all, without: [], bail: false });
  if (baseline !== undefined && !kept) writeFileSync(baseline, JSON.stringify(run));
  const failing = run.files.flatMap(({ failedTests }) => failedTests);
  const explained = run.outcome === 'failed' && failing.length > 0;
  if (run.outcome !== 'passed' && !(settings.despiteFailures && explained)) {
    throw new Error(`Without any change the tests already fail (${run.outcome}): ${failing.join('; ')}`);
  }
  if (failing.length > 0) console.log(`Left out, because they fail without any change:\n  ${failing.join('\n  ')}`);
  return { ...run, failing };
}

/** Tries each of the changes, and gives those that no test noticed. */
async function tryAll(mutants: readonly Chosen[], settings: Settings): Promise<readonly Mutant[]> {
  const copies = Array.from({ length: Math.min(settings.jobs, mutants.length) }, () => copyTree(ROOT));
  const clean = (): void => copies.forEach((copy) => copy.remove());
  process.once('exit', clean);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

  const [first] = copies;
  if (first === undefined) return [];
  const unchanged = await runUnchanged(settings, first);
  const quick = unchanged.files.filter(({ ms }) => ms <= settings.quick * 1000);
  console.log(
    `Without any change: ${seconds(unchanged.ms)}; ${quick.length} of ${unchanged.files.length} test files run`,
  );
  const order = createOrder(quick);
  const survivors: Mutant[] = [];
  let next = 0;
  const work = async ({ folder }: Copy): Promise<void> => {
    for (let i = next++; i < mutants.length; i = next++) {
      const mutant = mutants[i];
      if (mutant === undefined) return;
      const run = await runWith(mutant, {
        folder,
        project: settings.package,
        order: order.for(mutant.file),
        without: unchanged.failing,
        limitMs: 2 * unchanged.ms + SPARE_MS,
        bail: true,
      });
      if (run.outcome === 'passed') survivors.push(mutant);
      console.log(`${mutant.number} ${tell(run, mutant, order)} ${seconds(run.ms)} ${describe(mutant)}`);
    }
  };
  await Promise.all(copies.map(work));
  return survivors;
}

/** Tries each of the changes in a process that stays, and what survives there against the test files that need vitest itself. */
async function tryWarm(mutants: readonly Chosen[], settings: Settings): Promise<readonly Mutant[]> {
  const warm = createWarm(ROOT, settings.package);
  const { folder, remove } = copyTree(ROOT);
  process.once('exit', () => (warm.end(), remove()));
  const { others } = warm;
  const cold = {
    folder,
    project: settings.package,
    order: others,
    without: [],
    limitMs: BASELINE_LIMIT_MS / 6,
    bail: true,
  };
  if (others.length > 0 && (await runSuite(cold)).outcome !== 'passed') throw new Error(`${others.join(', ')} fail`);
  const unchanged = await warm.unchanged(Math.min(settings.quick * 5000, BASELINE_LIMIT_MS));
  const sound = unchanged.filter(({ failed, ms }) => !failed && ms <= settings.quick * 1000);
  const total = sound.reduce((sum, { ms }) => sum + ms, 0);
  const left = unchanged.filter((each) => !sound.includes(each)).map(({ file, ms }) => `${file} ${seconds(ms)}`);
  console.log(`Without any change: ${sound.length} test files in ${seconds(total)}; left out: ${left.join(', ')}`);
  const order = createOrder(sound);
  const survivors: Mutant[] = [];
  for (const mutant of mutants) {
    let run = await warm.run(mutant, order.for(mutant.file));
    if (run.outcome === 'passed' && others.length > 0) {
      const noticed = await runWith(mutant, cold);
      // What fails without the change as well is no witness.
      if (noticed.outcome !== 'passed' && (await runSuite(cold)).outcome === 'passed') run = noticed;
    }
    if (run.outcome === 'passed') survivors.push(mutant);
    console.log(`${mutant.number} ${tell(run, mutant, order)} ${seconds(run.ms)} ${describe(mutant)}`);
  }
  warm.end();
  return survivors;
}

/** What came of a change, in words; what the run teaches is remembered. */
function tell({ outcome, files }: Run, mutant: Mutant, order: Order): string {
  if (outcome === 'passed') return 'SURVIVED';
  if (outcome === 'hung') return 'noticed: it did not end';
  const noticed = files.find(({ failed }) => failed)?.file;
  if (noticed !== undefined) order.noticed(mutant.file, noticed);
  return `noticed by ${noticed ?? 'every test file'}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

const settings = readSettings(process.argv.slice(2));
const mutants = choose(settings);
if (settings.list) {
  for (const mutant of mutants) console.log(describe(mutant));
  console.log(`${mutants.length} changes`);
} else {
  const survivors = await (settings.warm ? tryWarm : tryAll)(mutants, settings);
  const noticed = mutants.length - survivors.length;
  const percent = mutants.length === 0 ? 100 : (100 * noticed) / mutants.length;
  console.log(survivors.length === 0 ? '' : `\nNo test noticed:\n${survivors.map(describe).join('\n')}\n`);
  console.log(
    `${settings.package}, seed ${settings.seed}: tests noticed ${noticed} of ${mutants.length} changes (${percent.toFixed(1)} %)`,
  );
  process.exit(percent >= settings.atLeast ? 0 : 1);
}
