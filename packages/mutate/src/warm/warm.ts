/** Warm: tries changes in a process that stays, which takes a tenth of the time of starting vitest for each. */
import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listed } from '../copy.ts';
import type { Mutant } from '../mutants.ts';
import type { FileResult, Run } from '../suite.ts';
import { ran, type Coverage } from './coverage.ts';
import type { FromChild, ToChild } from './messages.ts';

/** A process is replaced after the sources were loaded so many times: whatever the tests left behind goes with it. */
const LOADS_PER_PROCESS = 50;

/** A file that takes so many times as long as without any change, and this much more, hangs. */
const SLOWER = 3;
const SPARE_MS = 10_000;

/** Files that do what only vitest can. */
const NEEDS_VITEST = /\bvi\.(?:mock|doMock|resetModules|useFakeTimers)\(/;

/** A process that runs tests. */
export interface Warm {
  /** The test files that need vitest itself. */
  readonly others: readonly string[];
  /** Runs each file on its own, without any change; one that takes longer counts as failed. Those that need vitest itself are not among them. */
  unchanged(limitMs: number): Promise<readonly FileResult[]>;
  /**
   * Runs the files that ran the place of the change, until one notices it. One that hangs has. A file that fails without
   * the change as well, such as on a machine that is busy, is no witness.
   */
  run(mutant: Mutant, order: readonly string[]): Promise<Run>;
  readonly end: () => void;
}

/**
 * @param root - the folder of the workspace
 * @param name - of the package whose tests to run
 */
export function createWarm(root: string, name: string): Warm {
  const all = listed(root, `packages/${name}`).filter((file) => file.endsWith('.test.ts'));
  const others = all.filter((file) => NEEDS_VITEST.test(readFileSync(join(root, file), 'utf8')));
  const files = all.filter((file) => !others.includes(file));
  const covered = new Map<string, Coverage>();
  const limits = new Map<string, number>();
  const trial = createRunner(root);
  /** Keeps the sources as they are: a file that failed is asked here as well, and nothing has to be loaded for it. */
  const witness = createRunner(root);

  async function isSound(file: string): Promise<boolean> {
    const told = await witness.ask({ mutant: null, file, measured: false }, limits.get(file) ?? SPARE_MS);
    return told !== null && !('ready' in told) && !told.failed;
  }

  return {
    others,
    async unchanged(limitMs) {
      const results: FileResult[] = [];
      for (const file of files) {
        const told = await trial.ask({ mutant: null, file, measured: true }, limitMs);
        const known = told === null || 'ready' in told ? { failed: true, ms: Infinity, coverage: {} } : told;
        covered.set(file, known.coverage);
        limits.set(file, SLOWER * known.ms + SPARE_MS);
        results.push({ file, ms: known.ms, failed: known.failed, failedTests: [] });
      }
      return results;
    },
    async run(mutant, order) {
      const began = Date.now();
      for (const file of order) {
        if (!ran(covered.get(file) ?? {}, mutant.file, mutant.start)) continue;
        const told = await trial.ask({ mutant, file, measured: false }, limits.get(file) ?? SPARE_MS);
        const ms = Date.now() - began;
        const hung = told === null || 'ready' in told;
        if ((!hung && !told.failed) || !(await isSound(file))) continue;
        if (hung) return { outcome: 'hung', ms, files: [] };
        return { outcome: 'failed', ms, files: [{ file, ms, failed: true, failedTests: [] }] };
      }
      return { outcome: 'passed', ms: Date.now() - began, files: [] };
    },
    end() {
      trial.end();
      witness.end();
    },
  };
}

/** A process that runs one file after the other. */
interface Runner {
  /** @returns `null` if the file did not end in time, or ended the process */
  ask(what: Omit<ToChild, 'anew'>, limitMs: number): Promise<FromChild | null>;
  end(): void;
}

function createRunner(root: string): Runner {
  let child: ChildProcess | null = null;
  let loads = 0;
  let loaded: Mutant | null | undefined;

  async function start(): Promise<ChildProcess> {
    const started = fork(fileURLToPath(new URL('./child.js', import.meta.url)), [root], {
      cwd: root,
      execArgv: ['--conditions=@mfakit/source', '--no-warnings'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, TZ: process.env['TZ'] ?? 'Pacific/Chatham' },
    });
    await answer(started, 60_000);
    return started;
  }

  function end(): void {
    child?.kill('SIGKILL');
    child = null;
    loads = 0;
    loaded = undefined;
  }

  return {
    end,
    async ask(what, limitMs) {
      // What is measured must be loaded while it is.
      const anew = what.measured || what.mutant !== loaded;
      if (anew && loads >= LOADS_PER_PROCESS) end();
      child ??= await start();
      if (anew) loads += 1;
      loaded = what.mutant;
      const message: ToChild = { ...what, anew };
      child.send(message);
      const told = await answer(child, limitMs);
      if (told === null) end();
      return told;
    },
  };
}

/** The next message; `null` if none comes in time, or the process has ended. */
async function answer(from: ChildProcess, limitMs: number): Promise<FromChild | null> {
  return new Promise((resolve) => {
    const done = (message: FromChild | null): void => {
      clearTimeout(timer);
      from.removeAllListeners();
      resolve(message);
    };
    const timer = setTimeout(() => done(null), limitMs);
    from.once('message', (message: FromChild) => done(message));
    from.once('exit', () => done(null));
  });
}
