/** Child: runs test files against one change after the other, in one process, and tells which of them failed. */
import { startTests, type File, type VitestRunner, type VitestRunnerConfig } from '@vitest/runner';
import { pathToFileURL } from 'node:url';
import { covering } from './coverage.ts';
import { loadVersions, type Version } from './hooks.ts';
import type { FromChild, ToChild } from './messages.ts';

const root = process.argv[2] ?? '';
const version: Version = { number: 0, run: 0, mutant: null };
loadVersions(root, version);

const config: VitestRunnerConfig = {
  root,
  setupFiles: [],
  name: undefined,
  passWithNoTests: false,
  testNamePattern: undefined,
  allowOnly: false,
  sequence: { shuffle: false, concurrent: false, seed: 1, hooks: 'stack', setupFiles: 'list' },
  chaiConfig: undefined,
  maxConcurrency: 5,
  testTimeout: 20_000,
  hookTimeout: 20_000,
  retry: 0,
  includeTaskLocation: false,
  tags: [],
  tagsFilter: undefined,
  strictTags: false,
};

/** What a property does not notice in this time, it hardly notices later. */
const PROPERTY_LIMIT_MS = 500;
// It imports vitest, and so what the hooks put in its place.
const { fc } = await import('@fast-check/vitest');
fc.configureGlobal({ interruptAfterTimeLimit: PROPERTY_LIMIT_MS });

/** Runs one file up to its first failure. */
async function passes(file: string): Promise<boolean> {
  let failed = false;
  const runner: VitestRunner = {
    config,
    importFile: (path) => import(pathToFileURL(path).href),
    onBeforeRunTask(test) {
      if (failed) test.mode = 'skip';
    },
    onAfterRunTask(test) {
      failed ||= test.result?.state === 'fail';
    },
  };
  const [run] = (await startTests([`${root}/${file}`], runner)) as readonly File[];
  return !failed && run?.result?.state === 'pass';
}

const send = (message: FromChild): void => void process.send?.(message);

// What a test left behind must not end the run of another change.
process.on('unhandledRejection', () => undefined);
process.on('uncaughtException', () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', (message: ToChild) => {
  if (message.anew) version.number += 1;
  version.run += 1;
  version.mutant = message.mutant;
  const began = performance.now();
  void (async () => {
    let failed = true;
    const work = async (): Promise<void> => {
      // What cannot be loaded has failed.
      failed = !(await passes(message.file).catch(() => false));
    };
    const coverage = message.measured ? await covering(root, work) : (await work(), {});
    send({ failed, ms: performance.now() - began, coverage });
  })();
});
send({ ready: true });
