// Builds every package and example with `tsc -b`; `--tests` checks the types of everything else, too: nothing builds the tests.
import { spawnSync } from 'node:child_process';
import { foldersWith } from './workspace.mjs';

/** Each covers the sources and tests of many folders, and emits nothing. */
const WITH_TESTS = ['tsconfig.json', 'examples/tsconfig.json'];

function tsc(...args) {
  return spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', ...args], { stdio: 'inherit' }).status ?? 1;
}

const runs = [['-b', ...foldersWith('tsconfig.json')]];
if (process.argv.includes('--tests')) runs.push(...WITH_TESTS.map((config) => ['-p', config]));
// All of them, so that one complaint does not hide another.
const failed = runs.filter((args) => tsc(...args) !== 0);
process.exit(failed.length === 0 ? 0 : 1);
