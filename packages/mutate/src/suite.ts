/** Suite: runs the tests of one package in a copy, and kills what does not end. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a run ended. */
export interface Run {
  /** `hung`: it was ended at its time limit. */
  readonly outcome: 'passed' | 'failed' | 'hung';
  readonly ms: number;
  /** Empty if the run was ended, or never began. */
  readonly files: readonly FileResult[];
}

/** How one test file ended. */
export interface FileResult {
  readonly file: string;
  readonly ms: number;
  readonly failed: boolean;
  /** Full names. */
  readonly failedTests: readonly string[];
}

/** What to run. */
export interface SuiteOptions {
  readonly folder: string;
  /** The name of the folder in `packages/`. */
  readonly project: string;
  /** The test files to run, the first ones in front; empty: all of them. */
  readonly order: readonly string[];
  /** Full names of tests to leave out. */
  readonly without: readonly string[];
  readonly limitMs: number;
  /** Whether to end with the first failure. */
  readonly bail: boolean;
}

/** What the JSON reporter writes, as far as it is read here. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Runs the tests. */
export async function runSuite(options: SuiteOptions): Promise<Run> {
  const { folder, project, order, without, limitMs, bail } = options;
  const report = join(folder, 'mutate-report.json');
  const orderFile = join(folder, 'mutate-order.json');
  writeFileSync(orderFile, JSON.stringify(order));
  rmSync(report, { force: true });
  const args = [
    join('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    `--config=${join('packages', 'mutate', 'suite.config.mjs')}`,
    `--root=${folder}`,
    `--project=${project}`,
    `--project=${project}, alone`,
    ...order,
    '--reporter=json',
    `--outputFile=${report}`,
    ...(bail ? ['--bail=1'] : []),
    ...(without.length > 0 ? [`--testNamePattern=^(?!(?:${without.map(pattern).join('|')})$)`] : []),
  ];
  const began = Date.now();
  // A group of its own, so that its workers can be ended with it.
  const child = spawn(process.execPath, args, {
    cwd: folder,
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, MFAKIT_MUTATE_ORDER: orderFile },
  });
  const end = (): void => {
    if (child.pid !== undefined) endGroup(child.pid);
  };
  // Before the copy is removed.
  process.prependOnceListener('exit', end);
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    end();
  }, limitMs);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  clearTimeout(timer);
  process.off('exit', end);
  end(); // workers that outlived it
  const outcome = hung ? 'hung' : status === 0 ? 'passed' : 'failed';
  return { outcome, ms: Date.now() - began, files: readReport(report, folder) };
}

function readReport(report: string, folder: string): readonly FileResult[] {
  if (!existsSync(report)) return [];
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  return testResults.map(({ name, status, startTime, endTime, assertionResults }) => ({
    file: name.slice(folder.length + 1),
    ms: endTime - startTime,
    failed: status === 'failed',
    failedTests: assertionResults.filter((test) => test.status === 'failed').map(({ fullName }) => fullName),
  }));
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** A pattern for the full name of a test. A property that failed has its seed at the end, another one each time. */
function pattern(fullName: string): string {
  const name = fullName.replace(SEED, '').replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return `${name}(?:${SEED.source})?`;
}

const SEED = / \(with seed=-?\d+\)/;
